import { isWindowsAccount, mailOf } from './flavour';
import { allGroupsOf, directGroups, directMembers, reachable } from './groups';
import { subjectDescriptorOf } from './identities';
import type { Identity, State } from './state-model';

export const memberships = ['none', 'direct', 'expanded', 'expandedUp', 'expandedDown'] as const;
export type Membership = (typeof memberships)[number];

/** One string on the wire, whatever the documents say. */
export function descriptorOf(state: State, { id, isContainer, uniqueName }: Identity): string {
  const isWindows = isWindowsAccount(uniqueName);
  if (!isContainer && !isWindows) {
    return `Microsoft.IdentityModel.Claims.ClaimsIdentity;${state.accountId}\\${uniqueName}`;
  }
  const parts = id.replaceAll('-', '').match(/.{8}/g) ?? [];
  const numbers = parts.map((part) => Number.parseInt(part, 16)).join('-');
  return isContainer
    ? `Microsoft.TeamFoundation.Identity;S-1-9-1551374245-${numbers}`
    : `System.Security.Principal.WindowsIdentity;S-1-5-21-${numbers}`;
}

/** An identity as the identities route answers it. Lists that were not asked for are there, and empty. */
export function identityShape(state: State, identity: Identity, membership: Membership): Record<string, unknown> {
  const { id, displayName, uniqueName, isContainer = false } = identity;
  const down = members(state, identity, membership);
  const up = parents(state, identity, membership);
  const text = (value: string): unknown => ({ $type: 'System.String', $value: value });
  const [, scope = state.organization, name = displayName] = /^\[([^\]]+)\]\\(.+)$/.exec(displayName) ?? [];
  return {
    id,
    descriptor: descriptorOf(state, identity),
    subjectDescriptor: subjectDescriptorOf(identity),
    providerDisplayName: displayName,
    isActive: identity.isActive !== false,
    ...(isContainer ? { isContainer: true } : {}),
    members: down.map((each) => descriptorOf(state, each)),
    memberOf: up.map((each) => descriptorOf(state, each)),
    memberIds: down.map((each) => each.id),
    properties: isContainer
      ? {
          SchemaClassName: text('Group'),
          Account: text(name),
          SecurityGroup: text('SecurityGroup'),
          ScopeName: text(scope),
        }
      : { SchemaClassName: text('User'), Account: text(uniqueName), Mail: text(mailOf(identity)) },
    resourceVersion: 2,
    metaTypeId: isContainer ? 255 : 0,
  };
}

function members(state: State, identity: Identity, membership: Membership): Identity[] {
  if (membership === 'direct') return directMembers(state, identity);
  if (membership === 'none' || membership === 'expandedUp') return [];
  return reachable(identity, (each) => directMembers(state, each));
}

function parents(state: State, identity: Identity, membership: Membership): Identity[] {
  if (membership === 'direct') return directGroups(state, identity);
  if (membership === 'none' || membership === 'expandedDown') return [];
  return allGroupsOf(state, identity);
}
