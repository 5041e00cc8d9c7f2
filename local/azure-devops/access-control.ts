import type { AccessControlEntry, AccessControlList } from './access-control-model';
import { AzureDevOpsError } from './errors';
import { allGroupsOf } from './groups';
import type { SecurityNamespace } from './security-namespaces';
import type { Identity, State } from './state-model';

export interface Rights {
  allow: number;
  deny: number;
}

/** The list that stands at a token itself. */
export const listAt = (state: State, namespace: SecurityNamespace, token: string): AccessControlList | undefined =>
  state.accessControl.find(
    (each) => each.namespaceId === namespace.id && each.token.toLowerCase() === token.toLowerCase(),
  );

export function ensureListAt(state: State, namespace: SecurityNamespace, token: string): AccessControlList {
  const known = listAt(state, namespace, token);
  if (known) return known;
  const list: AccessControlList = { namespaceId: namespace.id, token, inheritPermissions: true, entries: [] };
  state.accessControl.push(list);
  return list;
}

/**
 * What somebody may under a token: the lists from it up to the root, each for the person and all their groups. What stands
 * nearer goes before what is inherited; at one token a denial goes before an allowance.
 */
export function effectiveRights(state: State, identity: Identity, namespace: SecurityNamespace, token: string): Rights {
  const ids = new Set([identity.id, ...allGroupsOf(state, identity).map((group) => group.id)]);
  const rights = { allow: 0, deny: 0 };
  const parts = token.split(namespace.separator);
  for (let depth = parts.length; depth > 0; depth -= 1) {
    const list = listAt(state, namespace, parts.slice(0, depth).join(namespace.separator));
    if (!list) continue;
    const here = list.entries.filter((entry) => ids.has(entry.identityId));
    const open = ~(rights.allow | rights.deny);
    const denied = here.reduce((bits, { deny }) => bits | deny, 0) & open;
    const allowed = here.reduce((bits, { allow }) => bits | allow, 0) & open & ~denied;
    rights.deny |= denied;
    rights.allow |= allowed;
    if (!list.inheritPermissions) break;
  }
  return rights;
}

/** Whether somebody may do all that the bits stand for. */
export const hasRights = (
  state: State,
  identity: Identity,
  namespace: SecurityNamespace,
  token: string,
  bits: number,
): boolean => (effectiveRights(state, identity, namespace, token).allow & bits) === bits;

/** @throws AzureDevOpsError 403, naming what lacks */
export function requireRights(
  state: State,
  identity: Identity,
  namespace: SecurityNamespace,
  token: string,
  bits: number,
): void {
  const { allow } = effectiveRights(state, identity, namespace, token);
  const missing = namespace.actions.filter(({ bit }) => (bit & bits & ~allow) !== 0);
  if (missing.length === 0) return;
  const names = missing.map(({ displayName }) => displayName).join(', ');
  throw new AzureDevOpsError(
    403,
    'AccessCheckException',
    `Access denied. ${identity.displayName} needs the following permission(s) on the resource ${token} to perform this action: ${names}`,
  );
}

/** Puts an entry in place of what the list had for the identity; merged, what it says nothing of stays. */
export function putEntry(list: AccessControlList, wanted: AccessControlEntry, merge: boolean): AccessControlEntry {
  const present = list.entries.find((each) => each.identityId === wanted.identityId);
  const entry =
    present && merge
      ? {
          ...wanted,
          allow: (present.allow & ~wanted.deny) | wanted.allow,
          deny: (present.deny & ~wanted.allow) | wanted.deny,
        }
      : wanted;
  list.entries = [...list.entries.filter((each) => each !== present), entry];
  return entry;
}
