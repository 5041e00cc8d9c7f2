import { z } from 'zod';

import { Failure } from '../core/failures';
import type { IterationRead } from '../app/ports';
import type { PullRequestKey } from '../core/snapshot';

import { identity, listOf, placeOf, time } from './answers';
import { ask, type Door } from './door';
import { iterationReasons } from './mappings';

const commit = z.object({ commitId: z.string().min(1) }).transform(({ commitId }) => commitId);

const iterations = listOf(
  z.object({
    id: z.int().positive(),
    sourceRefCommit: commit,
    targetRefCommit: commit,
    // Branches without a common history have none.
    commonRefCommit: commit.nullish(),
    hasMultipleMergeBases: z.boolean().nullish(),
    author: identity,
    createdDate: time,
    reason: z.unknown().optional(),
  }),
);

/** All iterations, ascending. */
export async function readIterationList(door: Door, key: PullRequestKey): Promise<IterationRead[]> {
  const found = await ask(`read the iterations of ${placeOf(key)} in ${door.base}`, iterations, () =>
    door.git.getPullRequestIterations(key.repositoryId, key.pullRequestId),
  );
  const ordered = found.toSorted((a, b) => a.id - b.id);
  return ordered.map((iteration, index) => ({
    id: iteration.id,
    sourceCommit: iteration.sourceRefCommit,
    targetCommit: iteration.targetRefCommit,
    commonCommit: iteration.commonRefCommit ?? iteration.targetRefCommit,
    hasMultipleMergeBases: iteration.hasMultipleMergeBases ?? false,
    author: iteration.author,
    createdAt: iteration.createdDate,
    // A push that a change of the target branch overtook is told as that change.
    isPush:
      iterationReasons.read(iteration.reason) !== 'retarget' ||
      iteration.sourceRefCommit !== ordered[index - 1]?.sourceRefCommit,
  }));
}

const support = z.object({ supportsIterations: z.boolean().nullish() });

/**
 * All iterations, ascending; none for a pull request that does not support them. What the service answers for such a one
 * is not documented: an error makes us look, a list is returned as it is (callers know `supportsIterations`).
 */
export async function readIterations(door: Door, key: PullRequestKey): Promise<IterationRead[]> {
  try {
    return await readIterationList(door, key);
  } catch (error) {
    if (!(error instanceof Failure) || (error.kind !== 'notFound' && error.kind !== 'unexpected')) throw error;
    const found = await ask(`read ${placeOf(key)} in ${door.base}`, support, () =>
      door.git.getPullRequest(key.repositoryId, key.pullRequestId),
    );
    if (found.supportsIterations === false) return [];
    throw error;
  }
}
