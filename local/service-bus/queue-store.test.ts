import rhea from 'rhea';
import { createLocalClock, type LocalClock } from '../clock';
import { queueOptions } from './broker-fixture';
import type { QueueOptions } from './queue-options';
import { QueueStore } from './queue-store';
import type { Holder, IncomingMessage, SessionLock, StoredMessage } from './stored-message';

const LOCK = 60_000;
const holder: Holder = { connection: {} };
const other: Holder = { connection: {} };
const unmoved = (): void => undefined;

function createStore(changes?: Partial<QueueOptions>): { store: QueueStore; clock: LocalClock } {
  const clock = createLocalClock();
  const listeners = { mainChanged: unmoved, deadLettersChanged: unmoved };
  return { store: new QueueStore(queueOptions(changes), clock, listeners), clock };
}

function incoming(body: string, sessionId?: string, rest: Partial<IncomingMessage> = {}): IncomingMessage {
  const content = { body: rhea.message.data_section(Buffer.from(body)) as unknown };
  return { messageId: body, sessionId, timeToLive: undefined, dueAt: undefined, content, ...rest };
}

function idsOf(messages: StoredMessage[]): string[] {
  return messages.map(({ messageId }) => messageId);
}

function accept(store: QueueStore, sessionId: string, lost = unmoved): SessionLock {
  const session = store.main.acceptSession(sessionId, holder, lost);
  if (!session) throw new Error('The session is held.');
  return session;
}

function receive(store: QueueStore, session?: SessionLock): StoredMessage & { token: string } {
  const message = store.main.receive(holder, session, false);
  if (!message?.lock) throw new Error('Nothing to receive.');
  return { ...message, token: message.lock.token };
}

describe('sessions', () => {
  test('the next session is the longest waiting one that is free and has something to receive', () => {
    const { store } = createStore();
    store.send([incoming('1', 'a'), incoming('2', 'b'), incoming('3', 'c')]);
    const a = accept(store, 'a');
    expect(store.main.acceptNextSession(holder, unmoved)?.sessionId).toBe('b');
    receive(store, a);
    store.main.releaseSession(a);
    expect(store.main.acceptNextSession(holder, unmoved)?.sessionId).toBe('a');
    expect(store.main.acceptNextSession(holder, unmoved)?.sessionId).toBe('c');
    expect(store.main.acceptNextSession(holder, unmoved)).toBeUndefined();
  });

  test('a session is renewed and released by its hold only, not by an earlier one', () => {
    const { store, clock } = createStore();
    let lost = 0;
    const first = accept(store, 'a', () => lost++);
    clock.advance(LOCK);
    expect(lost).toBe(1);
    const second = accept(store, 'a', () => lost++);
    store.main.releaseSession(first);
    expect(() => store.main.sessions.renew(first)).toThrow("The session lock on 'a' was lost");
    expect(store.main.sessions.ids()).toEqual(['a']);
    clock.advance(LOCK - 1000);
    store.main.sessions.renew(second);
    clock.advance(LOCK - 1000);
    expect(store.main.sessions.holds(second)).toBe(true);
    expect(lost).toBe(1);
  });

  test('a lost session fails what was delivered of it, a released one does not', () => {
    const { store } = createStore();
    store.send([incoming('1', 'a'), incoming('2', 'a')]);
    const released = accept(store, 'a');
    const message = receive(store, released);
    store.main.releaseSession(released);
    expect(() => store.main.settle(message.token, { kind: 'complete' })).toThrow('The session lock was lost');
    receive(store, accept(store, 'a'));
    store.main.revokeSession('a');
    expect(store.main.messages().map(({ deliveryCount }) => deliveryCount)).toEqual([1, 0]);
  });

  test('nothing is received on a hold that was lost', () => {
    const { store } = createStore();
    store.send([incoming('1', 'a')]);
    const session = accept(store, 'a');
    store.main.revokeSession('a');
    expect(store.main.receive(holder, session, false)).toBeUndefined();
  });

  test('the session of another connection gives no rights', () => {
    const { store } = createStore();
    accept(store, 'a');
    expect(() => store.main.sessions.heldOn('a', other.connection)).toThrow("The session lock on 'a' was lost");
  });
});

describe('messages without sessions', () => {
  const plain = { requiresSession: false };

  test('a message given back is received again in its place', () => {
    const { store } = createStore(plain);
    store.send([incoming('1'), incoming('2'), incoming('3')]);
    const first = receive(store);
    receive(store);
    store.main.settle(first.token, { kind: 'abandon', properties: { reason: 'busy' } });
    expect(receive(store)).toMatchObject({
      messageId: '1',
      deliveryCount: 1,
      applicationProperties: { reason: 'busy' },
    });
    expect(receive(store).messageId).toBe('3');
  });

  test('every kind of settlement ends the lock, and a second one is refused', () => {
    const { store } = createStore(plain);
    const kinds = ['complete', 'release', 'abandon', 'defer', 'deadLetter'] as const;
    store.send(kinds.map((kind) => incoming(kind)));
    const tokens = kinds.map(() => receive(store).token);
    kinds.forEach((kind, n) => store.main.settle(tokens[n] ?? '', { kind, properties: {} }));
    expect(idsOf(store.main.messages())).toEqual(['release', 'abandon', 'defer']);
    expect(idsOf(store.deadLetters.messages())).toEqual(['deadLetter']);
    for (const token of tokens)
      expect(() => store.main.settle(token, { kind: 'complete' })).toThrow('The lock supplied');
  });

  test('a deferred message is received by its number only, and deferred still when its lock is lost', () => {
    const { store, clock } = createStore(plain);
    const [number = 0] = store.send([incoming('1')]);
    store.main.settle(receive(store).token, { kind: 'defer', properties: {} });
    expect(store.main.receive(holder, undefined, false)).toBeUndefined();
    expect(() => store.main.receiveDeferred([number, 99], holder, undefined, false)).toThrow('could not be found');
    expect(idsOf(store.main.receiveDeferred([number], holder, undefined, false))).toEqual(['1']);
    expect(() => store.main.receiveDeferred([number], other, undefined, false)).toThrow('could not be found');
    clock.advance(LOCK);
    expect(store.main.messages()).toMatchObject([{ state: 'deferred', deliveryCount: 1, lock: undefined }]);
    expect(idsOf(store.main.receiveDeferred([number], holder, undefined, true))).toEqual(['1']);
    expect(store.main.messages()).toEqual([]);
  });

  test('what a connection held goes back untouched, what others hold stays', () => {
    const { store } = createStore(plain);
    store.send([incoming('1'), incoming('2')]);
    receive(store);
    store.main.receive(other, undefined, false);
    store.main.releaseConnection(holder.connection);
    expect(store.main.messages().map(({ lock, deliveryCount }) => [lock?.holder, deliveryCount])).toEqual([
      [undefined, 0],
      [other, 0],
    ]);
  });

  test('a message does not expire while it is held', () => {
    const { store, clock } = createStore(plain);
    store.send([incoming('1', undefined, { timeToLive: 1000 })]);
    const { token } = receive(store);
    clock.advance(2000);
    store.main.settle(token, { kind: 'release' });
    expect(store.main.messages()).toEqual([]);
  });
});

test('all of a batch is stored or none, and what was refused is no duplicate later', () => {
  const { store } = createStore();
  expect(() => store.send([incoming('1', 'a'), incoming('2')])).toThrow('SessionId was not set');
  store.send([incoming('1', 'a')]);
  expect(idsOf(store.main.messages())).toEqual(['1']);
});

test('scheduled messages are cancelled all or none', () => {
  const { store, clock } = createStore();
  const [number = 0] = store.send([incoming('1', 'a', { dueAt: clock.now() + 1000 })]);
  expect(() => store.cancelScheduled([number, 99])).toThrow('could not be found');
  expect(store.scheduledMessages()).toHaveLength(1);
  store.cancelScheduled([number]);
  clock.advance(1000);
  expect(store.main.messages()).toEqual([]);
});

test('a message that becomes active lives as long as one sent at that moment', () => {
  const { store, clock } = createStore();
  store.send([incoming('1', 'a', { dueAt: clock.now() + 100_000, timeToLive: 10_000 })]);
  clock.advance(109_000);
  expect(idsOf(store.main.messages())).toEqual(['1']);
  clock.advance(10_000);
  expect(store.main.messages()).toEqual([]);
});
