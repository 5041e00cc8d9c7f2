import { Failure } from '../core/failures';
import { pullRequestMessage } from '../core/messages';

import type { ParsedHook } from './receive-service-hook';
import { createReceiver, pullRequestHook, SECRET } from './testing/receiver';
import { bot, connection, key, mallory, organizationId } from './testing/samples';

test('an authentic hook is queued as ids, in the session of its pull request', async () => {
  const receiver = createReceiver();
  expect(await receiver.deliver()).toBe(202);
  const [sent, ...others] = receiver.queue.recorded.sent;
  expect(others).toEqual([]);
  expect(sent?.messageId).toMatch(/^hook\/[0-9a-f]{40}$/);
  expect(sent?.dueIn).toBe(0);
  expect(sent?.message).toEqual({
    schemaVersion: 1,
    kind: 'pullRequest',
    cause: 'hook',
    ...key,
    thorough: false,
    attempt: 0,
  });
  expect(receiver.parsed).toEqual([{ id: 'event-1' }]);
});

describe('what is authentic but unwanted is dropped with 200', () => {
  test.each<[string, ParsedHook]>([
    ['a test delivery', { kind: 'test' }],
    ['an event that nobody wants', { kind: 'unwanted', reason: 'git.push' }],
    ['a body that is none', { kind: 'malformed', reason: 'no resource' }],
    ['another organization', { ...pullRequestHook, organizationIds: ['ffffffff-0000-4000-8000-000000000000'] }],
    ['our own comment', { ...pullRequestHook, commentAuthorId: bot.id }],
  ])('%s', async (_, parsed) => {
    const receiver = createReceiver();
    expect(await receiver.deliver({ parsed })).toBe(200);
    expect(receiver.queue.recorded.sent).toEqual([]);
  });

  test.each<[string, ParsedHook]>([
    ['a payload without organization ids', { ...pullRequestHook, organizationIds: [] }],
    ['one of several ids', { ...pullRequestHook, organizationIds: ['a', organizationId] }],
    ['the comment of somebody else', { ...pullRequestHook, commentAuthorId: mallory.id }],
  ])('%s is wanted', async (_, parsed) => {
    expect(await createReceiver().deliver({ parsed })).toBe(202);
  });

  test.each<[string, ParsedHook, boolean]>([
    [
      'a comment asks for threads to be read, as it may hold a command',
      { ...pullRequestHook, commentAuthorId: mallory.id },
      true,
    ],
    ['anything else does not', pullRequestHook, false],
  ])('%s', async (_, parsed, thorough) => {
    const receiver = createReceiver();
    await receiver.deliver({ parsed });
    expect(receiver.queue.recorded.sent.map(({ message }) => message)).toEqual([
      pullRequestMessage(key, 'hook', thorough),
    ]);
  });

  test('the comment of an account that the connection posted as before is our own, too', async () => {
    const receiver = createReceiver();
    receiver.connections.put({ ...connection, identities: [mallory, bot] });
    expect(await receiver.deliver({ parsed: { ...pullRequestHook, commentAuthorId: bot.id } })).toBe(200);
  });

  test('a body that is too large is not parsed', async () => {
    const receiver = createReceiver();
    expect(await receiver.deliver({ body: null })).toBe(200);
    expect(receiver.parsed).toEqual([]);
  });

  test.each(['', '{', 'null,', '\u0000', '<xml/>'])(
    'a body that is no JSON goes to the parser as nothing: %j',
    async (body) => {
      const receiver = createReceiver();
      expect(await receiver.deliver({ body, parsed: { kind: 'malformed', reason: 'no JSON' } })).toBe(200);
      expect(receiver.parsed).toEqual([undefined]);
    },
  );
});

test.each([
  ['contoso-typo', 'contoso-typo'],
  ['a'.repeat(20_000), 'none'],
  ['"},"message":"A service hook was queued', 'none'],
  ['abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst', '***'],
])('of an address that anybody wrote the log says at most an id: %#', async (connectionId, told) => {
  const receiver = createReceiver();
  expect(await receiver.deliver({ connectionId, authorization: null })).toBe(401);
  expect(receiver.log.recorded.entries.map(({ fields }) => fields)).toEqual([{ connectionId: told }]);
});

test('who is refused again and again fills no log', async () => {
  const receiver = createReceiver();
  const told = () => receiver.log.recorded.entries.map(({ fields }) => fields['connectionId']);
  for (const connectionId of ['guess-1', 'guess-2', 'guess-3']) await receiver.deliver({ connectionId });
  expect(told()).toEqual(['guess-1']);
  // A connection that there is has a line of its own, whatever strangers do.
  await receiver.deliver({ authorization: `Basic ${Buffer.from('hook:wrong').toString('base64')}` });
  receiver.clock.advance(60);
  await receiver.deliver({ connectionId: 'guess-4' });
  expect(told().slice(1)).toEqual([connection.id, 'guess-4']);
});

describe('what keeps a hook from being queued is answered 503, so that it is delivered again', () => {
  const down = new Failure({ kind: 'unavailable', message: 'down' });
  test.each(['queue.send', 'connections.find', 'secrets.readHookSecrets'])('%s fails', async (operation) => {
    const receiver = createReceiver();
    receiver.wire.fail(operation, 'before', down);
    expect(await receiver.deliver()).toBe(503);
    expect(receiver.queue.recorded.sent).toEqual([]);
    expect(await receiver.deliver()).toBe(202);
  });

  test('also when the answer to the enqueueing was lost: the second one folds into the first', async () => {
    const receiver = createReceiver();
    receiver.wire.fail('queue.send', 'after', down);
    expect(await receiver.deliver()).toBe(503);
    expect(await receiver.deliver()).toBe(202);
    expect(receiver.queue.recorded.sent).toHaveLength(1);
  });

  test('an error that nobody foresaw is told by its name alone', async () => {
    const receiver = createReceiver();
    receiver.wire.fail('queue.send', 'before', new TypeError(`stack with ${SECRET}`));
    expect(await receiver.deliver()).toBe(503);
    expect(receiver.log.recorded.entries.at(-1)?.fields).toMatchObject({ reason: 'unexpected', error: 'TypeError' });
    expect(JSON.stringify(receiver.log.recorded.entries)).not.toContain(SECRET);
  });
});

describe('the id of a message is that of the notification', () => {
  const idOf = async (over: Partial<Extract<ParsedHook, { kind: 'pullRequest' }>>): Promise<string | undefined> => {
    const receiver = createReceiver();
    await receiver.deliver({ parsed: { ...pullRequestHook, ...over } });
    return receiver.queue.recorded.sent[0]?.messageId;
  };

  test('the same notification delivered again is taken once', async () => {
    const receiver = createReceiver();
    expect(await receiver.deliver()).toBe(202);
    expect(await receiver.deliver()).toBe(202);
    expect(receiver.queue.recorded.sent).toHaveLength(1);
    expect(receiver.queue.recorded.duplicates).toHaveLength(1);
  });

  test('another event, notification or subscription is another message', async () => {
    const ids = [
      await idOf({}),
      await idOf({ eventId: 'event-2' }),
      await idOf({ notificationId: 13 }),
      await idOf({ subscriptionId: 'subscription-2' }),
      await idOf({ notificationId: null }),
      await idOf({ subscriptionId: null }),
      await idOf({ subscriptionId: 'subscription-11', notificationId: 2 }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(await idOf({ eventType: 'git.pullrequest.merged' })).toBe(ids[0]);
  });
});

test('a part that never answers does not keep Azure DevOps waiting: 503 within four seconds', async () => {
  jest.useFakeTimers();
  try {
    const receiver = createReceiver();
    const answered = receiver.deliver({ body: new Promise<never>(() => undefined) });
    let answer: unknown;
    void answered.then((status) => (answer = status));
    await jest.advanceTimersByTimeAsync(3_000);
    expect(answer).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(answer).toBe(503);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});
