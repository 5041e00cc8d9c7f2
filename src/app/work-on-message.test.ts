import { deliveryOf } from './delivery';
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
