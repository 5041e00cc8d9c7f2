import { messageSchema } from '../../core/messages';
import type { ListedPullRequest } from '../../core/listed';
import { createBrokenConnections } from '../broken-connections';
import { createJudgeOperation, JUDGE_OPERATION, type JudgeRequest } from '../judge-operation';
import type { AnyOperationWork } from '../operation-work';

import { askedFor, noteJudged } from './listed-pull-requests';
import { connection } from './samples';
import { createWorld } from './world';

export const by = { id: 'olga', name: 'Olga Admin' };
export const project = { id: 'd0700000-0000-4000-8000-000000000009', name: 'Depot' };

/** A world whose pull requests beside the one are judged by a stroke of the pen, but for those that nobody can judge. */
export function createJudging(others: ListedPullRequest[] = [], impossible: readonly number[] = []) {
  const kind: AnyOperationWork = {
    kind: JUDGE_OPERATION,
    whileLeaving: false,
    work: (context) => operation.work(context),
  };
  const world = createWorld({ kinds: [kind] });
  const operation = createJudgeOperation({ ...world.shared, brokenConnections: createBrokenConnections(world.shared) });
  world.azureDevOps.listElsewhere(project, others);
  let inQueue = 0;
  let most = 0;
  const work: typeof world.consumers.work = async (body, metadata) => {
    const message = messageSchema.parse(body);
    const listed =
      message.kind === 'pullRequest' && others.find((each) => each.pullRequestId === message.pullRequestId);
    if (!listed || impossible.includes(listed.pullRequestId)) return world.consumers.work(body, metadata);
    most = Math.max(most, askedFor(world).length - inQueue);
    inQueue += 1;
    world.clock.advance(0.001);
    await noteJudged(world, listed, 0, `judged-${inQueue}`);
  };
  return {
    ...world,
    world,
    work,
    slice: operation.work,
    mostInFlight: () => most,
    drain: () => world.queue.drain({ ...world.consumers, work }),
    start: (request: JudgeRequest = {}) => world.runner.start(JUDGE_OPERATION, connection, request, by),
    operation: () => {
      const [first] = world.operations.recorded.all();
      if (!first) throw new Error('There is no operation.');
      return first;
    },
  };
}
