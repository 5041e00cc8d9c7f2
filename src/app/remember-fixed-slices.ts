import { LRUCache } from 'lru-cache';

import type { BroughtCommit, ChangedFile, Iteration, LineCount, PullRequestKey } from '../core/snapshot';

import type { AzureDevOps } from './ports';

/** Pull requests that people work on at the same time; a list of changes is small, its blobs are not kept. */
const MOST_ITERATIONS = 200;

/**
 * The changes and the commits between two commits never change: read once per door, a vote, a comment or a new title does
 * not cost their blobs again.
 */
export function rememberFixedSlices(azureDevOps: AzureDevOps): AzureDevOps {
  const changes = new LRUCache<string, Promise<ChangedFile[]>>({ max: MOST_ITERATIONS });
  const commits = new LRUCache<string, Promise<BroughtCommit[]>>({ max: MOST_ITERATIONS });
  const lineCounts = new WeakMap<ChangedFile[], Promise<LineCount[]>>();

  return {
    ...azureDevOps,
    readChanges(key, iteration) {
      return remembered(changes, idOf(key, iteration), () => azureDevOps.readChanges(key, iteration));
    },
    readCommits(key, iteration) {
      return remembered(commits, idOf(key, iteration), () => azureDevOps.readCommits(key, iteration));
    },
    readLineCounts(key, files) {
      return remembered(lineCounts, files, () => azureDevOps.readLineCounts(key, files));
    },
  };
}

interface Memory<Of, T> {
  get(of: Of): Promise<T> | undefined;
  set(of: Of, reading: Promise<T>): unknown;
  delete(of: Of): unknown;
}

/** Who asks meanwhile waits for the same answer; a failure is not kept. */
function remembered<Of, T>(known: Memory<Of, T>, of: Of, read: () => Promise<T>): Promise<T> {
  const there = known.get(of);
  if (there) return there;
  const reading = read();
  known.set(of, reading);
  reading.catch(() => known.delete(of));
  return reading;
}

function idOf(key: PullRequestKey, { id, commonCommit, sourceCommit }: Iteration): string {
  return [key.repositoryId, key.pullRequestId, id, commonCommit, sourceCommit].join(' ');
}
