import { once } from 'node:events';
import rhea from 'rhea';
import { codeOf, until, withBroker } from './broker-fixture';

const bySession = (sessionId: string, ...bodies: number[]) => bodies.map((body) => ({ body, sessionId }));

test('a session is received in order, by its name or as the next, and its neighbours stay out of it', () =>
  withBroker(async ({ broker, connect }) => {
    const client = connect();
    const sender = client.createSender('work');
    await sender.sendMessages([...bySession('a', 1), ...bySession('b', 10), ...bySession('a', 2, 3)]);

    const next = await client.acceptNextSession('work');
    expect(next.sessionId).toBe('a');
    const named = await client.acceptSession('work', 'b');
    expect(broker.queue('work').sessionsHeld).toEqual(['a', 'b']);
    expect((await named.receiveMessages(5, { maxWaitTimeInMs: 50 })).map(({ body }): unknown => body)).toEqual([10]);

    const [first, ...rest] = await next.receiveMessages(3);
    expect([first, ...rest].map((message): unknown => message?.body)).toEqual([1, 2, 3]);
    // Given back, the first is received again before those after it.
    for (const message of [...rest, first]) if (message) await next.abandonMessage(message);
    const again = await next.receiveMessages(3);
    expect(again.map(({ body, deliveryCount }): unknown => [body, deliveryCount])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    for (const message of again) await next.completeMessage(message);
    await sender.sendMessages(bySession('a', 4));
    expect((await next.receiveMessages(1)).map(({ body }): unknown => body)).toEqual([4]);
  }));

test('a message waits while a receiver is told that there is nothing more, and comes when there is', () =>
  withBroker(async ({ connect }) => {
    const client = connect();
    const session = await client.acceptSession('work', 'empty');
    const started = Date.now();
    expect(await session.receiveMessages(3, { maxWaitTimeInMs: 20 })).toEqual([]);
    expect(Date.now() - started).toBeLessThan(2000);
    const waiting = session.receiveMessages(1, { maxWaitTimeInMs: 30_000 });
    await client.createSender('work').sendMessages(bySession('empty', 5));
    expect((await waiting).map(({ body }): unknown => body)).toEqual([5]);
  }));

test('competing receivers never hold the same session, and every message is received once, in order', () =>
  withBroker(async ({ broker, connect }) => {
    const sessions = ['a', 'b', 'c', 'd', 'e', 'f'];
    const sender = connect().createSender('work');
    for (const round of [1, 2, 3, 4]) await sender.sendMessages(sessions.flatMap((id) => bySession(id, round)));
    const holding = new Set<string>();
    const received = new Map<string, unknown[]>();

    const receiveUntilToldToStop = async (): Promise<void> => {
      const client = connect();
      for (;;) {
        const session = await client.acceptNextSession('work');
        if (session.sessionId.startsWith('stop')) return;
        expect(holding).not.toContain(session.sessionId);
        holding.add(session.sessionId);
        // Two at a time, so that sessions change hands with messages left.
        for (const message of await session.receiveMessages(2)) {
          received.set(session.sessionId, [...(received.get(session.sessionId) ?? []), message.body]);
          await session.completeMessage(message);
        }
        holding.delete(session.sessionId);
        await session.close();
      }
    };
    const receivers = [receiveUntilToldToStop(), receiveUntilToldToStop()];
    await until(() => broker.queue('work').messages.length === 0);
    await sender.sendMessages([...bySession('stop 1', 0), ...bySession('stop 2', 0)]);
    await Promise.all(receivers);
    for (const id of sessions) expect(received.get(id)).toEqual([1, 2, 3, 4]);
  }));

test('who waits for a session gets it when a message comes, when one is given back, and else is told the time is up', () =>
  withBroker(async ({ broker, connect }) => {
    const client = connect();
    const waiting = client.acceptNextSession('work');
    await client.createSender('work').sendMessages(bySession('a', 1));
    const first = await waiting;
    expect(first.sessionId).toBe('a');

    const second = connect().acceptNextSession('work');
    const impatient = connect({ maxRetries: 0, timeoutInMs: 400 });
    expect(await codeOf(impatient.acceptNextSession('work'))).toBe('ServiceTimeout');
    await first.close();
    expect((await second).sessionId).toBe('a');
    expect(broker.queue('work').sessionsHeld).toEqual(['a']);
  }));

test('a receiver that gives up waiting is let go and takes no session with it', () =>
  withBroker(async ({ broker, connect }) => {
    // With rhea itself, since the SDK cannot be made to give up before the broker does.
    const connection = rhea.create_container().connect({ port: broker.port, reconnect: false });
    const receiver = connection.open_receiver({
      source: { address: 'work', filter: { 'com.microsoft:session-filter': null } },
    });
    const closed = once(receiver, 'receiver_close');
    await once(connection, 'connection_open');
    receiver.close();
    await closed;
    const ended = once(connection, 'connection_close');
    connection.close();
    await ended;

    const client = connect();
    await client.createSender('work').sendMessages(bySession('a', 1));
    expect((await client.acceptNextSession('work')).sessionId).toBe('a');
    expect(broker.queue('work').sessionsHeld).toEqual(['a']);
  }));

test('a session that is held cannot be accepted by its name', () =>
  withBroker(async ({ connect }) => {
    await connect().acceptSession('work', 'a');
    expect(await codeOf(connect().acceptSession('work', 'a'))).toBe('SessionCannotBeLocked');
  }));

test('the kind of receiver has to fit the queue', () =>
  withBroker(async ({ connect }) => {
    const client = connect();
    await expect(client.createReceiver('work').receiveMessages(1)).rejects.toThrow('requires sessions');
    await expect(client.acceptNextSession('plain')).rejects.toThrow('without sessions');
  }));

test('a session keeps state for whoever holds it', () =>
  withBroker(async ({ connect }) => {
    const session = await connect().acceptSession('work', 'a');
    expect(await session.getSessionState()).toBeNull();
    await session.setSessionState({ seen: 3 });
    await session.close();
    const later = await connect().acceptSession('work', 'a');
    expect(await later.getSessionState()).toEqual({ seen: 3 });
    await later.setSessionState(null);
    expect(await later.getSessionState()).toBeNull();
  }));
