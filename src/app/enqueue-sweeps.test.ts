import { Failure } from '../core/failures';
import { sweepMessage } from '../core/messages';

import { connection } from './testing/samples';
import { createWorld, type World } from './testing/world';

const sent = (world: World): string[] => world.queue.recorded.sent.map(({ messageId }) => messageId);

test('one sweep for each connection, named after the five minutes that it is for', async () => {
  const world = createWorld();
  world.connections.put({ ...connection, id: 'con-fabrikam', name: 'fabrikam' });
  world.clock.advance(437);
  await world.enqueueSweeps();
  expect(world.queue.recorded.sent).toEqual([
    { messageId: 'sweep/con-contoso/2026-10-01T12:05:00.000Z', message: sweepMessage('con-contoso'), dueIn: 0 },
    { messageId: 'sweep/con-fabrikam/2026-10-01T12:05:00.000Z', message: sweepMessage('con-fabrikam'), dueIn: 0 },
  ]);
});

test('timers that fire twice, or in two places, make one sweep; five minutes later comes the next', async () => {
  const world = createWorld();
  await world.enqueueSweeps();
  world.clock.advance(299);
  await world.enqueueSweeps();
  expect(sent(world)).toEqual(['sweep/con-contoso/2026-10-01T12:00:00.000Z']);
  expect(world.queue.recorded.duplicates).toEqual(['sweep/con-contoso/2026-10-01T12:00:00.000Z']);
  world.clock.advance(1);
  await world.enqueueSweeps();
  expect(sent(world).at(-1)).toBe('sweep/con-contoso/2026-10-01T12:05:00.000Z');
});

test('a queue that is down is told to whoever runs the timer', async () => {
  const world = createWorld();
  const failure = new Failure({ kind: 'unavailable', message: 'No queue.' });
  world.wire.fail('queue.send', 'before', failure);
  await expect(world.enqueueSweeps()).rejects.toThrow(failure);
});

test('no connection, no sweep', async () => {
  const world = createWorld();
  world.connections.remove(connection.id);
  await world.enqueueSweeps();
  expect(sent(world)).toEqual([]);
});

test('what waits in the queue is told, in seconds by our clock; a queue that cannot be looked at fails no sweep', async () => {
  const world = createWorld();
  Object.assign(world.queueHealth.sight, { due: 7, oldestDueAt: world.clock.now(), dead: 2, isWhole: false });
  world.clock.advance(42);
  await world.enqueueSweeps();
  const failure = new Failure({ kind: 'unavailable', message: 'Nobody may look.' });
  world.wire.fail('queueHealth.look', 'before', failure);
  await world.enqueueSweeps();
  // By the broker's clock it may be enqueued only in a moment.
  Object.assign(world.queueHealth.sight, { oldestDueAt: new Date(world.clock.now().getTime() + 5_000) });
  await world.enqueueSweeps();
  expect(world.log.recorded.entries).toEqual([
    {
      level: 'info',
      message: 'The queue was looked at',
      fields: { due: 7, oldestSeconds: 42, dead: 2, isWhole: false },
    },
    { level: 'warn', message: 'The queue could not be looked at', fields: { reason: 'Nobody may look.' } },
    {
      level: 'info',
      message: 'The queue was looked at',
      fields: { due: 7, oldestSeconds: 0, dead: 2, isWhole: false },
    },
  ]);
});
