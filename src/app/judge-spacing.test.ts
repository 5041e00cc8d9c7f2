import { key } from './testing/samples';
import { createWorld, type World } from './testing/world';

const callsOf = (world: World, ...operations: string[]): string[] =>
  world.wire.calls.filter((call) => operations.includes(call));

describe('messages that an evaluation covers', () => {
  test('enqueued 15 s before it began: completed without a request to Azure DevOps', async () => {
    const world = createWorld();
    const begun = world.clock.now();
    world.hook('late');
    world.hook('early');
    world.clock.advance(20);
    world.queue.put({ not: 'ours' }, { messageId: 'elsewhere', session: 'elsewhere' });
    await world.drain();
    expect(world.ledger.recorded.state(key).finished?.evaluationId).toBe('evaluation-1');
    expect(callsOf(world, 'readPullRequest')).toHaveLength(1);
    expect(world.queue.recorded.sent).toEqual([]);
    expect(world.clock.now().getTime() - begun.getTime()).toBeLessThan(21_000);
  });

  test('enqueued less than 15 s before: one more look, shared, at the full 15 s', async () => {
    const world = createWorld();
    world.clock.advance(1);
    world.hook();
    world.hook();
    world.hook();
    await world.drain(3);
    expect(world.queue.recorded.sent.map(({ messageId, dueIn }) => [messageId, dueIn])).toEqual([
      [`settle/${key.connectionId}/pr/${key.repositoryId}/7/2026-10-01T12:00:30.000Z`, 29],
    ]);
    // Each of the three leaves it, and the broker keeps one.
    expect(world.queue.recorded.duplicates).toHaveLength(2);
    expect(callsOf(world, 'readPullRequest')).toHaveLength(1);
    await world.drain();
    expect(callsOf(world, 'readPullRequest')).toHaveLength(2);
    expect(world.azureDevOps.recorded.writes()).toEqual(['postStatus']);
  });

  test('a change that was read too early is seen by the settling message', async () => {
    const world = createWorld();
    world.clock.advance(1);
    world.azureDevOps.answerLate(3);
    world.pullRequest.push([{ path: '/src/basket.ts', additions: 700, deletions: 0 }]);
    world.hook();
    world.hook();
    await world.drain(2);
    expect(world.verdict()).toMatchObject({ iterationId: 1, description: '4 gates passed' });
    await world.drain();
    expect(world.verdict()).toMatchObject({
      iterationId: 2,
      description: '3 gates passed · advice: size 700 > 600 lines',
    });
  });

  test.each([-2, 0, 2])('also when the table’s clock is %d s ahead of the broker’s', async (tableSkewSeconds) => {
    const world = createWorld({ tableSkewSeconds });
    world.azureDevOps.answerLate(3);
    world.clock.advance(10);
    world.pullRequest.push();
    world.hook();
    await world.drain();
    expect(world.verdict()).toMatchObject({ iterationId: 2 });
  });

  test('an evaluation that did not finish covers nothing', async () => {
    const world = createWorld();
    world.hook();
    world.clock.advance(20);
    world.wire.crash('ledger.finish', 'before');
    await world.drain(0);
    expect(world.ledger.recorded.state(key)).toMatchObject({ finished: undefined });
    world.hook();
    await world.drain();
    expect(world.ledger.recorded.state(key).finished).toBeDefined();
  });
});

describe('evaluations of one pull request begin at least three seconds apart', () => {
  test('a message that would begin one sooner leaves two messages and is done with', async () => {
    const world = createWorld();
    world.hook();
    world.hook('hook/soon', 1);
    await world.drain(2);
    expect(callsOf(world, 'readPullRequest')).toHaveLength(1);
    expect(
      world.queue.recorded.sent.map(({ messageId, message }) => [
        messageId,
        'cause' in message ? message.cause : undefined,
      ]),
    ).toEqual([
      [`settle/${key.connectionId}/pr/${key.repositoryId}/7/2026-10-01T12:00:15.000Z`, 'settle'],
      [`settle/${key.connectionId}/pr/${key.repositoryId}/7/2026-10-01T12:00:30.000Z`, 'settle'],
      [`next/${key.connectionId}/pr/${key.repositoryId}/7/evaluation-1`, 'next'],
    ]);
    expect(world.ledger.recorded.intents(key)).toEqual(['evaluation-1']);
    const { beganAt } = world.ledger.recorded.state(key).finished ?? { beganAt: new Date(NaN) };
    await world.drain(10);
    const next = world.ledger.recorded.state(key).finished?.beganAt.getTime() ?? NaN;
    expect(next - beganAt.getTime()).toBeGreaterThanOrEqual(3_000);
    expect(next - beganAt.getTime()).toBeLessThan(3_100);
    await world.drain();
    expect(callsOf(world, 'readPullRequest')).toHaveLength(4);
  });

  test('a hundred pushes in ten seconds cost a few evaluations, and the last one is judged', async () => {
    const world = createWorld();
    for (let index = 0; index < 100; index += 1) world.hook(`hook/push ${index}`, index / 10);
    for (let index = 0; index < 99; index += 1) world.pullRequest.push();
    world.pullRequest.push([{ path: '/src/basket.ts', additions: 700, deletions: 0 }]);
    await world.drain();
    expect(callsOf(world, 'readPullRequest').length).toBeLessThanOrEqual(7);
    expect(world.verdict()).toMatchObject({
      iterationId: 101,
      description: '3 gates passed · advice: size 700 > 600 lines',
    });
    expect(world.queue.recorded.pending()).toEqual([]);
  });

  test('a next message that comes too soon by the table waits for the rest, as its id is spent', async () => {
    const world = createWorld();
    world.hook();
    world.hook('hook/soon', 1);
    await world.drain(2);
    const next = world.queue.recorded.pending().find(({ messageId }) => messageId.startsWith('next/'));
    world.wire.meanwhile('ledger.read', () => {
      // The table's clock and the broker's drift apart: here time steps back between the two.
      world.clock.advance(-1);
    });
    await world.drain((next?.enqueuedAt.getTime() ?? 0) / 1_000 - world.clock.now().getTime() / 1_000 + 2);
    expect(world.clock.slept).toHaveLength(1);
    expect(world.clock.slept[0]).toBeCloseTo(1, 1);
    expect(world.ledger.recorded.state(key).finished?.evaluationId).not.toBe('evaluation-1');
  });
});

describe('a push while a pull request is judged', () => {
  test('no status says anything about an iteration that is not the newest; the next message judges it', async () => {
    const world = createWorld();
    world.pullRequest.change((state) => (state.workItems = []));
    world.wire.meanwhile('readThreads', () => world.pullRequest.push());
    world.hook();
    await world.drain(1);
    expect(world.azureDevOps.recorded.statuses()).toEqual([]);
    expect(world.queue.recorded.sent.map(({ messageId, dueIn }) => [messageId, dueIn])).toEqual([
      [`next/${key.connectionId}/pr/${key.repositoryId}/7/evaluation-1`, 3],
      [`settle/${key.connectionId}/pr/${key.repositoryId}/7/2026-10-01T12:00:15.000Z`, 15],
    ]);
    await world.drain();
    expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
    expect(world.verdict()).toMatchObject({
      iterationId: 2,
      description: '1 of 3 blocking gates failed: work-items none linked',
    });
    expect(world.azureDevOps.recorded.summaries()).toHaveLength(1);
  });

  test('a pull request without iterations is compared by its commit', async () => {
    const world = createWorld();
    world.pullRequest.change((state) => {
      state.details.supportsIterations = false;
      state.iterations = [];
    });
    world.wire.meanwhile('readStatuses', () => world.pullRequest.push());
    world.hook();
    await world.drain(1);
    expect(world.azureDevOps.recorded.statuses()).toEqual([]);
    await world.drain();
    expect(world.verdict()).toMatchObject({ iterationId: null, description: '4 gates passed' });
  });
});
