import type { ClientApiBase } from 'azure-devops-node-api/ClientApiBases';
import { z } from 'zod';

import { Failure } from '../core/failures';

import { guid, listOf } from './answers';
import { ask, type Door } from './door';
import {
  differs,
  isOurs,
  subscriptionBody,
  subscriptionSchema,
  type ServiceHookOptions,
  type Subscription,
  type SubscriptionBody,
} from './subscription-body';

/** node-api has no client for service hooks; its REST client asks with this version. */
const VERSION = '7.1';

const subscriptions = listOf(subscriptionSchema);

/**
 * Creates the subscriptions that are missing; mends those that differ in what can be read back. The password cannot: it
 * is written with every change, and `rewrite` (or another user name) renews it alone. A subscription counts as ours when
 * project, event and the path of its URL are, and no branch or repository narrows it.
 */
export async function ensureServiceHooks(
  door: Door,
  hooks: ClientApiBase,
  wanted: ServiceHookOptions,
): Promise<{ created: number; updated: number; unchanged: number }> {
  door.exchange.hide(wanted.password);
  const result = { created: 0, updated: 0, unchanged: 0 };
  const bodies = [...new Set(wanted.eventTypes)].map((eventType) => subscriptionBody(wanted, eventType));
  const existing = await listSubscriptions(door, hooks);
  for (const body of bodies) {
    const ours = existing.filter((candidate) => isOurs(candidate, wanted, body.eventType));
    const intact = ours.find((candidate) => !differs(candidate, body));
    const [first] = ours;
    if (first === undefined) {
      await write(door, hooks, undefined, body);
      result.created++;
    } else if (intact && wanted.rewrite !== true) {
      result.unchanged++;
    } else {
      await write(door, hooks, (intact ?? first).id, body);
      result.updated++;
    }
  }
  if (result.created > 0) await mustSee(door, hooks, wanted);
  return result;
}

/** Without "View subscriptions" the list is empty, not refused: every run would create them all again. */
async function mustSee(door: Door, hooks: ClientApiBase, wanted: ServiceHookOptions): Promise<void> {
  const visible = await listSubscriptions(door, hooks);
  if (wanted.eventTypes.every((eventType) => visible.some((candidate) => isOurs(candidate, wanted, eventType)))) return;
  throw new Failure({
    kind: 'permissionMissing',
    message:
      `The service hook subscriptions of project ${wanted.projectId} in ${door.base} were created, but this account ` +
      'may not see them: grant it "View subscriptions" before this runs again, or they will be created twice.',
    mayHaveApplied: true,
  });
}

function listSubscriptions(door: Door, hooks: ClientApiBase): Promise<Subscription[]> {
  const url = hooks.vsoClient.resolveUrl('_apis/hooks/subscriptions?publisherId=tfs&consumerId=webHooks');
  return ask(`read the service hook subscriptions of ${door.base}`, subscriptions, async () => {
    const answer = await hooks.rest.get<unknown>(url, hooks.createRequestOptions('application/json', VERSION));
    return answer.result;
  });
}

const written = z.object({ id: guid });

async function write(door: Door, hooks: ClientApiBase, id: string | undefined, body: SubscriptionBody): Promise<void> {
  const path = '_apis/hooks/subscriptions';
  const options = hooks.createRequestOptions('application/json', VERSION);
  await ask(
    `write the service hook subscription ${body.eventType} of ${door.base}`,
    written,
    async () => {
      const answer = await (id === undefined
        ? hooks.rest.create<unknown>(hooks.vsoClient.resolveUrl(path), body, options)
        : hooks.rest.replace<unknown>(hooks.vsoClient.resolveUrl(`${path}/${id}`), { ...body, id }, options));
      return answer.result;
    },
    { wrote: true },
  );
}
