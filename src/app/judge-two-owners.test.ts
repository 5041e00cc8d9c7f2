import { pullRequestMessage, sessionId } from '../core/messages';

import { key } from './testing/samples';
import { createWorld, type World } from './testing/world';

/** No work item is linked: red, until somebody links one. */
function createRed(): World {
  const world = createWorld();
  world.pullRequest.change((state) => (state.workItems = []));
  return world;
}

const metadataOf = (world: World, enqueuedAt = world.clock.now()) => ({
  messageId: 'hook/1',
  sessionId: sessionId(key),
  enqueuedTimeUtc: enqueuedAt.toISOString(),
});
const verdicts = (world: World): string[] => world.azureDevOps.recorded.statuses().map(({ state }) => state);

/** The truth changes, and a second worker, which has the session by now, begins and ends before the first goes on. */
function secondOwner(world: World, metadata: Record<string, unknown>, later: number): () => Promise<void> {
  return async () => {
    world.clock.advance(later);
    world.pullRequest.change((state) => (state.workItems = [{ id: 1, type: 'Bug', state: 'New', title: 'voucher' }]));
    await world.consumers.work(pullRequestMessage(key, 'hook', true), metadata);
  };
}

async function callsOfOne(): Promise<readonly string[]> {
  const world = createRed();
  await world.consumers.work(pullRequestMessage(key, 'hook'), metadataOf(world));
  return world.wire.attempts;
}

test.each([1, 4, 40])(
  'the first stalls at any one call for %d s, while the second judges what is true by now: it ends with that',
  async (later) => {
    const calls = await callsOfOne();
    const olderWasLast: string[] = [];
    for (const [index, call] of calls.entries()) {
      const world = createRed();
      const metadata = metadataOf(world);
      world.wire.stall(index + 1, secondOwner(world, metadata, later));
      await world.consumers.work(pullRequestMessage(key, 'hook'), metadata);
      if (verdicts(world).join() === 'succeeded,failed') olderWasLast.push(call);
      await world.drain();
      expect({ call, index, last: verdicts(world).at(-1) }).toEqual({ call, index, last: 'succeeded' });
      expect(world.azureDevOps.recorded.summaries().length).toBeLessThanOrEqual(1);
      expect(world.queue.recorded.pending()).toEqual([]);
    }
    // The fence is asked with the iterations, last before the status: only what stalls there may still come too late.
    expect(olderWasLast.filter((call) => call !== 'readIterations' && call !== 'postStatus')).toEqual([]);
  },
);

test('the first posts last and dies before it could tell: the sweep sees it within the hour', async () => {
  const world = createRed();
  const metadata = metadataOf(world);
  world.wire.stall('postStatus', async () => {
    await secondOwner(world, metadata, 40)();
    world.wire.crash('postStatus', 'after');
  });
  await expect(world.consumers.work(pullRequestMessage(key, 'hook'), metadata)).rejects.toThrow('died');
  world.wire.restart();
  await world.drain();
  expect(verdicts(world)).toEqual(['succeeded', 'failed']);
  await world.sweep(12);
  expect(verdicts(world)).toEqual(['succeeded', 'failed', 'succeeded']);
});
