import { z } from 'zod';

import type { GroupRead } from '../app/ports';
import { Failure } from '../core/failures';

import { guid, listOf, text } from './answers';
import { oneLine } from './describe-request';
import { ask, unexpectedAnswer, type Door } from './door';
import { identityBase } from './identity-base';

const identities = listOf(
  z
    .object({
      id: guid,
      isContainer: z.boolean().nullish(),
      providerDisplayName: text,
      members: z.array(z.unknown()).nullish(),
      memberIds: z.array(guid).nullish(),
    })
    // An id that nobody has is answered with null.
    .nullable(),
);

/**
 * A group with everybody in it, also through other groups. The service's search finds by parts of names: only a group of
 * exactly this name is the one. Throws `notFound` when there is none, `permissionMissing` without the scope.
 *
 * @param name `[Project]\Name`, `[Organization]\Name`, or an id
 */
export async function readGroup(door: Door, name: string): Promise<GroupRead> {
  const isId = guid.safeParse(name).success;
  const query = new URLSearchParams({
    ...(isId ? { identityIds: name } : { searchFilter: 'General', filterValue: name }),
    queryMembership: 'expandedDown',
  });
  const doing = `read who is in the group ${oneLine(name, 100)} in ${door.base}`;
  const found = await askIdentities(door, doing, query);
  const group = found.find((each) => each?.isContainer === true && (isId || isSame(each.providerDisplayName, name)));
  if (!group) {
    throw new Failure({
      kind: 'notFound',
      message:
        `There is no group ${oneLine(name, 100)} in ${door.base}: correct the settings. Azure DevOps writes groups ` +
        'as [Project]\\Name or [Organization]\\Name, and groups of Entra ID as [TEAM FOUNDATION]\\Name.',
      remedy: `no group ${oneLine(name, 60)}: correct the settings`,
    });
  }
  const { id, memberIds, members } = group;
  if (!memberIds && members?.length !== 0) throw unexpectedAnswer(doing, 'it does not say who is in it');
  return { id, name: group.providerDisplayName, memberIds: memberIds ?? [] };
}

async function askIdentities(door: Door, doing: string, query: URLSearchParams): Promise<z.output<typeof identities>> {
  try {
    return await ask(doing, identities, async () => {
      const url = `${identityBase(door.base)}/_apis/identities?${query.toString()}`;
      const { result } = await door.core.rest.get<unknown>(
        url,
        door.core.createRequestOptions('application/json', '7.1'),
      );
      return result;
    });
  } catch (error) {
    // The same PAT reads the pull request: what is refused here is the scope.
    const kind = error instanceof Failure ? error.kind : undefined;
    if (kind !== 'credentialRefused' && kind !== 'permissionMissing') throw error;
    throw new Failure({
      kind: 'permissionMissing',
      message: `Portcullis could not ${doing}: give its PAT the scope Identity (Read).`,
      remedy: 'needs PAT scope Identity (Read)',
    });
  }
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
