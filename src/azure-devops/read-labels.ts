import { z } from 'zod';

import type { PullRequestKey } from '../core/snapshot';

import { listOf, placeOf } from './answers';
import { ask, type Door } from './door';

const labels = listOf(z.object({ name: z.string(), active: z.boolean().nullish() }));

/** Names of the labels (tags) on a pull request, sorted; those that were taken off are not among them. */
export async function readLabels(door: Door, key: PullRequestKey): Promise<string[]> {
  const found = await ask(`read the labels of ${placeOf(key)} in ${door.base}`, labels, () =>
    door.git.getPullRequestLabels(key.repositoryId, key.pullRequestId),
  );
  return found.flatMap(({ name, active }) => (active === false ? [] : [name])).sort();
}
