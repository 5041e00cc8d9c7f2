import { groupKey } from '../core/group-name';
import type { Group, Read } from '../core/snapshot';

import type { GroupRead, IterationRead, PullRequestRead } from './ports';
import { readSlice } from './read-slice';

/** The groups that settings name, seen from the people of one pull request: all members of a group would be too many. */
export async function readGroups(
  names: readonly string[],
  group: (name: string) => Promise<GroupRead>,
  pullRequest: PullRequestRead,
  iterations: readonly IterationRead[],
): Promise<Record<string, Read<Group>>> {
  const people = peopleOf(pullRequest, iterations);
  const entries = await Promise.all(
    names.map(async (name): Promise<[string, Read<Group>]> => {
      const read = await readSlice(group(name));
      return [groupKey(name), read.ok ? { ok: true, value: seenFrom(people, read.value) } : read];
    }),
  );
  return Object.fromEntries(entries);
}

/** A group as a pull request's people see it. */
export function seenFrom(people: ReadonlySet<string>, { id, name, memberIds }: GroupRead): Group {
  return { id, name, memberIds: memberIds.filter((memberId) => people.has(memberId)).sort() };
}

/** Author, reviewers, and whoever made an iteration. */
export function peopleOf({ author, reviewers }: PullRequestRead, iterations: readonly IterationRead[]): Set<string> {
  const reviewing = reviewers.ok ? reviewers.value.map(({ identity }) => identity.id) : [];
  return new Set([author.id, ...reviewing, ...iterations.map((iteration) => iteration.author.id)]);
}
