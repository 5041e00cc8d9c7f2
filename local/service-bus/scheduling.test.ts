import { codeOf, until, withBroker } from './broker-fixture';

const HOUR = 3_600_000;

test('a scheduled message is received when the local clock gets there, enqueued at that real moment under a new number', () =>
  withBroker(async ({ broker, clock, connect }) => {
    const client = connect();
    const sender = client.createSender('work');
    clock.advance(24 * HOUR);
    const dueAt = new Date(clock.now() + HOUR);
    await sender.sendMessages({ body: 'later', sessionId: 'a', scheduledEnqueueTimeUtc: dueAt });
    await sender.sendMessages({ body: 'now', sessionId: 'b' });
    expect(broker.queue('work')).toMatchObject({
      active: 1,
      scheduled: 1,
      messages: [{ dueTimeUtc: dueAt, enqueuedTimeUtc: null }, {}],
    });

    const first = await client.acceptNextSession('work');
    expect(first.sessionId).toBe('b');
    for (const message of await first.receiveMessages(1)) await first.completeMessage(message);
    const second = client.acceptNextSession('work');
    clock.advance(HOUR - 1000);
    expect(broker.queue('work')).toMatchObject({ active: 0, scheduled: 1 });
    const before = Date.now();
    clock.advance(1000);
    const [message] = await (await second).receiveMessages(1);
    expect(message?.body).toBe('later');
    expect(message?.sequenceNumber?.toNumber()).toBe(3);
    const enqueued = message?.enqueuedTimeUtc?.getTime() ?? 0;
    expect(enqueued).toBeGreaterThanOrEqual(before);
    expect(enqueued).toBeLessThanOrEqual(Date.now());
  }));

test('a message scheduled for the past is there at once', () =>
  withBroker(async ({ broker, connect }) => {
    await connect()
      .createSender('plain')
      .sendMessages({ body: 1, scheduledEnqueueTimeUtc: new Date(0) });
    expect(broker.queue('plain')).toMatchObject({ active: 1, scheduled: 0 });
  }));

test('messages become active in the order of their times, real time passing as well', () =>
  withBroker(async ({ broker, clock, connect }) => {
    const sender = connect().createSender('plain');
    const at = (milliseconds: number): Date => new Date(clock.now() + milliseconds);
    await sender.sendMessages([
      { body: 3, scheduledEnqueueTimeUtc: at(3 * HOUR) },
      { body: 1, scheduledEnqueueTimeUtc: at(50) },
      { body: 2, scheduledEnqueueTimeUtc: at(2 * HOUR) },
    ]);
    await until(() => broker.queue('plain').active === 1);
    clock.advance(4 * HOUR);
    expect(broker.queue('plain').messages.map(({ body, state }): unknown => [body, state])).toEqual([
      [1, 'active'],
      [2, 'active'],
      [3, 'active'],
    ]);
  }));

test('messages are scheduled, peeked and cancelled by their numbers', () =>
  withBroker(async ({ broker, clock, connect }) => {
    const client = connect();
    const sender = client.createSender('work');
    const dueAt = new Date(clock.now() + HOUR);
    const numbers = await sender.scheduleMessages(
      [
        { body: 1, sessionId: 'a' },
        { body: 2, sessionId: 'b' },
      ],
      dueAt,
    );
    expect(numbers.map((number) => number.toNumber())).toEqual([1, 2]);
    const session = await client.acceptSession('work', 'b');
    const peeked = await session.peekMessages(10);
    expect(peeked.map(({ body, state }): unknown => [body, state])).toEqual([[2, 'scheduled']]);
    expect(peeked[0]?.scheduledEnqueueTimeUtc).toEqual(dueAt);

    await sender.cancelScheduledMessages(numbers.slice(0, 1));
    expect(broker.queue('work').messages.map(({ body }): unknown => body)).toEqual([2]);
    clock.advance(HOUR);
    expect(broker.queue('work')).toMatchObject({ active: 1, scheduled: 0 });
    expect(await codeOf(sender.cancelScheduledMessages(numbers))).toBe('MessageNotFound');
  }));
