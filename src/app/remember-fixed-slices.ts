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
      const id = idOf(key, iteration);
      const known = changes.get(id);
      if (known) return known;
      const reading = azureDevOps.readChanges(key, iteration);
      changes.set(id, reading);
      reading.catch(() => changes.delete(id));
      return reading;
    },
    readCommits(key, iteration) {
      const id = idOf(key, iteration);
      const known = commits.get(id);
      if (known) return known;
      const reading = azureDevOps.readCommits(key, iteration);
      commits.set(id, reading);
      reading.catch(() => commits.delete(id));
      return reading;
    },
    readLineCounts(key, files) {
      const known = lineCounts.get(files);
      if (known) return known;
      const reading = azureDevOps.readLineCounts(key, files);
      lineCounts.set(files, reading);
      reading.catch(() => lineCounts.delete(files));
      return reading;
    },
  };
}

function idOf(key: PullRequestKey, { id, commonCommit, sourceCommit }: Iteration): string {
  return [key.repositoryId, key.pullRequestId, id, commonCommit, sourceCommit].join(' ');
}
