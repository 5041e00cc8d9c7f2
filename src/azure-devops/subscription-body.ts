import { z } from 'zod';

import type { HookSubscription, SubscriptionBody } from '../app/ports';

import { guid, identity, text, time } from './answers';

/** Inputs are strings; what is none is left out. */
const inputs = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((all) =>
    Object.fromEntries(
      Object.entries(all ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  );

/** A subscription as the service tells it. The documents call the number of retries text. */
export const subscriptionSchema = z
  .object({
    id: guid,
    eventType: z.string(),
    resourceVersion: text,
    consumerActionId: text,
    status: text,
    publisherInputs: inputs,
    consumerInputs: inputs,
    createdBy: identity,
    modifiedBy: identity,
    probationRetries: z.union([z.number(), z.string()]).nullish(),
    lastProbationRetryDate: time,
  })
  .transform(
    ({ createdBy, modifiedBy, probationRetries, lastProbationRetryDate: last, ...subscription }): HookSubscription => ({
      ...subscription,
      owner: { id: createdBy.id, displayName: createdBy.displayName },
      changedBy: { id: modifiedBy.id, displayName: modifiedBy.displayName },
      probation: { retries: retriesOf(probationRetries), lastRetryAt: last === null ? null : new Date(last) },
    }),
  );

function retriesOf(told: number | string | null | undefined): number {
  const retries = Number(told ?? 0);
  return Number.isInteger(retries) && retries > 0 ? retries : 0;
}

/** What is sent for a subscription. */
export function bodyOf({ eventType, resourceVersion, publisherInputs, consumerInputs }: SubscriptionBody): object {
  return {
    publisherId: 'tfs',
    eventType,
    resourceVersion,
    consumerId: 'webHooks',
    consumerActionId: 'httpRequest',
    publisherInputs,
    consumerInputs,
  };
}
