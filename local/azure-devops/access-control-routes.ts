import { z } from 'zod';
import { effectiveRights, ensureListAt, hasRights, listAt, putEntry, requireRights } from './access-control';
import type { AccessControlEntry, AccessControlList } from './access-control-model';
import { badRequest } from './errors';
import { list, ok, parameter, parseBody, type ApiAnswer, type ApiRequest } from './http';
import { descriptorOf } from './identity-shape';
import { identityById } from './identities';
import type { Route } from './router';
import { securityNamespaceOf, type SecurityNamespace } from './security-namespaces';
import type { Simulation } from './simulation';
import type { Identity, State } from './state-model';

const entrySchema = z.object({
  descriptor: z.string(),
  allow: z.number().int().default(0),
  deny: z.number().int().default(0),
  extendedInfo: z.unknown(),
});
const entriesSchema = z.object({
  token: z.string(),
  merge: z.boolean().default(false),
  accessControlEntries: z.array(entrySchema),
});
const listsSchema = z.object({
  value: z.array(
    z.object({
      token: z.string(),
      inheritPermissions: z.boolean().default(true),
      acesDictionary: z.record(z.string(), entrySchema).default({}),
    }),
  ),
});

const LISTS = 'accesscontrollists/:namespace';
const ENTRIES = 'accesscontrolentries/:namespace';

/** Lists of who may what under a token, and their entries one by one. */
export function accessControlRoutes(simulation: Simulation): Route[] {
  const { state } = simulation;
  const removed = (did: boolean): ApiAnswer => {
    if (did) simulation.changed();
    return ok(did);
  };
  return [
    { method: 'GET', template: LISTS, answer: (request) => listsAsked(state, request) },
    {
      method: 'POST',
      template: LISTS,
      answer(request) {
        const namespace = namespaceOfRequest(request);
        for (const { token, inheritPermissions, acesDictionary } of parseBody(request, listsSchema).value) {
          requireWrite(state, request, namespace, token);
          const entries = Object.values(acesDictionary).map((each) => entryOf(state, each));
          Object.assign(ensureListAt(state, namespace, token), { inheritPermissions, entries });
        }
        simulation.changed();
        return { status: 200 };
      },
    },
    {
      method: 'DELETE',
      template: LISTS,
      answer(request) {
        const namespace = namespaceOfRequest(request);
        const tokens = commaSeparated(request.query.text('tokens'));
        const recurse = request.query.flag('recurse');
        for (const token of tokens) requireWrite(state, request, namespace, token);
        const before = state.accessControl.length;
        state.accessControl = state.accessControl.filter(
          (each) =>
            each.namespaceId !== namespace.id || !tokens.some((token) => isUnder(namespace, each, token, recurse)),
        );
        return removed(state.accessControl.length < before);
      },
    },
    {
      method: 'POST',
      template: ENTRIES,
      answer(request) {
        const namespace = namespaceOfRequest(request);
        const { token, merge, accessControlEntries } = parseBody(request, entriesSchema);
        requireWrite(state, request, namespace, token);
        const wanted = accessControlEntries.map((each) => entryOf(state, each));
        const acl = ensureListAt(state, namespace, token);
        const put = wanted.map((entry) => putEntry(acl, entry, merge));
        simulation.changed();
        return list(put.map((entry) => ({ ...entryShape(state, entry), extendedInfo: {} })));
      },
    },
    {
      method: 'DELETE',
      template: ENTRIES,
      answer(request) {
        const namespace = namespaceOfRequest(request);
        const token = request.query.text('token') ?? '';
        requireWrite(state, request, namespace, token);
        const gone = commaSeparated(request.query.text('descriptors')).map((each) => identityOf(state, each).id);
        const acl = listAt(state, namespace, token);
        const kept = acl?.entries.filter((entry) => !gone.includes(entry.identityId)) ?? [];
        const did = acl !== undefined && kept.length < acl.entries.length;
        if (acl) acl.entries = kept;
        return removed(did);
      },
    },
  ];
}

/** Lists that one may not read are left out. */
function listsAsked(state: State, request: ApiRequest): ApiAnswer {
  const namespace = namespaceOfRequest(request);
  const { query } = request;
  const token = query.text('token');
  const given = query.text('descriptors');
  const descriptors = given === undefined ? undefined : commaSeparated(given).map((each) => identityOf(state, each));
  const extended = query.flag('includeExtendedInfo');
  const found = state.accessControl.filter(
    (each) =>
      each.namespaceId === namespace.id &&
      (token === undefined || isUnder(namespace, each, token, query.flag('recurse'))) &&
      hasRights(state, request.identity, namespace, each.token, namespace.readPermission),
  );
  return list(
    found.map((each) => ({
      inheritPermissions: each.inheritPermissions,
      token: each.token,
      acesDictionary: Object.fromEntries(
        entriesShown(each, descriptors, extended).map((entry) => [
          descriptorById(state, entry.identityId),
          { ...entryShape(state, entry), ...(extended ? extendedInfo(state, namespace, each, entry) : {}) },
        ]),
      ),
      includeExtendedInfo: extended,
    })),
  );
}

/** Somebody who was asked for and has no entry has an empty one, where inherited rights are wanted, too. */
function entriesShown(
  { entries }: AccessControlList,
  asked: readonly Identity[] | undefined,
  extended: boolean,
): AccessControlEntry[] {
  if (!asked) return entries;
  return asked.flatMap(({ id }) => {
    const known = entries.find((entry) => entry.identityId === id);
    if (known) return [known];
    return extended ? [{ identityId: id, allow: 0, deny: 0 }] : [];
  });
}

function extendedInfo(
  state: State,
  namespace: SecurityNamespace,
  { token }: AccessControlList,
  { identityId, allow, deny }: AccessControlEntry,
): Record<string, unknown> {
  const effective = effectiveRights(state, identityById(state, identityId), namespace, token);
  // What is zero is left out.
  const told = {
    effectiveAllow: effective.allow,
    effectiveDeny: effective.deny,
    inheritedAllow: effective.allow & ~allow,
    inheritedDeny: effective.deny & ~deny,
  };
  return { extendedInfo: Object.fromEntries(Object.entries(told).filter(([, bits]) => bits !== 0)) };
}

export const namespaceOfRequest = (request: ApiRequest): SecurityNamespace =>
  securityNamespaceOf(parameter(request, 'namespace'));

/** @throws AzureDevOpsError 403 */
export const requireWrite = (state: State, request: ApiRequest, namespace: SecurityNamespace, token: string): void =>
  requireRights(state, request.identity, namespace, token, namespace.writePermission);

export const entryShape = (state: State, { identityId, allow, deny }: AccessControlEntry): Record<string, unknown> => ({
  descriptor: descriptorById(state, identityId),
  allow,
  deny,
});

const descriptorById = (state: State, id: string): string => descriptorOf(state, identityById(state, id));

const entryOf = (state: State, { descriptor, allow, deny }: z.output<typeof entrySchema>): AccessControlEntry => ({
  identityId: identityOf(state, descriptor).id,
  allow: allow & ~deny,
  deny,
});

/** @throws AzureDevOpsError 400; a subject descriptor (`aad.…`) is none that this API takes */
export function identityOf(state: State, descriptor: string): Identity {
  const wanted = descriptor.toLowerCase();
  const found = state.identities.find((each) => descriptorOf(state, each).toLowerCase() === wanted);
  if (found) return found;
  throw badRequest(
    `VS403283: Could not add access control entry for identity '${descriptor}' because the identity was not found.`,
    'IdentityNotFoundException',
  );
}

const isUnder = (
  { separator }: SecurityNamespace,
  acl: AccessControlList,
  token: string,
  recurse: boolean,
): boolean => {
  const [at, wanted] = [acl.token.toLowerCase(), token.toLowerCase()];
  return at === wanted || (recurse && at.startsWith(`${wanted}${separator}`));
};

const commaSeparated = (text = ''): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
