import { Failure } from '../core/failures';
import type { ChangedFile, Iteration, PullRequestKey, PullRequestSnapshot, Read, SliceName } from '../core/snapshot';

import type { AzureDevOps, IterationRead } from './ports';
import { readSlice } from './read-slice';

/**
 * The slices that are fixed for an iteration, read only for gates that need them.
 *
 * @param readChanges reads the changed files, which others ask for, too
 */
export async function readFixedSlices(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  iteration: Iteration,
  needs: ReadonlySet<SliceName>,
  readChanges: () => Promise<ChangedFile[]>,
): Promise<Pick<PullRequestSnapshot, 'changes' | 'lineCounts' | 'commits'>> {
  const [files, commits] = await Promise.all([
    readFiles(azureDevOps, key, needs, readChanges),
    needs.has('commits') ? readSlice(azureDevOps.readCommits(key, iteration)) : undefined,
  ]);
  return { ...files, ...(commits ? { commits } : {}) };
}

async function readFiles(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  needs: ReadonlySet<SliceName>,
  readChanges: () => Promise<ChangedFile[]>,
): Promise<Pick<PullRequestSnapshot, 'changes' | 'lineCounts'>> {
  if (!needs.has('changes') && !needs.has('lineCounts')) return {};
  const changes = await readSlice(readChanges());
  if (!needs.has('lineCounts')) return { changes };
  return { changes, lineCounts: await readDependent(changes, (files) => azureDevOps.readLineCounts(key, files)) };
}

/** A slice that depends on another fails with it. */
async function readDependent<T>(
  changes: Read<ChangedFile[]>,
  read: (files: ChangedFile[]) => Promise<T>,
): Promise<Read<T>> {
  return changes.ok ? readSlice(read(changes.value)) : changes;
}

/** The newest iteration; for a pull request without iterations, its present commits. */
export function pinIteration(
  details: { supportsIterations: boolean; headCommit: string; baseCommit: string; id: number },
  iterations: readonly IterationRead[],
): Iteration {
  const newest = iterations.reduce<IterationRead | undefined>(
    (latest, iteration) => ((iteration.id ?? 0) > (latest?.id ?? 0) ? iteration : latest),
    undefined,
  );
  if (details.supportsIterations) {
    if (newest) {
      const { author: _author, createdAt: _createdAt, isPush: _isPush, ...iteration } = newest;
      return iteration;
    }
    throw new Failure({
      kind: 'unavailable',
      message: `Pull request ${details.id} has no iteration yet; Azure DevOps is still preparing it.`,
    });
  }
  return {
    id: null,
    sourceCommit: details.headCommit,
    targetCommit: details.baseCommit,
    commonCommit: details.baseCommit,
    hasMultipleMergeBases: false,
  };
}
