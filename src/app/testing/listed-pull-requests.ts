import { listedFingerprint, type ListedPullRequest } from '../../core/listed';
import type { FinishedEvaluation } from '../ports';

import { commit, connection, key } from './samples';
import type { World } from './world';

/** Pull requests as a list shows them, numbered from `first`. */
export function listedPullRequests(count: number, first = 1_000): ListedPullRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    repositoryId: key.repositoryId,
    pullRequestId: first + index,
    title: `feat: number ${first + index}`,
    description: '',
    isDraft: false,
    targetBranch: 'refs/heads/main',
    headCommit: commit(first + index),
    votes: [],
  }));
}

/** Notes in the ledger that a pull request was judged as the list shows it, and compared in full so many minutes ago. */
export async function noteJudged(
  world: World,
  listed: ListedPullRequest,
  minutesAgo: number,
  evaluationId = `earlier-${listed.pullRequestId}`,
): Promise<void> {
  const place = { ...key, repositoryId: listed.repositoryId, pullRequestId: listed.pullRequestId };
  const beganAt = await world.ledger.port.begin(place, evaluationId);
  const evaluation: FinishedEvaluation = {
    evaluationId,
    beganAt,
    inputs: 'earlier',
    iterationId: 1,
    sourceCommit: listed.headCommit ?? '',
    state: 'succeeded',
    description: '4 gates passed',
    outcomes: [],
    validUntil: null,
    listed: listedFingerprint(listed),
    comparedAt: new Date(world.clock.now().getTime() - minutesAgo * 60_000),
  };
  await world.ledger.port.finish(place, evaluation);
}

/** The pull requests that were asked to be judged, by number, in the order they were asked for. */
export function askedFor(world: World): number[] {
  return world.queue.recorded.sent.flatMap(({ message }) =>
    message.kind === 'pullRequest' && message.connectionId === connection.id ? [message.pullRequestId] : [],
  );
}
