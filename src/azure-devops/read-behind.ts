import { GitVersionType } from 'azure-devops-node-api/interfaces/GitInterfaces';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

import type { AzureDevOps } from '../app/ports';

import { ask, type Door } from './door';

/** Merge bases of pull requests that people work on at the same time. */
const MOST_COMMITS = 1_000;

const commitDiffs = z.object({ aheadCount: z.int().min(0), commonCommit: z.string().nullish() });
const commit = z.object({ committer: z.object({ date: z.iso.datetime({ offset: true }) }) });

/**
 * Compares the judged commit with the tip of the target branch: as the service counts, the target is *ahead* of it by the
 * commits that it lacks. The commit that both share is asked for its time once; a commit never changes.
 */
export function createReadBehind(door: Door): AzureDevOps['readBehind'] {
  const times = new LRUCache<string, string>({ max: MOST_COMMITS });

  const readTime = async (repositoryId: string, id: string): Promise<string> => {
    const known = times.get(id);
    if (known !== undefined) return known;
    const { committer } = await ask(`read commit ${id} of repository ${repositoryId} in ${door.base}`, commit, () =>
      door.git.getCommit(id, repositoryId),
    );
    const time = new Date(committer.date).toISOString();
    times.set(id, time);
    return time;
  };

  return async ({ repositoryId }, { sourceCommit }, branch) => {
    const name = branch.replace(/^refs\/heads\//, '');
    const doing = `compare commit ${sourceCommit} with branch ${name} of repository ${repositoryId} in ${door.base}`;
    // One changed file is listed along, as few as can be asked for.
    const { aheadCount, commonCommit } = await ask(doing, commitDiffs, () =>
      door.git.getCommitDiffs(
        repositoryId,
        undefined,
        true,
        1,
        0,
        { version: sourceCommit, versionType: GitVersionType.Commit },
        { version: name, versionType: GitVersionType.Branch },
      ),
    );
    const isBehind = aheadCount > 0 && commonCommit !== undefined && commonCommit !== null;
    return { commits: aheadCount, sharedAt: isBehind ? await readTime(repositoryId, commonCommit) : null };
  };
}
