import type { FinishedEvaluation } from './ports';
import { key } from './testing/samples';
import { createWorld, type World } from './testing/world';

const until = (world: World): unknown[] =>
  world.queue.recorded.sent
    .filter(({ messageId }) => messageId.startsWith('until/'))
    .map(({ messageId, message, dueIn }) => [messageId, 'cause' in message && message.cause, Math.round(dueIn)]);
const readings = (world: World): number => world.wire.calls.filter((call) => call === 'readThreads').length;

/** A judged pull request whose verdict holds until a time only; none of the present gates says so by itself. */
async function timedWorld(seconds: number): Promise<{ world: World; validUntil: Date }> {
  const world = createWorld();
  world.hook();
  await world.drain();
  world.clock.advance(60);
  const { finished } = world.ledger.recorded.state(key);
  if (!finished) throw new Error('It was judged.');
  const validUntil = new Date(world.clock.now().getTime() + seconds * 1_000);
  const beganAt = await world.ledger.port.begin(key, 'timed');
  const timed: FinishedEvaluation = { ...finished, evaluationId: 'timed', beganAt, validUntil };
  await world.ledger.port.finish(key, timed);
  world.clock.advance(60);
  world.wire.clearCalls();
  return { world, validUntil };
}

describe('a verdict that holds until a time', () => {
  test('has one message scheduled for then, named after it', async () => {
    const { world, validUntil } = await timedWorld(3_600);
    world.hook('hook/nothing new');
    await world.drain(100);
    expect(until(world)).toEqual([
      [`until/${key.connectionId}/pr/${key.repositoryId}/7/${validUntil.toISOString()}`, 'until', 3_541],
    ]);
    expect(world.ledger.recorded.state(key).finished?.validUntil).toEqual(validUntil);
  });

  test('is the same while it lasts, and judged again when it ends, although nothing changed', async () => {
    const { world, validUntil } = await timedWorld(3_600);
    world.hook('hook/nothing new');
    await world.drain(1_000);
    expect(readings(world)).toBe(0);
    await world.drain();
    expect(readings(world)).toBe(1);
    const { finished } = world.ledger.recorded.state(key);
    expect(finished?.beganAt.getTime()).toBeGreaterThanOrEqual(validUntil.getTime());
    expect(finished?.validUntil).toBeNull();
    expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
  });

  test('ends by a clock that is half a second behind, too', async () => {
    const { world } = await timedWorld(3_600);
    world.hook('hook/nothing new');
    await world.drain(3_530);
    world.wire.meanwhile('connections.find', () => {
      world.clock.advance(-0.5);
    });
    await world.drain();
    expect(readings(world)).toBe(1);
  });

  test('that is over already is judged by whatever comes', async () => {
    const { world } = await timedWorld(30);
    world.hook('hook/nothing new');
    await world.drain(1);
    expect(readings(world)).toBe(1);
    expect(until(world)).toEqual([]);
  });

  test.each(['before', 'after'] as const)('keeps its message when the process dies %s noting the end', async (when) => {
    const { world, validUntil } = await timedWorld(3_600);
    world.wire.crash('ledger.finish', when);
    world.hook('hook/nothing new');
    await world.drain(300);
    expect(until(world)).toHaveLength(1);
    await world.drain();
    expect(world.ledger.recorded.state(key).finished?.beganAt.getTime()).toBeGreaterThanOrEqual(validUntil.getTime());
  });
});
