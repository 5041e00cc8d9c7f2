import { Failure, isTransient, toFailure } from '../core/failures';
import type {
  ChangedFile,
  Iteration,
  OpenThread,
  PullRequestKey,
  PullRequestSnapshot,
  Read,
  SliceName,
} from '../core/snapshot';

import type { AzureDevOps, PullRequestRead } from './ports';

/**
 * Reads a slice into a value or a failure that its gates turn into their `error`. What stops the whole evaluation (a
 * refused credential) or may heal by waiting (a busy service) is thrown instead: nothing is judged on it.
 */
export async function readSlice<T>(read: Promise<T>): Promise<Read<T>> {
  try {
    return { ok: true, value: await read };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'credentialRefused' || failure.kind === 'superseded' || isTransient(failure)) throw failure;
    return { ok: false, failure };
  }
}

type MutableSlices = Pick<PullRequestSnapshot, 'workItems' | 'labels' | 'merge' | 'behind' | 'openThreads'>;

/**
 * Begins to read the slices that can change without a new iteration. Those that turn out to be needed besides are read
 * when they are asked for, and so is what depends on the pull request.
 *
 * @param readOpenThreads reads what stands anyway, so that threads are asked for once
 */
export function readMutableSlices(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  early: ReadonlySet<SliceName>,
  readOpenThreads: () => Promise<OpenThread[]>,
): { of(needs: ReadonlySet<SliceName>, pullRequest: PullRequestRead, iteration: Iteration): Promise<MutableSlices> } {
  const workItems = once(() => readSlice(azureDevOps.readWorkItems(key)));
  const labels = once(() => readSlice(azureDevOps.readLabels(key)));
  const openThreads = once(() => readSlice(readOpenThreads()));
  // What fails is told to whoever waits for it; perhaps nobody will.
  if (early.has('workItems')) workItems().catch(() => undefined);
  if (early.has('labels')) labels().catch(() => undefined);
  if (early.has('openThreads')) openThreads().catch(() => undefined);
  return {
    of: async (needs, { merge, targetBranch }, iteration) => {
      const [linked, named, behind, open] = await Promise.all([
        needs.has('workItems') ? workItems() : undefined,
        needs.has('labels') ? labels() : undefined,
        needs.has('behind') ? readSlice(azureDevOps.readBehind(key, iteration, targetBranch)) : undefined,
        needs.has('openThreads') ? openThreads() : undefined,
      ]);
      return {
        ...(linked ? { workItems: linked } : {}),
        ...(named ? { labels: named } : {}),
        ...(needs.has('merge') ? { merge } : {}),
        ...(behind ? { behind } : {}),
        ...(open ? { openThreads: open } : {}),
      };
    },
  };
}

/** Reads when it is first asked for, and answers the same to whoever asks again. */
export function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => (reading ??= read());
}

/** The slices that are fixed for an iteration, read only for gates that need them. */
export async function readFixedSlices(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  iteration: Iteration,
  needs: ReadonlySet<SliceName>,
): Promise<Pick<PullRequestSnapshot, 'changes' | 'lineCounts' | 'commits'>> {
  const [files, commits] = await Promise.all([
    readFiles(azureDevOps, key, iteration, needs),
    needs.has('commits') ? readSlice(azureDevOps.readCommits(key, iteration)) : undefined,
  ]);
  return { ...files, ...(commits ? { commits } : {}) };
}

async function readFiles(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  iteration: Iteration,
  needs: ReadonlySet<SliceName>,
): Promise<Pick<PullRequestSnapshot, 'changes' | 'lineCounts'>> {
  if (!needs.has('changes') && !needs.has('lineCounts')) return {};
  const changes = await readSlice(azureDevOps.readChanges(key, iteration));
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
  iterations: readonly Iteration[],
): Iteration {
  const newest = iterations.reduce<Iteration | undefined>(
    (latest, iteration) => ((iteration.id ?? 0) > (latest?.id ?? 0) ? iteration : latest),
    undefined,
  );
  if (details.supportsIterations) {
    if (newest) return newest;
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
