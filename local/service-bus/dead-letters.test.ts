import { withBroker } from './broker-fixture';

test('a message that fails every delivery is buried, and received from the dead-letter queue without a session', () =>
  withBroker(async ({ broker, connect }) => {
    const client = connect();
    await client.createSender('work').sendMessages({ body: { n: 1 }, sessionId: 'a', messageId: 'poison' });
    const session = await client.acceptNextSession('work');
    const counts: (number | undefined)[] = [];
    for (const attempt of [1, 2, 3]) {
      const [message] = await session.receiveMessages(1);
      if (!message) throw new Error('nothing received');
      counts.push(message.deliveryCount);
      await session.abandonMessage(message, { attempt });
    }
    expect(counts).toEqual([0, 1, 2]);
    expect(await session.receiveMessages(1, { maxWaitTimeInMs: 20 })).toEqual([]);
    expect(broker.queue('work')).toMatchObject({
      active: 0,
      deadLettered: 1,
      deadLetters: [{ messageId: 'poison', deadLetterReason: 'MaxDeliveryCountExceeded', deliveryCount: 3 }],
    });

    const receiver = client.createReceiver('work', { subQueueType: 'deadLetter' });
    expect(await receiver.peekMessages(1)).toHaveLength(1);
    const [dead] = await receiver.receiveMessages(1);
    if (!dead) throw new Error('nothing received');
    expect(dead).toMatchObject({
      body: { n: 1 },
      sessionId: 'a',
      messageId: 'poison',
      deliveryCount: 3,
      applicationProperties: { attempt: 3 },
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deadLetterErrorDescription: 'Message could not be consumed after 3 delivery attempts.',
    });
    // In the dead-letter queue a message may fail as often as it likes.
    for (let again = 0; again < 4; again++) {
      const [message] = again === 0 ? [dead] : await receiver.receiveMessages(1);
      if (message) await receiver.abandonMessage(message);
    }
    const [last] = await receiver.receiveMessages(1);
    if (!last) throw new Error('nothing received');
    await receiver.completeMessage(last);
    expect(broker.queue('work').deadLettered).toBe(0);
  }));

test('a message is buried by a receiver with a reason, and never expires there', () =>
  withBroker(async ({ broker, clock, connect }) => {
    const client = connect();
    await client.createSender('plain').sendMessages({ body: 'text' });
    const receiver = client.createReceiver('plain');
    const [message] = await receiver.receiveMessages(1);
    if (!message) throw new Error('nothing received');
    await receiver.deadLetterMessage(message, {
      deadLetterReason: 'unreadable',
      deadLetterErrorDescription: 'no JSON',
    });
    clock.advance(30 * 86_400_000);
    expect(broker.queue('plain').deadLetters).toMatchObject([
      { body: 'text', deadLetterReason: 'unreadable', deadLetterErrorDescription: 'no JSON', deliveryCount: 0 },
    ]);
  }));

test('an expired lock counts as a failed delivery, until the message is buried', () =>
  withBroker(
    async ({ broker, clock, connect }) => {
      const client = connect();
      await client.createSender('plain').sendMessages({ body: 1 });
      const receiver = client.createReceiver('plain', { maxAutoLockRenewalDurationInMs: 0 });
      await receiver.receiveMessages(1);
      clock.advance(60_000);
      expect(broker.queue('plain')).toMatchObject({ active: 0, deadLettered: 1 });
    },
    { maxDeliveryCount: 1 },
  ));

test('a message that expires is gone, not buried', () =>
  withBroker(
    async ({ broker, clock, connect }) => {
      const client = connect();
      const sender = client.createSender('work');
      await sender.sendMessages({ body: 1, sessionId: 'a', timeToLive: 30_000 });
      await sender.sendMessages({ body: 2, sessionId: 'b', timeToLive: 9_000_000 });
      clock.advance(30_000);
      expect(broker.queue('work').messages.map(({ body }): unknown => body)).toEqual([2]);
      const session = await client.acceptNextSession('work');
      expect(session.sessionId).toBe('b');
      await session.close();
      // The queue's own time to live is the longest that a message gets.
      clock.advance(30_000);
      expect(broker.queue('work')).toMatchObject({ messages: [], deadLettered: 0 });
    },
    { defaultTimeToLiveSeconds: 60 },
  ));
