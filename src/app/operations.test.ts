import { z } from 'zod';

import { Failure } from '../core/failures';

import { defineOperation } from './operation-work';
import { connection } from './testing/samples';
import { createWorld } from './testing/world';

const by = { id: 'olga', name: 'Olga Admin' };

/** Counts to what was asked for, three at a time; what it counted is seen from outside. */
function counting({ dueIn }: { dueIn?: number } = {}) {
  const counted: number[] = [];
  const world = createWorld({
    kinds: [
      defineOperation({
        kind: 'count',
        requestSchema: z.strictObject({ to: z.int() }),
        cursorSchema: z.int(),
        work: ({ request: { to }, cursor = 0 }) =>
          world.wire.call('count', () => {
            const until = Math.min(to, cursor + 3);
            for (let number = cursor + 1; number <= until; number += 1) counted.push(number);
            const progress = { done: until, total: to, doing: 'counting' };
            if (until === to) return { state: 'done' as const, result: { counted: to }, progress };
            return { state: 'more' as const, cursor: until, progress, ...(dueIn === undefined ? {} : { dueIn }) };
          }),
      }),
    ],
  });
  const only = () => {
    const [operation, ...others] = world.operations.recorded.all();
    expect(others).toEqual([]);
    if (!operation) throw new Error('There is no operation.');
    return operation;
  };
  return { ...world, counted, only, start: (to = 7) => world.runner.start('count', connection, { to }, by) };
}

test('is done slice by slice, and says how far it is', async () => {
  const world = counting();
  const started = await world.start();
  expect(started).toMatchObject({ state: 'queued', by, kind: 'count', progress: { done: 0, total: null } });
  await world.drain();
  expect(world.counted).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(world.only()).toMatchObject({
    state: 'succeeded',
    step: 3,
    progress: { done: 7, total: 7, doing: 'counting' },
    result: { counted: 7 },
    trouble: null,
  });
});

test('waits between slices as long as they want', async () => {
  const world = counting({ dueIn: 20 });
  const begun = world.clock.now().getTime();
  await world.start();
  await world.drain();
  expect((world.clock.now().getTime() - begun) / 1_000).toBeCloseTo(40, 0);
});

test('asked for while the same is under way joins it; another is another', async () => {
  const world = counting();
  const first = await world.start();
  expect((await world.start()).id).toBe(first.id);
  expect((await world.start(9)).id).not.toBe(first.id);
  await world.drain();
  expect(world.counted).toHaveLength(7 + 9);
  expect((await world.start()).id).not.toBe(first.id);
});

test('comes to its end whatever call the process dies at, before or after it took effect', async () => {
  let calls = Infinity;
  for (let at = 1; at <= calls; at += 1) {
    for (const when of ['before', 'after'] as const) {
      const world = counting();
      await world.start();
      world.wire.clearCalls();
      world.wire.crash(at, when);
      await world.drain();
      expect(world.only()).toMatchObject({ state: 'succeeded', step: 3, result: { counted: 7 } });
      expect([...new Set(world.counted)]).toEqual([1, 2, 3, 4, 5, 6, 7]);
      calls = world.wire.attempts.length;
    }
  }
  expect(calls).toBeGreaterThan(8);
});

test('goes on with the next sweep when its message is lost, and is sent again by whoever asks again', async () => {
  const world = counting();
  world.wire.crash('queue.send', 'before');
  await expect(world.start()).rejects.toThrow('The process died.');
  world.wire.restart();
  await world.sweep(5);
  expect(world.only()).toMatchObject({ state: 'succeeded' });

  const other = counting();
  other.wire.crash('queue.send', 'before');
  await expect(other.start()).rejects.toThrow('The process died.');
  other.wire.restart();
  await other.start();
  await other.drain();
  expect(other.only()).toMatchObject({ state: 'succeeded' });
});

test('waits for a service that is down, says so, and counts nothing twice', async () => {
  const world = counting();
  await world.start();
  const busy = new Failure({ kind: 'unavailable', message: 'Azure DevOps is busy.' });
  world.wire.fail('count', 'before', busy, 3);
  await world.drain(60);
  expect(world.only()).toMatchObject({ state: 'queued', attempts: 2, trouble: 'Azure DevOps is busy.' });
  await world.drain();
  expect(world.only()).toMatchObject({ state: 'succeeded', attempts: 0, trouble: null });
  expect(world.counted).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test.each(['queue.send', 'operations.replace'])('goes on at once when %s fails once', async (call) => {
  for (const nth of [1, 2, 3]) {
    const world = counting();
    await world.start();
    const begun = world.clock.now().getTime();
    const down = new Failure({ kind: 'unavailable', message: 'It is down.' });
    if (nth === 1) world.wire.fail(call, 'before', down);
    else world.wire.fail(call, 'after', down, nth - 1);
    await world.drain();
    expect(world.only()).toMatchObject({ state: 'succeeded', step: 3 });
    expect(world.clock.now().getTime() - begun).toBeLessThan(60_000);
  }
});

test.each<[string, Failure, number]>([
  ['for good', new Failure({ kind: 'unavailable', message: 'Azure DevOps is down.' }), 9],
  ['that nobody can wait out', new Failure({ kind: 'permissionMissing', message: 'Olga has to grant it.' }), 1],
])('ends with the sentence of a failure %s', async (_, failure, tries) => {
  const world = counting();
  await world.start();
  world.wire.fail('count', 'before', failure, 100);
  await world.drain();
  expect(world.only()).toMatchObject({ state: 'failed', trouble: failure.message });
  expect(world.wire.attempts.filter((call) => call === 'count')).toHaveLength(tries);
  expect(world.log.recorded.entries).toContainEqual(
    expect.objectContaining({ level: 'error', message: 'An operation failed' }),
  );
});

test('what is kept of it and cannot be read any more ends it', async () => {
  const world = counting();
  await world.runner.start('count', connection, { to: 'infinity' }, by);
  await world.drain();
  expect(world.only()).toMatchObject({ state: 'failed', trouble: expect.stringContaining('ask for it again') });
  expect(world.counted).toEqual([]);
});

test('of which two workers have the message counts once', async () => {
  const world = counting();
  await world.start();
  world.wire.stall('count', () => world.drain());
  await world.drain();
  expect(world.only()).toMatchObject({ state: 'succeeded', step: 3, result: { counted: 7 } });
});

test('does not begin where a connection is being disconnected', async () => {
  const world = counting();
  const leaving = { ...connection, state: 'leaving' } as const;
  await expect(world.runner.start('count', leaving, { to: 3 }, by)).rejects.toThrow(/is being disconnected/);
  expect(world.operations.recorded.all()).toEqual([]);
});

test('ends where its connection is being disconnected meanwhile', async () => {
  const world = counting({ dueIn: 60 });
  await world.start();
  await world.drain(30);
  world.connections.put({ ...connection, state: 'leaving' });
  await world.drain();
  expect(world.only()).toMatchObject({ state: 'failed', trouble: expect.stringContaining('is being disconnected') });
  expect(world.counted).toEqual([1, 2, 3]);
});

test('nobody knows is refused', async () => {
  const world = counting();
  await expect(world.runner.start('sing', connection, {}, by)).rejects.toThrow('no operation sing');
});
