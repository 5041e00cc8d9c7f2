import type { PostedStatus, StatusToPost } from '../app/ports';
import type { PullRequestKey } from '../core/snapshot';

import { placeOf } from './answers';
import { ask, unexpectedAnswer, type Door } from './door';
import { statusStates, toStatusState } from './mappings';
import { statusSchema } from './read-statuses';

/**
 * Appends a row. A call that does not throw proves little with node-api, so the answer is compared with what was sent:
 * a row that says something else throws `unexpected` with `mayHaveApplied`.
 */
export async function postStatus(door: Door, key: PullRequestKey, status: StatusToPost): Promise<PostedStatus> {
  const doing = `post the status ${status.genre}/${status.name} on ${placeOf(key)} in ${door.base}`;
  const row = await ask(
    doing,
    statusSchema,
    () =>
      door.git.createPullRequestStatus(
        {
          ...(status.iterationId === null ? {} : { iterationId: status.iterationId }),
          state: toStatusState[status.state],
          description: status.description,
          context: { genre: status.genre, name: status.name },
          targetUrl: status.targetUrl,
        },
        key.repositoryId,
        key.pullRequestId,
      ),
    { wrote: true },
  );
  const state = statusStates.read(row.state);
  const differences = [
    ...(state === status.state ? [] : [`state ${String(row.state)} instead of ${status.state}`]),
    ...(row.iterationId === status.iterationId ? [] : [`iteration ${row.iterationId ?? 'none'}`]),
    ...(row.genre === status.genre && row.name === status.name ? [] : [`context ${row.genre}/${row.name}`]),
  ];
  if (state === undefined || differences.length > 0) {
    throw unexpectedAnswer(doing, differences.join(', '), { wrote: true });
  }
  return { ...row, state };
}
