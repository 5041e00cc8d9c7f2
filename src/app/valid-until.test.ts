import { key } from './testing/samples';
import { createWorld, type World } from './testing/world';

const until = (world: World): unknown[] =>
  world.queue.recorded.sent
    .filter(({ messageId }) => messageId.startsWith('until/'))
    .map(({ messageId, message, dueIn }) => [messageId, 'cause' in message && message.cause, Math.round(dueIn)]);
const readings = (world: World): number => world.wire.calls.filter((call) => call === 'readThreads').length;
/** An evaluation that posted something is followed by a look at what stands: the freeze's end is not the only one. */
const isFrozen = (world: World): boolean => world.verdict()?.state === 'pending';

const freezeTo = (end: Date) => ({
  from: '2026-09-01T00:00Z',
  to: `${end.toISOString().slice(0, 16)}Z`,
  reason: 'release',
});

/** A pull request in a freeze that ends so many seconds after it was judged. */
async function frozenWorld(seconds: number): Promise<{ world: World; end: Date }> {
  const world = createWorld();
  const end = new Date(world.clock.now().getTime() + seconds * 1_000);
  world.configure({ gates: { freeze: { mode: 'block', windows: [freezeTo(end)] } } });
  world.hook();
  return { world, end };
}

describe('a verdict that holds until a time', () => {
  test('has one message scheduled for then, named after it', async () => {
    const { world, end } = await frozenWorld(3_600);
    await world.drain(100);
    expect(isFrozen(world)).toBe(true);
    expect(until(world)).toEqual([
      [`until/${key.connectionId}/pr/${key.repositoryId}/7/${end.toISOString()}`, 'until', 3_601],
    ]);
    expect(world.ledger.recorded.state(key).finished?.validUntil).toEqual(end);
  });

  test('has it once, however often it is judged anew meanwhile', async () => {
    const { world } = await frozenWorld(36_000);
    await world.drain(100);
    // The broker folds equal ids for some minutes only: at the end, each would come.
    for (let hour = 0; hour < 8; hour += 1) {
      world.clock.advance(3_600);
      world.commentHook();
      await world.drain(100);
    }
    expect(readings(world)).toBeGreaterThan(8);
    expect(until(world)).toHaveLength(1);
  });

  test('has another one for another end', async () => {
    const { world, end } = await frozenWorld(3_600);
    await world.drain(100);
    const later = new Date(end.getTime() + 60_000);
    world.configure({ gates: { freeze: { mode: 'block', windows: [freezeTo(later)] } } });
    world.hook();
    await world.drain(100);
    expect(until(world)).toHaveLength(2);
    await world.drain();
    expect(isFrozen(world)).toBe(false);
    expect(world.clock.now().getTime()).toBeGreaterThan(later.getTime());
  });

  test('is the same while it lasts, and judged again when it ends, although nothing changed', async () => {
    const { world, end } = await frozenWorld(3_600);
    await world.drain(1_000);
    world.wire.clearCalls();
    world.hook('hook/nothing new');
    await world.drain(1_000);
    expect(readings(world)).toBe(0);
    await world.drain();
    expect(readings(world)).toBe(1);
    expect(isFrozen(world)).toBe(false);
    const { finished } = world.ledger.recorded.state(key);
    expect(finished?.beganAt.getTime()).toBeGreaterThanOrEqual(end.getTime());
    expect(finished?.validUntil).toBeNull();
  });

  test('ends by a clock that is half a second behind, too', async () => {
    const { world } = await frozenWorld(3_600);
    await world.drain(3_590);
    expect(isFrozen(world)).toBe(true);
    world.wire.meanwhile('connections.find', () => {
      world.clock.advance(-0.5);
    });
    await world.drain();
    expect(isFrozen(world)).toBe(false);
  });

  test('that is over already is judged by whatever comes', async () => {
    const { world } = await frozenWorld(60);
    await world.drain(40);
    expect(isFrozen(world)).toBe(true);
    world.clock.advance(60);
    world.hook('hook/nothing new');
    await world.drain(1);
    expect(isFrozen(world)).toBe(false);
  });

  test.each(['before', 'after'] as const)('keeps its message when the process dies %s noting the end', async (when) => {
    const { world, end } = await frozenWorld(3_600);
    world.wire.crash('ledger.finish', when);
    await world.drain(300);
    expect(until(world).length).toBeGreaterThan(0);
    await world.drain();
    expect(world.ledger.recorded.state(key).finished?.beganAt.getTime()).toBeGreaterThanOrEqual(end.getTime());
  });
});
