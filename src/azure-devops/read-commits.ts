import { LRUCache } from 'lru-cache';
import { z } from 'zod';

import type { AzureDevOps } from '../app/ports';
import { Failure } from '../core/failures';
import type { BroughtCommit, PullRequestKey } from '../core/snapshot';

import { placeOf, text } from './answers';
import { askPage } from './ask-page';
import { ask, type Door } from './door';

/** `getPullRequestCommits`, which node-api calls without a way to ask for the next page. */
const COMMITS_OF_A_PULL_REQUEST = '52823034-34a8-4576-922c-8d8b77e9e4c4';

const PAGE = 100;
/** A list tells neither parents nor whole messages: each commit is asked for once. */
const MOST_COMMITS = 250;
const AT_ONCE = 10;
const MOST_REMEMBERED = 5_000;
/** From each end of a message: its first line is judged, and the lines that sign it off. */
const LONGEST_END = 2_000;

const listed = z.object({ commitId: z.string().min(1) });

const whole = z.object({
  comment: text,
  author: z.object({ name: text, email: text }),
  parents: z.array(z.string()),
});

/**
 * Commits of a pull request, newest first. Throws `superseded` when the source branch has moved on from the iteration,
 * and `tooLarge` for more than 250 commits. A commit never changes, so a push costs the new ones only.
 */
export function createReadCommits(door: Door): AzureDevOps['readCommits'] {
  const known = new LRUCache<string, BroughtCommit>({ max: MOST_REMEMBERED });

  const readCommit = async ({ repositoryId }: PullRequestKey, id: string): Promise<BroughtCommit> => {
    const remembered = known.get(`${repositoryId} ${id}`);
    if (remembered) return remembered;
    const doing = `read commit ${id} of repository ${repositoryId} in ${door.base}`;
    const { comment, author, parents } = await ask(doing, whole, () => door.git.getCommit(id, repositoryId));
    const commit = { id, message: endsOf(comment), author, isMerge: parents.length > 1 };
    known.set(`${repositoryId} ${id}`, commit);
    return commit;
  };

  return async (key, { sourceCommit }) => {
    const ids = await readIds(door, key);
    if (ids.length > 0 && !ids.includes(sourceCommit)) {
      throw new Failure({
        kind: 'superseded',
        message: `The source branch of ${placeOf(key)} in ${door.base} was pushed to while its commits were read.`,
      });
    }
    const commits: BroughtCommit[] = [];
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      const some = ids.slice(start, start + AT_ONCE);
      commits.push(...(await Promise.all(some.map((id) => readCommit(key, id)))));
    }
    return commits;
  };
}

async function readIds(door: Door, key: PullRequestKey): Promise<string[]> {
  const ids = new Set<string>();
  const { repositoryId, pullRequestId } = key;
  const doing = `list the commits of ${placeOf(key)} in ${door.base}`;
  const list = { location: COMMITS_OF_A_PULL_REQUEST, route: { repositoryId, pullRequestId }, query: { $top: PAGE } };
  for (let token: string | undefined; ;) {
    const { found, next } = await askPage(door, doing, listed, list, token);
    const before = ids.size;
    for (const { commitId } of found) ids.add(commitId);
    if (ids.size > MOST_COMMITS) throw tooMany(door, key);
    // A list that brings nothing new has ended, whatever it says.
    if (next === undefined || ids.size === before) return [...ids];
    token = next;
  }
}

function tooMany(door: Door, key: PullRequestKey): Failure {
  return new Failure({
    kind: 'tooLarge',
    message:
      `Portcullis did not read the commits of ${placeOf(key)} in ${door.base}, as there are more than ${MOST_COMMITS}: ` +
      'squash them, or split the pull request.',
    remedy: `more than ${MOST_COMMITS} commits: squash or split`,
  });
}

function endsOf(message: string): string {
  if (message.length <= 2 * LONGEST_END) return message;
  return `${message.slice(0, LONGEST_END)}\n${message.slice(-LONGEST_END)}`;
}
