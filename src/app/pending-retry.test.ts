import { Failure } from '../core/failures';
import { pullRequestMessage, sessionId } from '../core/messages';

import { key } from './testing/samples';
import { createWorld, type World } from './testing/world';

const busy = new Failure({ kind: 'rateLimited', message: 'Azure DevOps is busy.', retryAfterSeconds: 100 });
const down = new Failure({ kind: 'unavailable', message: 'Azure DevOps does not answer.' });
const subject = `${key.connectionId}/pr/${key.repositoryId}/7`;

const asked = (world: World): string[] => world.wire.attempts.filter((attempt) => /^(read|post|create)/.test(attempt));
const sent = (world: World): unknown[] => world.queue.recorded.sent.map(({ messageId, dueIn }) => [messageId, dueIn]);
const retries = (world: World): string[] =>
  world.queue.recorded.sent.map(({ messageId }) => messageId).filter((messageId) => messageId.startsWith('retry/'));
const retryOf = (world: World) => world.ledger.recorded.state(key).retry;

/** A pull request that fails for want of a work item; Azure DevOps was down when the first hook came. */
async function waitingWorld(failure = down, times = 1): Promise<World> {
  const world = createWorld();
  world.pullRequest.change((state) => (state.workItems = []));
  world.wire.fail('readPullRequest', 'before', failure, times);
  world.hook('hook/1');
  await world.drain(1);
  world.wire.clearCalls();
  return world;
}

describe('while a retry is pending', () => {
  test('the ledger knows when it is due, and which it is', async () => {
    const world = await waitingWorld();
    expect(sent(world)).toEqual([[`retry/${subject}/hook/1/1`, 30]]);
    const retry = retryOf(world);
    expect(retry?.attempt).toBe(1);
    expect((retry?.dueAt.getTime() ?? 0) - world.clock.now().getTime()).toBeCloseTo(30_000, -3);
  });

  test('other messages of the pull request are done with, without a request', async () => {
    const world = await waitingWorld();
    for (const cause of ['hook', 'settle', 'next', 'sweep', 'until'] as const) {
      world.queue.put(pullRequestMessage(key, cause, true), { messageId: `m/${cause}`, session: sessionId(key) });
    }
    await world.drain(5);
    expect(asked(world)).toEqual([]);
    expect(world.queue.recorded.pending().map(({ messageId }) => messageId)).toContain(`retry/${subject}/hook/1/1`);
    expect(world.azureDevOps.recorded.statuses()).toEqual([]);
  });

  test('the retry passes, judges, and is forgotten; the next message is judged at once', async () => {
    const world = await waitingWorld();
    await world.drain();
    expect(world.verdict()).toMatchObject({ state: 'failed' });
    expect(retryOf(world)).toBeUndefined();
    world.clock.advance(5);
    world.pullRequest.push();
    world.hook('hook/2');
    await world.drain(1);
    expect(world.verdict()).toMatchObject({ iterationId: 2 });
  });

  test('a retry that fails leaves the next, twice as far away, and the ledger knows that one', async () => {
    const world = await waitingWorld(down, 2);
    await world.drain(31);
    expect(sent(world)).toEqual([
      [`retry/${subject}/hook/1/1`, 30],
      [`retry/${subject}/hook/1/2`, 60],
    ]);
    expect(retryOf(world)?.attempt).toBe(2);
  });

  test('a hook that comes when it is due, but not there yet, goes on with its chain and begins none of its own', async () => {
    const world = await waitingWorld(down, 4);
    const soon = new Date(world.clock.now().getTime() + 25_000);
    await world.ledger.port.postpone(key, { dueAt: soon, attempt: 1, chain: 'hook/1' });
    world.wire.clearCalls();
    for (const after of [26, 27, 28]) world.hook(`hook/between ${after}`, after);
    await world.drain(29);
    expect(asked(world)).toContain('readPullRequest');
    world.wire.clearCalls();
    await world.drain(20);
    // The first retry came, and left everything to the second.
    expect(asked(world)).toEqual([]);
    expect(retries(world)).toEqual([`retry/${subject}/hook/1/1`, `retry/${subject}/hook/1/2`]);
    await world.drain();
    expect(world.verdict()).toMatchObject({ state: 'failed' });
    expect(retries(world)).toEqual([1, 2, 3, 4].map((attempt) => `retry/${subject}/hook/1/${attempt}`));
  });

  test('a retry that is delivered again after it left the next is left to that', async () => {
    const world = await waitingWorld(down, 2);
    world.wire.crash('ledger.postpone', 'after');
    await world.drain(40);
    world.wire.clearCalls();
    await world.drain(40);
    expect(asked(world)).toEqual([]);
    await world.drain();
    expect(world.verdict()).toMatchObject({ state: 'failed' });
  });

  test('a hook that the retry will look after too early leaves a second look', async () => {
    const world = await waitingWorld();
    world.hook('hook/late', 25);
    await world.drain(27);
    world.azureDevOps.answerLate(10);
    world.pullRequest.push();
    await world.drain();
    expect(world.verdict()).toMatchObject({ iterationId: 2 });
    expect(world.queue.recorded.sent.map(({ messageId }) => messageId)).toContain(
      `settle/${subject}/2026-10-01T12:00:45.000Z`,
    );
  });

  test('a hook that comes 15 s before it leaves none', async () => {
    const world = await waitingWorld();
    world.hook('hook/early', 5);
    await world.drain();
    expect(sent(world)).toHaveLength(1);
  });

  test('a comment that came meanwhile is read by it: it compares everything', async () => {
    const world = createWorld();
    world.hook();
    await world.drain();
    world.wire.fail('connections.find', 'before', down);
    world.clock.advance(60);
    world.hook();
    await world.drain(1);
    const thread = world.azureDevOps.createThreadAs(world.pullRequest.seen(0).details.author, {
      content: '/gate re-run',
      status: 'active',
      properties: {},
    });
    world.queue.put(pullRequestMessage(key, 'hook', true), { messageId: 'hook/comment', session: sessionId(key) });
    await world.drain(40);
    const answered = world.azureDevOps.recorded.threads().find(({ id }) => id === thread.id);
    expect(answered?.comments).toHaveLength(2);
  });

  test('another pull request, or one of another connection, does not wait', async () => {
    const world = await waitingWorld();
    world.queue.put(pullRequestMessage({ ...key, pullRequestId: 8 }, 'hook'), { messageId: 'm/8', session: 'pr/8' });
    await world.drain(1);
    expect(asked(world)).toContain('readPullRequest');
  });
});

describe('Retry-After', () => {
  test('is waited for, by other messages as well', async () => {
    const world = await waitingWorld(busy);
    expect(sent(world)).toEqual([[`retry/${subject}/hook/1/1`, 100]]);
    for (const after of [10, 40, 95]) world.hook(`hook/after ${after}`, after);
    await world.drain(98);
    expect(asked(world)).toEqual([]);
    await world.drain();
    expect(world.verdict()).toMatchObject({ state: 'failed' });
  });

  test('that is shorter than the usual wait changes nothing', async () => {
    const world = await waitingWorld(new Failure({ kind: 'rateLimited', message: 'Busy.', retryAfterSeconds: 3 }));
    expect(sent(world)).toEqual([[`retry/${subject}/hook/1/1`, 30]]);
  });
});

describe('a process that dies, or a table that fails, between sending and noting', () => {
  test.each(['before', 'after'] as const)('dies %s sending: one retry, and one verdict', async (when) => {
    const world = createWorld();
    world.wire.fail('readPullRequest', 'before', down, 2);
    world.wire.crash('queue.send', when);
    world.hook('hook/1');
    await world.drain();
    expect(retries(world)).toEqual([`retry/${subject}/hook/1/1`]);
    expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
    expect(retryOf(world)).toBeUndefined();
  });

  test.each(['before', 'after'] as const)('dies %s noting: what is sent again is folded', async (when) => {
    const world = createWorld();
    world.wire.fail('readPullRequest', 'before', down, 2);
    world.wire.crash('ledger.postpone', when);
    world.hook('hook/1');
    await world.drain();
    expect(retries(world)).toEqual([`retry/${subject}/hook/1/1`]);
    expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
    expect(retryOf(world)).toBeUndefined();
  });

  test('a push while the retry judges, whose note tells a later time: the new iteration does not wait for it', async () => {
    const world = await waitingWorld();
    await world.ledger.port.postpone(key, {
      dueAt: new Date(world.clock.now().getTime() + 600_000),
      attempt: 1,
      chain: 'hook/1',
    });
    world.wire.meanwhile('readThreads', () => world.pullRequest.push());
    await world.drain(60);
    expect(world.verdict()).toMatchObject({ iterationId: 2 });
  });

  test('a note that cannot be written costs requests, and nothing else', async () => {
    const world = createWorld();
    world.wire.fail('readPullRequest', 'before', down);
    world.wire.fail('ledger.postpone', 'before', down);
    world.hook('hook/1');
    world.hook('hook/2', 5);
    await world.drain(1);
    expect(retryOf(world)).toBeUndefined();
    expect(world.queue.recorded.pending().map(({ messageId }) => messageId)).toContain(`retry/${subject}/hook/1/1`);
    await world.drain(6);
    expect(world.verdict()).toMatchObject({ state: 'succeeded' });
    await world.drain();
    expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
  });

  test('a retry that was lost keeps nobody waiting after its time', async () => {
    const world = createWorld();
    await world.ledger.port.postpone(key, {
      dueAt: new Date(world.clock.now().getTime() + 30_000),
      attempt: 1,
      chain: 'hook/0',
    });
    world.hook('hook/1');
    world.hook('hook/2', 29);
    await world.drain(29.5);
    expect(asked(world)).toEqual([]);
    world.hook('hook/3', 2);
    await world.drain(3);
    expect(world.verdict()).toMatchObject({ state: 'succeeded' });
  });
});

describe('from the fourth attempt', () => {
  const ATTEMPTS = 30 + 60 + 120;

  test('the pull request says that it could not be judged, and a success replaces that', async () => {
    const world = await waitingWorld();
    world.wire.fail('readWorkItems', 'before', down, 3);
    await world.drain(30 + 60 + 5);
    expect(world.azureDevOps.recorded.statuses()).toEqual([]);
    await world.drain(ATTEMPTS);
    expect(world.verdict()).toMatchObject({ state: 'error', iterationId: 1 });
    await world.drain();
    expect(world.azureDevOps.recorded.statuses().map(({ state }) => state)).toEqual(['error', 'failed']);
    expect(world.deadLetters.recorded.letters()).toHaveLength(1);
  });

  test('also when that could not be told at the fourth, as everything was down', async () => {
    const world = createWorld();
    world.wire.fail('readWorkItems', 'before', down, 5);
    world.wire.fail('postStatus', 'before', down);
    world.hook();
    await world.drain(ATTEMPTS + 5);
    expect(world.azureDevOps.recorded.statuses()).toEqual([]);
    await world.drain(240 + 5);
    expect(world.verdict()?.state).toBe('error');
  });

  test('however often it fails: one status, one record, and few rows in the ledger', async () => {
    const world = createWorld();
    world.wire.fail('readWorkItems', 'before', down, 20);
    world.hook('hook/1');
    await world.drain(4 * 3_600);
    expect(world.wire.attempts.filter((attempt) => attempt === 'readWorkItems').length).toBeGreaterThan(15);
    expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
    expect(world.deadLetters.recorded.letters()).toHaveLength(1);
    expect(world.ledger.recorded.intents(key).length).toBeLessThanOrEqual(2);
    await world.drain();
    expect(world.azureDevOps.recorded.statuses().map(({ state }) => state)).toEqual(['error', 'succeeded']);
  });
});
