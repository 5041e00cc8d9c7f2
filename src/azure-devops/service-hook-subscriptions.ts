import { ClientApiBase } from 'azure-devops-node-api/ClientApiBases';
import { CoreApi } from 'azure-devops-node-api/CoreApi';
import { z } from 'zod';

import type { AzureDevOpsAdministration } from '../app/ports';
import { Failure } from '../core/failures';

import { guid, listOf, text } from './answers';
import { ask, observe, openDoor, type ConnectOptions, type Door } from './door';

/** node-api has no client for service hooks; its REST client asks with this version. */
const VERSION = '7.1';

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

const subscriptionSchema = z.object({
  id: guid,
  eventType: z.string(),
  resourceVersion: text,
  status: text,
  publisherInputs: inputs,
  consumerInputs: inputs,
});
type Subscription = z.output<typeof subscriptionSchema>;

const subscriptions = listOf(subscriptionSchema);

export interface ServiceHookOptions {
  projectId: string;
  url: string;
  userName: string;
  password: string;
  eventTypes: readonly string[];
  /** Write existing subscriptions again although nothing differs: the way to a new password under the same user name. */
  rewrite?: boolean;
}

export interface Administration extends AzureDevOpsAdministration {
  ensureServiceHooks(options: ServiceHookOptions): Promise<{ created: number; updated: number; unchanged: number }>;
  dispose(): void;
}

/** What an admin's credential is needed for. Nothing is requested until the first call. */
export function administerAzureDevOps(options: ConnectOptions): Administration {
  const door = openDoor(options);
  const core = observe(new CoreApi(door.base, []), door.exchange);
  const hooks = observe(new ClientApiBase(door.base, []), door.exchange);
  return {
    readProjects: () => readProjects(door, core),
    ensureServiceHooks: (wanted) => ensureServiceHooks(door, hooks, wanted),
    dispose: () => door.exchange.dispose(),
  };
}

const projects = listOf(z.object({ id: guid, name: z.string() }));

/** All projects that the credential may see, by name. */
async function readProjects(door: Door, core: CoreApi): Promise<{ id: string; name: string }[]> {
  const found = new Map<string, { id: string; name: string }>();
  for (;;) {
    const before = found.size;
    const page = await ask(`read the projects of ${door.base}`, projects, () =>
      core.getProjects(undefined, 500, before),
    );
    for (const { id, name } of page) found.set(id, { id, name });
    // How many the service gives at most is its own affair: the list has ended when nothing new comes.
    if (found.size === before) break;
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Creates the subscriptions that are missing; mends those that differ in what can be read back. The password cannot: it
 * is written with every change, and `rewrite` (or another user name) renews it alone. A subscription counts as ours when
 * project, event and the path of its URL are, and no branch or repository narrows it.
 */
async function ensureServiceHooks(
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

type SubscriptionBody = ReturnType<typeof subscriptionBody>;

function subscriptionBody(
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

function isOurs(
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

function differs(existing: Subscription, body: SubscriptionBody): boolean {
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
