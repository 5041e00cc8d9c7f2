import { Failure, isTransient, toFailure } from '../core/failures';
import type { ChangedFile, Iteration, PullRequestKey, PullRequestSnapshot, Read, SliceName } from '../core/snapshot';

import type { AzureDevOps } from './ports';

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

type MutableSlices = Pick<PullRequestSnapshot, 'workItems' | 'labels'>;

/**
 * Begins to read the slices that can change without a new iteration. Those that turn out to be needed besides are read
 * when they are asked for.
 */
export function readMutableSlices(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  early: ReadonlySet<SliceName>,
): { of(needs: ReadonlySet<SliceName>): Promise<MutableSlices> } {
  const workItems = once(() => readSlice(azureDevOps.readWorkItems(key)));
  const labels = once(() => readSlice(azureDevOps.readLabels(key)));
  // What fails is told to whoever waits for it; perhaps nobody will.
  if (early.has('workItems')) workItems().catch(() => undefined);
  if (early.has('labels')) labels().catch(() => undefined);
  return {
    of: async (needs) => {
      const [linked, named] = await Promise.all([
        needs.has('workItems') ? workItems() : undefined,
        needs.has('labels') ? labels() : undefined,
      ]);
      return { ...(linked ? { workItems: linked } : {}), ...(named ? { labels: named } : {}) };
    },
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => (reading ??= read());
}

/** The slices that are fixed for an iteration, read only for gates that need them. */
export async function readFixedSlices(
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
