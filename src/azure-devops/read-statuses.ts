import { z } from 'zod';

import type { PostedStatus } from '../app/ports';
import type { PullRequestKey } from '../core/snapshot';

import { identity, listOf, placeOf, text } from './answers';
import { ask, type Door } from './door';
import { statusStates } from './mappings';

/** A row as the service keeps it. Its context is missing in rows of very old tools. */
export const statusSchema = z
  .object({
    id: z.int().positive(),
    iterationId: z.int().nonnegative().nullish(),
    context: z.object({ genre: text, name: text }).nullish(),
    state: z.unknown().optional(),
    description: text,
    targetUrl: z.string().nullish(),
    createdBy: identity,
  })
  .transform(({ createdBy, context, iterationId, targetUrl, ...row }) => ({
    ...row,
    // Azure DevOps writes 0, or nothing, for a status on the pull request as a whole.
    iterationId: iterationId === undefined || iterationId === 0 ? null : iterationId,
    genre: context?.genre ?? '',
    name: context?.name ?? '',
    targetUrl: targetUrl ?? null,
    author: createdBy,
  }));

const rows = listOf(statusSchema);

/**
 * All rows, of iterations and of the pull request as a whole, oldest first. A state that this release does not know
 * (never one of ours) is `notSet`, which nothing takes for a success, and is logged.
 */
export async function readStatuses(door: Door, key: PullRequestKey): Promise<PostedStatus[]> {
  const found = await ask(`read the statuses of ${placeOf(key)} in ${door.base}`, rows, () =>
    door.git.getPullRequestStatuses(key.repositoryId, key.pullRequestId),
  );
  return found
    .map((row) => ({ ...row, state: statusStates.read(row.state ?? 'notSet') ?? unknownState(door, row.state) }))
    .sort((a, b) => a.id - b.id);
}

function unknownState(door: Door, value: unknown): 'notSet' {
  door.noteUnknown('the state of a status', value);
  return 'notSet';
}
