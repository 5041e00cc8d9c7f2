import { Failure } from '../core/failures';

import { createReadHealth, type PartHealth } from './health';
import { createWorld, type World } from './testing/world';

const down = new Failure({ kind: 'unavailable', message: 'It is down at secret.vault.example.' });

const healthOf = (world: World, seconds?: number) =>
  createReadHealth({ ...world.shared, queueHealth: world.queueHealth.port }, seconds);
const states = (parts: readonly PartHealth[]) => Object.fromEntries(parts.map(({ part, state }) => [part, state]));
const well = { tables: 'ok', 'key-vault': 'ok', 'queue-send': 'ok', 'queue-receive': 'ok' };

test('where everything answers, every part is ok', async () => {
  const world = createWorld();
  expect(states(await healthOf(world)())).toEqual(well);
  expect(world.queue.recorded.sent).toEqual([]);
  // Past the cache: what was read an hour ago says nothing about now.
  expect(world.secrets.recorded.reads).toEqual(['hook health fresh']);
});

test.each([
  ['connections.list', 'tables'],
  ['secrets.readHookSecrets', 'key-vault'],
  ['queueHealth.reach send', 'queue-send'],
  ['queueHealth.reach receive', 'queue-receive'],
])('where %s fails, %s does, the others are ok, and the log says why', async (call, part) => {
  const world = createWorld();
  world.wire.fail(call, 'before', down);
  const parts = await healthOf(world)();
  expect(states(parts)).toEqual({ ...well, [part]: 'failed' });
  expect(JSON.stringify(parts)).not.toContain('secret');
  expect(world.log.recorded.entries).toMatchObject([{ level: 'warn', fields: { part, reason: down.message } }]);
});

test('a part that does not answer is late, and keeps nobody waiting', async () => {
  const world = createWorld();
  world.wire.stall('queueHealth.reach send', () => new Promise(() => undefined));
  expect(states(await healthOf(world, 0.02)())).toEqual({ ...well, 'queue-send': 'late' });
});

test('a flood asks the services once in five seconds', async () => {
  const world = createWorld();
  const read = healthOf(world);
  await Promise.all(Array.from({ length: 100 }, () => read()));
  expect(world.wire.attempts).toHaveLength(4);
  world.clock.advance(6);
  await read();
  expect(world.wire.attempts).toHaveLength(8);
});
