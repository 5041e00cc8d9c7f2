import { pullRequestMessage, sessionId } from '../core/messages';

import { key } from './testing/samples';
import { createWorld, type World } from './testing/world';

const FAILED = '1 of 3 blocking gates failed: work-items none linked';

function createFailing(): World {
  const world = createWorld();
  world.pullRequest.change((state) => (state.workItems = []));
  return world;
}

/** Another worker begins an evaluation, and dies at once. */
const somebodyBegins = ({ ledger, clock }: World): void => {
  clock.advance(1);
  ledger.port.begin(key, 'somebody-else').catch(() => undefined);
};

/** What people see in the end. */
const seen = (world: World): unknown => ({
  verdict: [world.verdict()?.state, world.verdict()?.description],
  summaries: world.azureDevOps.recorded.summaries().map(({ status }) => status),
  pending: world.queue.recorded.pending(),
  letters: world.deadLetters.recorded.letters(),
});
const whole = { verdict: ['failed', FAILED], summaries: ['active'], pending: [], letters: [] };

describe('a worker that lost its session while it judged', () => {
  test('writes nothing once somebody else has begun, and leaves a message for later', async () => {
    const world = createFailing();
    world.wire.meanwhile('readLineCounts', () => {
      somebodyBegins(world);
    });
    world.hook();
    await world.drain(1);
    expect(world.azureDevOps.recorded.writes()).toEqual([]);
    expect(world.queue.recorded.sent.map(({ messageId }) => messageId)).toContain(
      `next/${key.connectionId}/pr/${key.repositoryId}/7/evaluation-1`,
    );
    await world.drain();
    expect(seen(world)).toEqual(whole);
  });

  test('whose status alone is to be written asks as well', async () => {
    const world = createFailing();
    world.configure({ comments: { summary: 'off' } });
    world.wire.meanwhile('readLineCounts', () => {
      somebodyBegins(world);
    });
    world.hook();
    await world.drain(1);
    expect(world.azureDevOps.recorded.writes()).toEqual([]);
    await world.drain();
    expect(seen(world)).toEqual({ ...whole, summaries: [] });
  });

  test('that has nothing to write asks nothing', async () => {
    const world = createFailing();
    world.hook();
    await world.drain();
    world.clock.advance(60);
    world.wire.clearCalls();
    world.commentHook();
    await world.drain(1);
    expect(world.wire.calls.filter((call) => call === 'ledger.read')).toHaveLength(1);
  });

  test('after it wrote: everything is compared once more', async () => {
    const world = createFailing();
    world.wire.meanwhile('ledger.finish', () => {
      somebodyBegins(world);
    });
    world.hook();
    await world.drain(1);
    expect(world.azureDevOps.recorded.writes()).toEqual(['createThread', 'postStatus']);
    expect(world.queue.recorded.sent.map(({ messageId }) => messageId)).toContain(
      `next/${key.connectionId}/pr/${key.repositoryId}/7/evaluation-1/thorough`,
    );
    await world.drain();
    expect(seen(world)).toEqual(whole);
    expect(world.azureDevOps.recorded.writes()).toEqual(['createThread', 'postStatus']);
  });
});

test.each([0, 1, 4])(
  'two workers with the same session, the second beginning %d s later at any one call of the first',
  async (seconds) => {
    const metadataOf = (world: World, messageId: string) => ({
      messageId,
      sessionId: sessionId(key),
      enqueuedTimeUtc: world.clock.now().toISOString(),
    });
    const happy = createFailing();
    await happy.consumers.work(pullRequestMessage(key, 'hook'), metadataOf(happy, 'hook/1'));
    const { length } = happy.wire.attempts;
    expect(length).toBeGreaterThan(10);

    for (let call = 1; call <= length; call += 1) {
      const world = createFailing();
      const others: Promise<void>[] = [];
      const metadata = metadataOf(world, 'hook/1');
      world.wire.meanwhile(call, () => {
        world.clock.advance(seconds);
        others.push(world.consumers.work(pullRequestMessage(key, 'hook'), metadata));
      });
      await world.consumers.work(pullRequestMessage(key, 'hook'), metadata);
      await Promise.all(others);
      expect(others).toHaveLength(1);
      await world.drain();
      expect({ call, seen: seen(world) }).toEqual({ call, seen: whole });
      world.wire.clearCalls();
      await world.sweep(13);
      expect({ call, writes: world.azureDevOps.recorded.writes() }).toEqual({ call, writes: [] });
    }
  },
);
