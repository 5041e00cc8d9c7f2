import { codeOf, withBroker } from './broker-fixture';

test('single messages, arrays and batches arrive whole and in order', () =>
  withBroker(async ({ broker, connect }) => {
    const client = connect();
    const sender = client.createSender('plain');
    await sender.sendMessages({
      body: { kind: 'pullRequest', number: 7 },
      messageId: 'first',
      subject: 'a subject',
      correlationId: 'c-1',
      contentType: 'application/json',
      timeToLive: 60_000,
      applicationProperties: { attempt: 2, flag: true, text: 'ü', ratio: 1.5 },
    });
    await sender.sendMessages([{ body: 'text' }, { body: Buffer.from([1, 2, 3]) }]);
    const batch = await sender.createMessageBatch();
    expect(batch.maxSizeInBytes).toBe(256 * 1024);
    expect(batch.tryAddMessage({ body: [1, 2] })).toBe(true);
    await sender.sendMessages(batch);

    const before = Date.now();
    const received = await client.createReceiver('plain').receiveMessages(4);
    expect(received.map(({ body }): unknown => body)).toEqual([
      { kind: 'pullRequest', number: 7 },
      'text',
      Buffer.from([1, 2, 3]),
      [1, 2],
    ]);
    expect(received[0]).toMatchObject({
      messageId: 'first',
      subject: 'a subject',
      correlationId: 'c-1',
      contentType: 'application/json',
      timeToLive: 60_000,
      applicationProperties: { attempt: 2, flag: true, text: 'ü', ratio: 1.5 },
      deliveryCount: 0,
      state: 'active',
    });
    expect(Math.abs((received[0]?.enqueuedTimeUtc?.getTime() ?? 0) - before)).toBeLessThan(5000);
    expect(new Set(received.map(({ messageId }) => messageId)).size).toBe(4);
    expect(broker.queue('plain')).toMatchObject({ active: 0, locked: 4 });
  }));

test('a batch larger than a frame arrives whole', () =>
  withBroker(async ({ broker, connect }) => {
    const bodies = ['a', 'b', 'c'].map((letter) => letter.repeat(70_000));
    await connect()
      .createSender('plain')
      .sendMessages(bodies.map((body) => ({ body })));
    expect(broker.queue('plain').messages.map(({ body }): unknown => body)).toEqual(bodies);
    const [message] = await connect().createReceiver('plain').receiveMessages(1);
    expect(message?.body).toBe(bodies[0]);
  }));

test('a message that is too large is refused', () =>
  withBroker(async ({ broker, connect }) => {
    const sender = connect().createSender('plain');
    expect(await codeOf(sender.sendMessages({ body: 'x'.repeat(260 * 1024) }))).toBe('MessageSizeExceeded');
    await sender.sendMessages({ body: 'small' });
    expect(broker.queue('plain').active).toBe(1);
  }));

test('a queue with sessions refuses messages without one, and a batch of such messages whole', () =>
  withBroker(async ({ broker, connect }) => {
    const sender = connect().createSender('work');
    await expect(sender.sendMessages([{ body: 1, sessionId: 'a' }, { body: 2 }])).rejects.toThrow(
      'SessionId was not set',
    );
    expect(broker.queue('work').active).toBe(0);
  }));

test('duplicates are accepted and dropped within the window, also in one batch, after completion, and of scheduled messages', () =>
  withBroker(async ({ broker, clock, connect }) => {
    const client = connect();
    const sender = client.createSender('plain');
    await sender.sendMessages({ body: 1, messageId: 'same' });
    await sender.sendMessages([
      { body: 2, messageId: 'same' },
      { body: 3, messageId: 'other' },
      { body: 4, messageId: 'other' },
    ]);
    expect(broker.queue('plain').messages.map(({ body }): unknown => body)).toEqual([1, 3]);

    await client.createReceiver('plain', { receiveMode: 'receiveAndDelete' }).receiveMessages(2);
    await sender.sendMessages({ body: 5, messageId: 'same' });
    expect(broker.queue('plain').messages).toEqual([]);

    const scheduledEnqueueTimeUtc = new Date(clock.now() + 60_000);
    await sender.sendMessages({ body: 6, messageId: 'later', scheduledEnqueueTimeUtc });
    await sender.sendMessages({ body: 7, messageId: 'later', scheduledEnqueueTimeUtc });
    await sender.sendMessages({ body: 8, messageId: 'later' });
    expect(broker.queue('plain').messages.map(({ body }): unknown => body)).toEqual([6]);

    clock.advance(600_000);
    await sender.sendMessages({ body: 9, messageId: 'same' });
    expect(broker.queue('plain').messages.map(({ body }): unknown => body)).toEqual([6, 9]);
  }));

test('without a window nothing is a duplicate', () =>
  withBroker(
    async ({ broker, connect }) => {
      const sender = connect().createSender('plain');
      await sender.sendMessages([
        { body: 1, messageId: 'same' },
        { body: 2, messageId: 'same' },
      ]);
      expect(broker.queue('plain').active).toBe(2);
    },
    { duplicateDetectionWindowSeconds: null },
  ));

test.each([1000, 4000])('%i concurrent sends are all stored, without waiting for the retry of the SDK', (count) =>
  withBroker(async ({ broker, connect }) => {
    const sender = connect().createSender('work');
    const started = Date.now();
    await Promise.all(
      Array.from({ length: count }, (_, n) => sender.sendMessages({ body: { n }, sessionId: `s${n % 50}` })),
    );
    const { messages, active } = broker.queue('work');
    expect(active).toBe(count);
    expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(count);
    expect(Date.now() - started).toBeLessThan(25_000);
  }),
);

test.each(['peekLock', 'receiveAndDelete'] as const)(
  'a receiver gets more messages (%s) than an AMQP session keeps',
  (receiveMode) =>
    withBroker(async ({ broker, connect }) => {
      const count = 2500;
      const client = connect();
      const sender = client.createSender('plain');
      const numbers = Array.from({ length: count }, (_, n) => n);
      for (let at = 0; at < count; at += 500) {
        await sender.sendMessages(numbers.slice(at, at + 500).map((body) => ({ body })));
      }
      const receiver = client.createReceiver('plain', { receiveMode, maxAutoLockRenewalDurationInMs: 0 });
      const bodies: unknown[] = [];
      while (bodies.length < count) {
        const messages = await receiver.receiveMessages(500);
        bodies.push(...messages.map(({ body }): unknown => body));
        if (receiveMode === 'peekLock') await Promise.all(messages.map((message) => receiver.completeMessage(message)));
      }
      expect(bodies).toEqual(numbers);
      expect(broker.queue('plain').messages).toEqual([]);
    }),
);

test('what is not there is told as such', () =>
  withBroker(async ({ connect, broker }) => {
    const client = connect();
    expect(await codeOf(client.createSender('nowhere').sendMessages({ body: 1 }))).toBe('MessagingEntityNotFound');
    expect(await codeOf(client.createReceiver('nowhere').receiveMessages(1))).toBe('MessagingEntityNotFound');
    expect(await codeOf(client.createReceiver('nowhere').peekMessages(1))).toBe('MessagingEntityNotFound');
    expect(await codeOf(client.acceptNextSession('nowhere'))).toBe('MessagingEntityNotFound');
    expect(() => broker.queue('nowhere')).toThrow("There is no queue 'nowhere'; there are: work, plain.");
    await expect(client.createSender('plain/$DeadLetterQueue').sendMessages({ body: 1 })).rejects.toThrow(
      'dead-letter',
    );
  }));
