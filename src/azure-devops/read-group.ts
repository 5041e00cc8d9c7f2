import { z } from 'zod';

import type { GroupRead } from '../app/ports';
import { Failure } from '../core/failures';
import { groupKey } from '../core/group-name';

import { guid, listOf, properties, text } from './answers';
import { oneLine } from './describe-request';
import { ask, unexpectedAnswer, type Door } from './door';
import { missingScope } from './read-myself';

/** Understood by Services and by every Server since 2019. */
const VERSION = '5.0';

const identities = listOf(
  z
    .object({
      id: guid,
      providerDisplayName: text,
      isContainer: z.boolean().nullish(),
      isActive: z.boolean().nullish(),
      members: z.array(z.unknown()).nullish(),
      memberIds: z.array(guid).nullish(),
      properties,
    })
    .nullable(),
).transform((found) => found.filter((each) => each !== null));
type FoundIdentity = z.output<typeof identities>[number];

/**
 * Reads a group by its name, `[Shop]\Reviewers`, or by its id. The service's search finds by parts of names: what is not
 * a group of exactly this name (in any case) is not it. Throws `notFound` for none and for several, `permissionMissing`
 * without the scope Identity (Read).
 */
export async function readGroup(door: Door, name: string): Promise<GroupRead> {
  const wanted = name.trim();
  const doing = `read the members of group ${quoted(wanted)} in ${door.base}`;
  if (guid.safeParse(wanted).success) {
    const found = await queryIdentities(door, doing, { identityIds: wanted });
    return membersOf(doing, theOne(door, wanted, groupsAmong(found), found));
  }
  const near: FoundIdentity[] = [];
  // The service's own examples search for a name without its scope.
  for (const filterValue of new Set([wanted, wanted.replace(/^\[[^\]]*\]\\/, '')])) {
    if (filterValue === '') continue;
    const found = await queryIdentities(door, doing, { searchFilter: 'General', filterValue });
    const exact = groupsAmong(found).filter((each) => isCalled(each, wanted));
    if (exact.length > 0) return membersOf(doing, theOne(door, wanted, exact, found));
    near.push(...groupsAmong(found));
  }
  throw noSuchGroup(door, wanted, near);
}

const groupsAmong = (found: readonly FoundIdentity[]): FoundIdentity[] =>
  found.filter(({ isContainer }) => isContainer === true);

/** Names compare as Azure DevOps does it: in any case, and in nothing else alike. */
const isCalled = ({ providerDisplayName }: FoundIdentity, wanted: string): boolean =>
  groupKey(providerDisplayName) === groupKey(wanted);

/** Asks who there is; without the scope it throws `permissionMissing`. */
export async function queryIdentities(
  door: Door,
  doing: string,
  parameters: Record<string, string>,
): Promise<FoundIdentity[]> {
  try {
    return await askIdentities(door, doing, { ...parameters, queryMembership: 'expandedDown' });
  } catch (error) {
    const scope = 'Identity (Read)';
    throw await missingScope(door, error, scope, `Portcullis could not ${doing}: give its PAT the scope ${scope}.`);
  }
}

/** Asks the one route of identities. */
export async function askIdentities(
  { identities: api }: Door,
  doing: string,
  parameters: Record<string, string>,
): Promise<FoundIdentity[]> {
  const url = `${api.baseUrl}/_apis/identities?${new URLSearchParams(parameters).toString()}`;
  return ask(doing, identities, async () => {
    const { result } = await api.rest.get<unknown>(url, api.createRequestOptions('application/json', VERSION));
    return result;
  });
}

/** A group that was deleted may stand beside a new one of the same name; it is not active. */
function theOne(
  door: Door,
  wanted: string,
  groups: readonly FoundIdentity[],
  found: readonly FoundIdentity[],
): FoundIdentity {
  const present = groups.length > 1 ? groups.filter(({ isActive }) => isActive !== false) : groups;
  const [group, second] = present;
  if (!group) throw noSuchGroup(door, wanted, found);
  if (!second) return group;
  throw new Failure({
    kind: 'notFound',
    message:
      `There are several groups ${quoted(wanted)} in ${door.base}: write the id of the one that is meant, ` +
      `${present.map(({ id }) => id).join(' or ')}.`,
    remedy: `needs the id of one of several groups ${quoted(wanted)}`,
  });
}

function membersOf(doing: string, { id, providerDisplayName, members, memberIds }: FoundIdentity): GroupRead {
  const isCut = memberIds === undefined || memberIds === null || (memberIds.length === 0 && (members ?? []).length > 0);
  if (isCut) throw unexpectedAnswer(doing, 'memberIds: missing');
  return { id, name: providerDisplayName, memberIds: [...new Set(memberIds)].sort() };
}

const MOST_NEAR = 3;

function noSuchGroup(door: Door, wanted: string, near: readonly FoundIdentity[]): Failure {
  const names = [...new Set(near.map(({ providerDisplayName }) => quoted(providerDisplayName)))].slice(0, MOST_NEAR);
  return new Failure({
    kind: 'notFound',
    message:
      `There is no group ${quoted(wanted)} in ${door.base}, or this account may not see it: correct its name. ` +
      String.raw`Azure DevOps writes groups as [Project]\Name or [Organization]\Name, and groups of Entra ID as ` +
      String.raw`[TEAM FOUNDATION]\Name; an id will do, too.` +
      (names.length === 0 ? '' : ` There is ${names.join(', ')}.`),
    remedy: `needs group ${quoted(wanted)}, which is not there`,
  });
}

const quoted = (name: string): string => `"${oneLine(name, 80)}"`;
