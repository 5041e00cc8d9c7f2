import { deliveryOf } from './delivery';
import { createWorkOnMessage } from './work-on-message';
import { createWorld } from './testing/world';

const enqueuedTimeUtc = '2026-10-01T12:00:00.000Z';

test.each<[string, unknown]>([
  ['text', 'hello'],
  ['nothing', undefined],
  ['another kind', { schemaVersion: 1, kind: 'sweep' }],
])('a message that nobody can read is recorded and done with: %s', async (_, body) => {
  const world = createWorld();
  world.queue.put(body, { messageId: 'odd', session: 'elsewhere' });
  await world.drain();
  expect(world.queue.recorded.pending()).toEqual([]);
  expect(world.deadLetters.recorded.letters()).toMatchObject([
    { reason: 'malformed', messageId: 'odd', sessionId: 'elsewhere', key: null, body: JSON.stringify(body ?? null) },
  ]);
  expect(world.wire.calls).toEqual(['deadLetters.record']);
});

test('a message of a newer release is put off for five minutes, again and again, as it is and in its session', async () => {
  const world = createWorld();
  const body = { schemaVersion: 2, kind: 'pullRequest', what: { nobody: 'knows yet' } };
  world.queue.put(body, { messageId: 'hook/1', session: 'pr/1/7' });
  const begun = world.clock.now();
  await world.drain(11 * 60);
  expect(world.wire.calls).toEqual(Array.from({ length: 3 }, () => 'queue.sendLater'));
  const [waiting, ...others] = world.queue.recorded.pending();
  expect(others).toEqual([]);
  expect(waiting?.messageId).toMatch(/^later\/2026-[^/]*\/hook\/1$/);
  expect(Number(waiting?.enqueuedAt) - Number(begun)).toBeGreaterThanOrEqual(15 * 60_000);
  expect(world.deadLetters.recorded.letters()).toEqual([]);

  const seen: unknown[] = [];
  const release = createWorkOnMessage({
    judge: () => Promise.reject(new Error('not asked for')),
    sweep: () => Promise.reject(new Error('not asked for')),
    operate: () => Promise.reject(new Error('not asked for')),
    deadLetters: world.deadLetters.port,
    queue: { sendLater: async (...sent) => void seen.push(sent) },
    log: world.log.port,
  });
  await world.queue.drain({ work: release, deadLetter: () => Promise.resolve() }, 6 * 60);
  expect(seen).toMatchObject([[body, { sessionId: 'pr/1/7', dueIn: 300 }]]);
});

describe("the trigger's metadata", () => {
  test('a time may come as text or as a Date', () => {
    const enqueuedAt = new Date(enqueuedTimeUtc);
    const expected = { messageId: 'm', sessionId: 's', enqueuedAt };
    expect(deliveryOf({ messageId: 'm', sessionId: 's', enqueuedTimeUtc })).toEqual(expected);
    expect(deliveryOf({ messageId: 'm', sessionId: 's', enqueuedTimeUtc: enqueuedAt })).toEqual(expected);
  });

  test('an id that looks like a number is one text for one number', () => {
    expect(deliveryOf({ messageId: 42, sessionId: 's', enqueuedTimeUtc }).messageId).toBe('42');
  });

  test.each([undefined, null, 'yesterday', 7])('without a time nothing can be decided: %p', (time) => {
    expect(() => deliveryOf({ messageId: 'm', sessionId: 's', enqueuedTimeUtc: time })).toThrow(
      'when the message was enqueued',
    );
  });
});
