import { ClientApiBase } from 'azure-devops-node-api/ClientApiBases';
import { z } from 'zod';

import type { HookGranting, HookRights } from '../app/ports';
import { Failure } from '../core/failures';

import { guid, listOf, properties, text } from './answers';
import { ask, openDoor, type ConnectOptions, type Door } from './door';
import { BITS, NAMESPACE, SECURITY_VERSION, tokenOf } from './hook-permissions';
import { missingScope } from './read-myself';

const ALL = BITS.view | BITS.edit | BITS.remove;
/** Understood by Services and by every Server since 2019. */
const IDENTITIES_VERSION = '5.0';

const named = z.object({ id: guid, name: z.string() });
const identities = listOf(
  z.object({ id: guid, descriptor: z.string().min(1), providerDisplayName: text, properties }).nullable(),
);
type Account = NonNullable<z.output<typeof identities>[number]>;
const bits = z.number().int().nonnegative().nullish();
const entry = z.object({
  descriptor: z.string(),
  allow: bits,
  deny: bits,
  extendedInfo: z.object({ effectiveAllow: bits, effectiveDeny: bits }).nullish(),
});
const lists = listOf(z.object({ token: z.string(), acesDictionary: z.record(z.string(), entry).nullish() }));
const written = listOf(z.object({ descriptor: z.string() }));

export interface ConnectedHookGranting extends HookGranting {
  dispose(): void;
}

/** The door to who may have service hook subscriptions, with an administrator's credential. */
export function administerHookRights(options: ConnectOptions): ConnectedHookGranting {
  const door = openDoor(options);
  const api = door.observe(new ClientApiBase(door.base, []));
  return {
    readProject: async (project) => {
      if (/^\.{0,2}$/.test(project.trim())) throw noSuchProject(door, project);
      return ask(`read project ${project} of ${door.base}`, named, () => door.core.getProject(project));
    },
    readAccount: async (identityId) => {
      const { providerDisplayName, properties: said } = await readAccount(door, identityId);
      const account = said['Account'] ?? '';
      return account === '' || account === providerDisplayName
        ? providerDisplayName
        : `${providerDisplayName} (${account})`;
    },
    readRights: async (identityId, projectId) =>
      readRights(door, api, await readDescriptor(door, identityId), projectId),
    grant: async (identityId, projectId) => grant(door, api, await readDescriptor(door, identityId), projectId),
    revoke: (identityId) => revoke(door, api, identityId),
    dispose: () => door.exchange.dispose(),
  };
}

/** Permissions name an account by its descriptor, nothing else does. */
async function readDescriptor(door: Door, identityId: string): Promise<string> {
  return (await readAccount(door, identityId)).descriptor;
}

async function readAccount(door: Door, identityId: string): Promise<Account> {
  const { identities: api } = door;
  const doing = `read account ${identityId} of ${door.base}`;
  const url = `${api.baseUrl}/_apis/identities?${new URLSearchParams({ identityIds: identityId }).toString()}`;
  let found: z.output<typeof identities>;
  try {
    found = await ask(doing, identities, async () => {
      const options = api.createRequestOptions('application/json', IDENTITIES_VERSION);
      return (await api.rest.get<unknown>(url, options)).result;
    });
  } catch (error) {
    const scope = 'Identity (Read)';
    throw await missingScope(door, error, scope, `Portcullis could not ${doing}: give your PAT the scope ${scope}.`);
  }
  const account = found.find((each) => each?.id === identityId.toLowerCase());
  if (account) return account;
  throw new Failure({
    kind: 'notFound',
    message: `There is no account ${identityId} in ${door.base}: add Portcullis' account to it first, with the licence Basic.`,
  });
}

/** What stands nearest says it; a place without a list of its own inherits. */
async function readRights(
  door: Door,
  api: ClientApiBase,
  descriptor: string,
  projectId: string | null,
): Promise<HookRights> {
  for (const place of projectId === null ? [null] : [projectId, null]) {
    const effective = await readEffective(door, api, descriptor, place);
    if (effective !== undefined) {
      return { view: (effective & BITS.view) !== 0, edit: (effective & BITS.edit) !== 0 };
    }
  }
  return { view: false, edit: false };
}

/** The bits that the account has at a place, groups and inheritance included; undefined where there is no list. */
async function readEffective(
  door: Door,
  api: ClientApiBase,
  descriptor: string,
  projectId: string | null,
): Promise<number | undefined> {
  const token = tokenOf(projectId);
  const query = new URLSearchParams({ token, descriptors: descriptor, includeExtendedInfo: 'true' });
  const url = api.vsoClient.resolveUrl(`_apis/accesscontrollists/${NAMESPACE}?${query.toString()}`);
  const doing = `read who may have service hook subscriptions in ${door.base}`;
  const found = await ask(doing, lists, async () => {
    const options = api.createRequestOptions('application/json', SECURITY_VERSION);
    return (await api.rest.get<unknown>(url, options)).result;
  });
  const list = found.find((each) => each.token.toLowerCase() === token.toLowerCase());
  if (!list) return undefined;
  const own = Object.values(list.acesDictionary ?? {}).find((each) => isSame(each.descriptor, descriptor));
  if (!own) return undefined;
  // What is zero is left out; an account of nobody's group has no extended info at all.
  return own.extendedInfo ? (own.extendedInfo.effectiveAllow ?? 0) : (own.allow ?? 0) & ~(own.deny ?? 0);
}

async function grant(door: Door, api: ClientApiBase, descriptor: string, projectId: string | null): Promise<void> {
  const url = api.vsoClient.resolveUrl(`_apis/accesscontrolentries/${NAMESPACE}`);
  const entries = [{ descriptor, allow: ALL, deny: 0, extendedInfo: {} }];
  const body = { token: tokenOf(projectId), merge: true, accessControlEntries: entries };
  const doing = `let Portcullis' account have service hook subscriptions in ${door.base}`;
  const put = await ask(
    doing,
    written,
    async () => {
      const options = api.createRequestOptions('application/json', SECURITY_VERSION);
      return (await api.rest.create<unknown>(url, body, options)).result;
    },
    { wrote: true },
  );
  if (put.some((each) => isSame(each.descriptor, descriptor))) return;
  throw new Failure({
    kind: 'unexpected',
    message: `Portcullis could not ${doing}: Azure DevOps granted it to nobody.`,
    mayHaveApplied: true,
  });
}

async function revoke(door: Door, api: ClientApiBase, identityId: string): Promise<number> {
  let descriptor: string;
  try {
    descriptor = await readDescriptor(door, identityId);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'notFound') return 0;
    throw error;
  }
  const query = new URLSearchParams({ token: tokenOf(null), descriptors: descriptor, recurse: 'true' });
  const url = api.vsoClient.resolveUrl(`_apis/accesscontrollists/${NAMESPACE}?${query.toString()}`);
  const options = api.createRequestOptions('application/json', SECURITY_VERSION);
  const doing = `read who may have service hook subscriptions in ${door.base}`;
  const found = await ask(doing, lists, async () => (await api.rest.get<unknown>(url, options)).result);
  // Lists that one may not see are left out: nothing would be taken away, and nobody told.
  if (!found.some(({ token }) => isSame(token, tokenOf(null)))) {
    throw new Failure({
      kind: 'permissionMissing',
      message: `You may not see who may have service hook subscriptions in ${door.base}: somebody who administers it has to take the rights of Portcullis' account away.`,
    });
  }
  // What says more than `grant` does was there before: an administrator whose PAT was used once keeps their own rights.
  const isGranted = (allow: number): boolean => (allow & ALL) !== 0 && (allow & ~ALL) === 0;
  const given = found.flatMap(({ token, acesDictionary }) =>
    Object.values(acesDictionary ?? {})
      .filter((each) => isSame(each.descriptor, descriptor) && isGranted(each.allow ?? 0))
      .map(({ deny }) => ({ token, deny: deny ?? 0 })),
  );
  for (const each of given) await takeAway(door, api, descriptor, each);
  return given.length;
}

/** An entry that would say nothing any more goes as a whole. */
async function takeAway(
  door: Door,
  api: ClientApiBase,
  descriptor: string,
  { token, deny }: { token: string; deny: number },
): Promise<void> {
  const path = `_apis/accesscontrolentries/${NAMESPACE}`;
  const options = api.createRequestOptions('application/json', SECURITY_VERSION);
  const rest = { token, merge: false, accessControlEntries: [{ descriptor, allow: 0, deny, extendedInfo: {} }] };
  const query = new URLSearchParams({ token, descriptors: descriptor });
  const send = (): Promise<unknown> =>
    deny === 0
      ? api.rest.del<unknown>(api.vsoClient.resolveUrl(`${path}?${query.toString()}`), options)
      : api.rest.create<unknown>(api.vsoClient.resolveUrl(path), rest, options);
  await ask(
    `take from Portcullis' account its rights to service hook subscriptions in ${door.base}`,
    z.unknown(),
    send,
    {
      wrote: true,
    },
  );
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function noSuchProject(door: Door, project: string): Failure {
  return new Failure({ kind: 'notFound', message: `There is no project "${project}" in ${door.base}.` });
}
