import { ClientApiBase } from 'azure-devops-node-api/ClientApiBases';
import { z } from 'zod';

import type { HookDeliveryResult, HookSubscription, ServiceHooks, SubscriptionBody } from '../app/ports';
import { Failure } from '../core/failures';

import { listOf } from './answers';
import { ask, openDoor, type ConnectOptions, type Door } from './door';
import { readOwnHookRights } from './hook-permissions';
import { readMyself } from './read-myself';
import { readRepositories } from './read-repositories';
import { bodyOf, subscriptionSchema } from './subscription-body';

/** node-api has no client for service hooks; its REST client asks with this version. */
const VERSION = '7.1';

const PATH = '_apis/hooks/subscriptions';

export interface ConnectedServiceHooks extends ServiceHooks {
  dispose(): void;
}

/** The door to the service hooks of an organization or a collection. Nothing is requested until the first call. */
export function connectServiceHooks(options: ConnectOptions): ConnectedServiceHooks {
  const door = openDoor(options);
  const api = door.observe(new ClientApiBase(door.base, []));
  const write = createWrite(door, api);
  return {
    readMyself: async () => (await readMyself(door)).identity,
    readGitProjects: () => readGitProjects(door),
    readRights: (projectIds) => readOwnHookRights(door, api, projectIds),
    list: () => list(door, api),
    readLastDelivery: (ids) => readLastDelivery(door, api, ids),
    create: (body) => write(undefined, body),
    update: (id, body) => write(id, body),
    remove: (id) => remove(door, api, id),
    dispose: () => door.exchange.dispose(),
  };
}

async function readGitProjects(door: Door): Promise<{ id: string; name: string }[]> {
  const projects = new Map((await readRepositories(door)).map(({ project }) => [project.id, project]));
  return [...projects.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function list(door: Door, api: ClientApiBase): Promise<HookSubscription[]> {
  const url = api.vsoClient.resolveUrl(`${PATH}?publisherId=tfs&consumerId=webHooks`);
  return ask(`read the service hook subscriptions of ${door.base}`, listOf(subscriptionSchema), async () => {
    const answer = await api.rest.get<unknown>(url, api.createRequestOptions('application/json', VERSION));
    return answer.result;
  });
}

/** More subscriptions than these need not be asked for: one delivery is looked for. */
const MOST_ASKED_FOR = 200;

const deliveriesSchema = z.object({
  results: z.array(z.object({ createdDate: z.coerce.date(), result: z.string() })).nullish(),
});

async function readLastDelivery(
  door: Door,
  api: ClientApiBase,
  subscriptionIds: readonly string[],
): Promise<HookDeliveryResult | null> {
  if (subscriptionIds.length === 0) return null;
  const query = {
    publisherId: 'tfs',
    subscriptionIds: subscriptionIds.slice(0, MOST_ASKED_FOR),
    maxResultsPerSubscription: 1,
    includeDetails: false,
  };
  const url = api.vsoClient.resolveUrl('_apis/hooks/notificationsquery');
  const { results } = await ask(`read what was delivered from ${door.base}`, deliveriesSchema, async () => {
    const answer = await api.rest.create<unknown>(url, query, api.createRequestOptions('application/json', VERSION));
    return answer.result;
  });
  // In no order that the documents promise.
  const [newest] = (results ?? []).sort((a, b) => b.createdDate.getTime() - a.createdDate.getTime());
  return newest ? { at: newest.createdDate, result: newest.result } : null;
}

/** Creates a subscription, or writes all of one and has it enabled. Its password stands in no failure. */
function createWrite(
  door: Door,
  api: ClientApiBase,
): (id: string | undefined, body: SubscriptionBody) => Promise<HookSubscription> {
  const hidden = new Set<string>();
  return (id, body) => {
    const password = body.consumerInputs['basicAuthPassword'] ?? '';
    if (password !== '' && !hidden.has(password)) {
      hidden.add(password);
      door.exchange.hide(password);
    }
    const sent = bodyOf(body);
    const options = api.createRequestOptions('application/json', VERSION);
    const send = async (): Promise<unknown> => {
      const answer = await (id === undefined
        ? api.rest.create<unknown>(api.vsoClient.resolveUrl(PATH), sent, options)
        : api.rest.replace<unknown>(
            api.vsoClient.resolveUrl(`${PATH}/${id}`),
            { ...sent, id, status: 'enabled' },
            options,
          ));
      return answer.result;
    };
    const doing = `write the service hook subscription ${body.eventType} of ${door.base}`;
    return ask(doing, subscriptionSchema, send, { wrote: true });
  };
}

async function remove(door: Door, api: ClientApiBase, id: string): Promise<void> {
  try {
    await api.rest.del(
      api.vsoClient.resolveUrl(`${PATH}/${id}`),
      api.createRequestOptions('application/json', VERSION),
    );
  } catch (error) {
    if (error instanceof Failure && error.kind === 'notFound') return;
    throw error instanceof Failure ? error : notRemoved(door, id);
  }
}

function notRemoved(door: Door, id: string): Failure {
  const message = `Portcullis could not delete the service hook subscription ${id} of ${door.base} for an unknown reason.`;
  return new Failure({ kind: 'unexpected', message, mayHaveApplied: true });
}
