import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { codeOf, until, withBroker } from './broker-fixture';

const MINUTE = 60_000;

const HOLD_A_MESSAGE = `
  const { ServiceBusClient } = require('@azure/service-bus');
  new ServiceBusClient(process.argv[1]).acceptNextSession('work').then((session) => session.receiveMessages(1));
`;

test('a renewed session is kept, one that is not is lost with a failed delivery, and its holder is told', () =>
  withBroker(async ({ broker, clock, connect }) => {
    const client = connect();
    await client.createSender('work').sendMessages({ body: 1, sessionId: 'a' });
    const session = await client.acceptSession('work', 'a', { maxAutoLockRenewalDurationInMs: 0 });
    const [message] = await session.receiveMessages(1);
    if (!message) throw new Error('nothing received');
    expect(session.sessionLockedUntilUtc.getTime() - Date.now()).toBeGreaterThan(0.9 * MINUTE);
    clock.advance(0.9 * MINUTE);
    const renewedUntil = (await session.renewSessionLock()).getTime();
    expect(Math.abs(renewedUntil - clock.now() - MINUTE)).toBeLessThan(0.05 * MINUTE);
    clock.advance(0.9 * MINUTE);
    expect(broker.queue('work')).toMatchObject({ sessionsHeld: ['a'], locked: 1 });

    clock.advance(0.2 * MINUTE);
    expect(broker.queue('work')).toMatchObject({ sessionsHeld: [], active: 1, messages: [{ deliveryCount: 1 }] });
    // The SDK waits its whole time for the answer to a settlement that crosses with the end of the link.
    await until(() => session.isClosed);
    expect(await codeOf(session.completeMessage(message))).toBe('SessionLockLost');
    expect(await codeOf(session.renewSessionLock())).toBe('SessionLockLost');
    const next = await client.acceptNextSession('work');
    expect((await next.receiveMessages(1))[0]).toMatchObject({ body: 1, deliveryCount: 1 });
  }));

test('a session that the broker takes away is lost for its receiver, who hears of it', () =>
  withBroker(async ({ broker, connect }) => {
    const client = connect();
    await client.createSender('work').sendMessages({ body: 1, sessionId: 'a' });
    const session = await client.acceptNextSession('work');
    const heard: string[] = [];
    let release = (): void => undefined;
    const working = new Promise<void>((resolve) => (release = resolve));
    let completed: Promise<string> | undefined;
    session.subscribe(
      {
        processMessage: async (message) => {
          await working;
          completed = codeOf(session.completeMessage(message));
          await completed;
        },
        processError: async ({ error }) => {
          heard.push('code' in error ? error.code : error.message);
        },
      },
      { autoCompleteMessages: false },
    );
    await until(() => broker.queue('work').locked === 1);
    broker.revokeSession('work', 'a');
    await until(() => heard.length > 0);
    release();
    await until(() => completed !== undefined);
    expect(heard[0]).toBe('SessionLockLost');
    expect(await completed).toBe('SessionLockLost');
    expect(broker.queue('work')).toMatchObject({ active: 1, messages: [{ deliveryCount: 1 }] });
  }));

test('the lock of a message is renewed, and lost when it is not', () =>
  withBroker(async ({ broker, clock, connect }) => {
    const client = connect();
    await client.createSender('plain').sendMessages({ body: 1 });
    const receiver = client.createReceiver('plain', { maxAutoLockRenewalDurationInMs: 0 });
    const [message] = await receiver.receiveMessages(1);
    if (!message) throw new Error('nothing received');
    clock.advance(0.9 * MINUTE);
    const until = await receiver.renewMessageLock(message);
    expect(Math.abs(until.getTime() - clock.now() - MINUTE)).toBeLessThan(0.05 * MINUTE);
    clock.advance(0.9 * MINUTE);
    expect(broker.queue('plain').locked).toBe(1);
    clock.advance(0.2 * MINUTE);
    expect(broker.queue('plain')).toMatchObject({ active: 1, messages: [{ deliveryCount: 1 }] });
    expect(await codeOf(receiver.renewMessageLock(message))).toBe('MessageLockLost');
    expect(await codeOf(receiver.completeMessage(message))).toBe('MessageLockLost');
  }));

test('a message can be settled after its receiver was closed, as long as its lock stands', () =>
  withBroker(async ({ broker, connect }) => {
    const client = connect();
    await client.createSender('plain').sendMessages([{ body: 1 }, { body: 2 }]);
    const receiver = client.createReceiver('plain');
    const [first] = await receiver.receiveMessages(2);
    if (!first) throw new Error('nothing received');
    await receiver.close();
    expect(broker.queue('plain').locked).toBe(2);
    const other = client.createReceiver('plain');
    await other.renewMessageLock(first);
  }));

test('a connection that is cut gives back at once what it held, and no delivery has failed', () =>
  withBroker(async ({ broker, connect }) => {
    const client = connect();
    await client.createSender('work').sendMessages({ body: 1, sessionId: 'a' });
    await client.createSender('plain').sendMessages({ body: 2 });
    const session = await client.acceptNextSession('work');
    await session.receiveMessages(1);
    await client.createReceiver('plain').receiveMessages(1);
    expect(broker.queue('work').locked + broker.queue('plain').locked).toBe(2);
    await broker.setMode('down');
    for (const queue of ['work', 'plain']) {
      expect(broker.queue(queue)).toMatchObject({ active: 1, sessionsHeld: [], messages: [{ deliveryCount: 0 }] });
    }
    // A client that is closed before it noticed never finishes closing.
    await until(() => session.isClosed);
  }));

test('a process that is killed gives back at once what it held', () =>
  withBroker(async ({ broker, connect }) => {
    const client = connect();
    await client.createSender('work').sendMessages({ body: 1, sessionId: 'a' });
    const child = spawn(process.execPath, ['-e', HOLD_A_MESSAGE, broker.connectionString], { stdio: 'inherit' });
    const exited = once(child, 'exit');
    try {
      await until(() => broker.queue('work').locked === 1);
    } finally {
      child.kill('SIGKILL');
    }
    await exited;
    const session = await client.acceptNextSession('work');
    expect((await session.receiveMessages(1))[0]).toMatchObject({ body: 1, deliveryCount: 0 });
  }));

test('a deferred message is received by its number, settled, and found when peeking', () =>
  withBroker(async ({ broker, connect }) => {
    const client = connect();
    await client.createSender('work').sendMessages([1, 2].map((body) => ({ body, sessionId: 'a' })));
    const session = await client.acceptNextSession('work');
    const [first, second] = await session.receiveMessages(2);
    if (!first || !second) throw new Error('nothing received');
    await session.deferMessage(first, { why: 'later' });
    await session.deferMessage(second);
    expect(broker.queue('work')).toMatchObject({ deferred: 2, active: 0 });
    expect((await session.peekMessages(5)).map(({ body, state }): unknown => [body, state])).toEqual([
      [1, 'deferred'],
      [2, 'deferred'],
    ]);

    const deferred = await session.receiveDeferredMessages(
      [first, second].map(({ sequenceNumber }) => sequenceNumber ?? raise()),
    );
    expect(deferred.map(({ body, applicationProperties }): unknown => [body, applicationProperties])).toEqual([
      [1, { why: 'later' }],
      [2, {}],
    ]);
    for (const message of deferred) await session.completeMessage(message);
    expect(broker.queue('work').messages).toEqual([]);
    expect(await codeOf(session.receiveDeferredMessages([first.sequenceNumber ?? raise()]))).toBe('MessageNotFound');
  }));

function raise(): never {
  throw new Error('no sequence number');
}

test('a holder may renew its lock more often than the protocol library keeps deliveries', () =>
  withBroker(async ({ connect }) => {
    const client = connect();
    await client.createSender('work').sendMessages({ body: 1, sessionId: 'busy' });
    const session = await client.acceptSession('work', 'busy');
    for (let renewal = 0; renewal < 2_200; renewal += 1) await session.renewSessionLock();
    const [message] = await session.receiveMessages(1);
    expect(message?.body).toBe(1);
    await session.close();
  }));
