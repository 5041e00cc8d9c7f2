import { z } from 'zod';

import { Failure } from '../core/failures';

import { guid, text } from './answers';

/** Pinned: without it the newest is sent, and some events lose their resource in others. */
const resourceVersions: Readonly<Record<string, string>> = {
  'git.pullrequest.created': '1.0',
  'git.pullrequest.updated': '1.0',
  'git.pullrequest.merged': '1.0',
  'ms.vss-code.git-pullrequest-comment-event': '2.0',
};

const inputs = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((all) => all ?? {});

/** A subscription as the service keeps it. */
export const subscriptionSchema = z.object({
  id: guid,
  eventType: z.string(),
  resourceVersion: text,
  status: text,
  publisherInputs: inputs,
  consumerInputs: inputs,
});
export type Subscription = z.output<typeof subscriptionSchema>;

export interface ServiceHookOptions {
  projectId: string;
  url: string;
  userName: string;
  password: string;
  eventTypes: readonly string[];
  /** Write existing subscriptions again although nothing differs: the way to a new password under the same user name. */
  rewrite?: boolean;
}

export type SubscriptionBody = ReturnType<typeof subscriptionBody>;

/** What is asked for, to the letter: every input is sent, as leaving some out has been seen to drop the resource. */
export function subscriptionBody(
  wanted: ServiceHookOptions,
  eventType: string,
): {
  publisherId: string;
  eventType: string;
  resourceVersion: string;
  consumerId: string;
  consumerActionId: string;
  publisherInputs: Record<string, string>;
  consumerInputs: Record<string, string>;
} {
  const resourceVersion = resourceVersions[eventType];
  if (resourceVersion === undefined) {
    throw new Failure({ kind: 'unexpected', message: `Portcullis does not subscribe to "${eventType}".` });
  }
  return {
    publisherId: 'tfs',
    eventType,
    resourceVersion,
    consumerId: 'webHooks',
    consumerActionId: 'httpRequest',
    publisherInputs: {
      projectId: wanted.projectId,
      repository: '',
      branch: '',
      ...(eventType === 'git.pullrequest.updated' ? { notificationType: '' } : {}),
      ...(eventType === 'git.pullrequest.merged' ? { mergeResult: '' } : {}),
    },
    consumerInputs: {
      url: wanted.url,
      basicAuthUsername: wanted.userName,
      basicAuthPassword: wanted.password,
      resourceDetailsToSend: 'all',
      messagesToSend: 'none',
      detailedMessagesToSend: 'none',
      acceptUntrustedCerts: 'false',
    },
  };
}

/** Project, event and the path of the URL are ours, and nothing narrows the subscription. */
export function isOurs(
  { eventType, publisherInputs, consumerInputs }: Subscription,
  wanted: ServiceHookOptions,
  event: string,
): boolean {
  return (
    eventType === event &&
    inputOf(publisherInputs, 'projectId').toLowerCase() === wanted.projectId.toLowerCase() &&
    pathOf(inputOf(consumerInputs, 'url')) === pathOf(wanted.url) &&
    [
      'repository',
      'branch',
      'pullrequestCreatedBy',
      'pullrequestReviewersContains',
      'notificationType',
      'mergeResult',
    ].every((name) => inputOf(publisherInputs, name) === '')
  );
}

/** On probation the service still tries by itself; in every other state but enabled nothing would come any more. */
const workingStatuses = ['', 'enabled', 'onprobation'];

/** True when something that can be read back is not as wanted, or nothing comes any more. */
export function differs(existing: Subscription, body: SubscriptionBody): boolean {
  return (
    existing.resourceVersion !== body.resourceVersion ||
    !workingStatuses.includes(existing.status.toLowerCase()) ||
    Object.entries(body.consumerInputs).some(([name, value]) =>
      // The password comes back masked: all that can be seen is that there is one.
      name === 'basicAuthPassword'
        ? inputOf(existing.consumerInputs, name) === ''
        : inputOf(existing.consumerInputs, name) !== value && !isDefault(name, inputOf(existing.consumerInputs, name)),
    )
  );
}

/** Left out by the service where it is the default. */
function isDefault(name: string, value: string): boolean {
  return name === 'acceptUntrustedCerts' && value === '';
}

function inputOf(all: Record<string, unknown>, name: string): string {
  const value = all[name];
  return typeof value === 'string' ? value : '';
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
