import { createBrokenConnections } from '../../src/app/broken-connections';
import { createJudgeOperation, JUDGE_OPERATION } from '../../src/app/judge-operation';
import { judgeResultSchema, reasonsOf } from '../../src/app/judge-result';
import type { AnyOperationWork } from '../../src/app/operation-work';
import type { JudgeOutcome } from '../../src/app/policy-stages';
import type { StoredOperation } from '../../src/app/ports';
import { connection } from '../../src/app/testing/samples';
import { createWorld } from '../../src/app/testing/world';
import { listedFingerprint, type ListedPullRequest } from '../../src/core/listed';
import { messageSchema } from '../../src/core/messages';
import type { Shop } from '../azure-devops-shop';

interface Options {
  shop: Shop;
  projectId: string;
  /** Pull requests that are judged for real; for the others the account of Portcullis posts that all is well. */
  isForReal: (pullRequestId: number) => boolean;
  /** Told of each that the stand-in judged. */
  judged: (pullRequestId: number) => Promise<void>;
}

/**
 * Portcullis over the genuine door to the simulator: its queue, ledger, operations and settings are the fakes, whose
 * clock leaps, so that nobody waits.
 */
export async function judgingShop({ shop, projectId, isForReal, judged }: Options) {
  const door = shop.connect('bot-pat');
  const { identity, organizationIds } = await door.readMyself();
  const kind: AnyOperationWork = {
    kind: JUDGE_OPERATION,
    whileLeaving: false,
    work: (context) => operation.work(context),
  };
  const world = createWorld({ kinds: [kind], connect: () => door });
  const shared = {
    connections: world.connections.port,
    ledger: world.ledger.port,
    queue: world.queue.port,
    credentials: world.credentials,
    connect: () => door,
    clock: world.clock,
    log: world.log.port,
  };
  const operation = createJudgeOperation({ ...shared, brokenConnections: createBrokenConnections(shared) });
  world.connections.put({ ...connection, url: shop.url, organizationIds, identities: [identity] });

  let count = 0;
  let seen = new Map<number, ListedPullRequest>();
  const standIn = async (listed: ListedPullRequest): Promise<void> => {
    const key = { connectionId: connection.id, ...listed };
    const evaluationId = `stand-in-${(count += 1)}`;
    const beganAt = await world.ledger.port.begin(key, evaluationId);
    await postVerdict(shop.url, projectId, listed, 1);
    await world.ledger.port.finish(key, {
      evaluationId,
      beganAt,
      inputs: evaluationId,
      iterationId: 1,
      sourceCommit: listed.headCommit ?? '',
      state: 'succeeded',
      description: 'judged by a stand-in',
      outcomes: [],
      validUntil: null,
      listed: listedFingerprint(listed),
      comparedAt: world.clock.now(),
    });
    await judged(listed.pullRequestId);
  };
  const work: typeof world.consumers.work = async (body, metadata) => {
    const message = messageSchema.parse(body);
    const listed = message.kind === 'pullRequest' ? seen.get(message.pullRequestId) : undefined;
    if (!listed || isForReal(listed.pullRequestId)) await world.consumers.work(body, metadata);
    else await standIn(listed);
  };
  const ended = async (id: string): Promise<StoredOperation> => {
    for (;;) {
      const found = await world.operations.port.find(connection.id, id);
      if (found && found.state !== 'queued' && found.state !== 'running') return found;
      // A few messages at a time: others are scheduled for hours ahead.
      await world.queue.drain({ ...world.consumers, work }, 2);
      world.clock.advance(1);
    }
  };
  return {
    world,
    identity,
    door,
    /** As `portcullis policy install` has it done. */
    judge: async (asked: { projectId: string; pullRequestIds: number[] }): Promise<JudgeOutcome> => {
      seen = new Map((await door.readActivePullRequests(projectId)).map((each) => [each.pullRequestId, each]));
      const present = await world.connections.port.find(connection.id);
      const { id } = await world.runner.start(JUDGE_OPERATION, present ?? connection, asked, { id: 'a', name: 'Ada' });
      const { state, result, trouble } = await ended(id);
      if (state === 'failed') return { isDone: false, reason: trouble ?? '' };
      return { isDone: true, reasons: reasonsOf(judgeResultSchema.parse(JSON.parse(JSON.stringify(result)))) };
    },
  };
}

async function postVerdict(
  url: string,
  projectId: string,
  { repositoryId, pullRequestId }: ListedPullRequest,
  iterationId: number,
): Promise<void> {
  const path = `${url}/${projectId}/_apis/git/repositories/${repositoryId}/pullRequests/${pullRequestId}/statuses`;
  const response = await fetch(`${path}?api-version=7.1`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(':bot-pat').toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      state: 'succeeded',
      description: 'all is well',
      context: { genre: 'portcullis', name: 'verdict' },
      iterationId,
    }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  await response.body?.cancel();
}
