import { ServiceBusClient } from '@azure/service-bus';

import { createLocalClock, type LocalClock } from '../../local/clock';
import { startServiceBusBroker, type ServiceBusBroker } from '../../local/service-bus/broker';
import { pullRequestMessage } from '../core/messages';
import { queueHealth } from './queue-health';
import { serviceBusQueue, type ServiceBusQueue } from './service-bus-queue';

const repositoryId = '11111111-2222-4333-8444-555555555555';
const message = (pullRequestId: number) =>
  pullRequestMessage({ connectionId: 'contoso', repositoryId, pullRequestId }, 'hook');

describe('looking into the queue', () => {
  let clock: LocalClock;
  let broker: ServiceBusBroker;
  let queue: ServiceBusQueue;

  beforeEach(async () => {
    clock = createLocalClock();
    broker = await startServiceBusBroker({
      clock,
      queues: [
        {
          name: 'work',
          requiresSession: true,
          lockDurationSeconds: 60,
          maxDeliveryCount: 1,
          duplicateDetectionWindowSeconds: 600,
          defaultTimeToLiveSeconds: 86_400,
        },
      ],
    });
    queue = serviceBusQueue({
      serviceBus: { connectionString: broker.connectionString },
      clock: { now: () => new Date(clock.now()) },
    });
  });

  afterEach(async () => {
    await queue.close();
    await broker.stop();
  });

  const look = () => queueHealth({ connectionString: broker.connectionString }).look();

  test('an empty queue has nothing that waits', async () => {
    expect(await look()).toEqual({ due: 0, oldestDueAt: null, dead: 0, isWhole: true });
  });

  test('links to send and to receive are opened, and nothing is sent or taken', async () => {
    await queue.send(message(1), { messageId: 'hook/1' });
    const health = queueHealth({ connectionString: broker.connectionString });
    await Promise.all([health.reach('send'), health.reach('receive')]);
    expect(broker.queue('work').messages.map(({ state }) => state)).toEqual(['active']);
    await broker.stop();
    await expect(health.reach('send')).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('to send'),
    });
    await expect(health.reach('receive')).rejects.toMatchObject({ kind: 'unavailable' });
  });

  test('messages of all sessions are counted, those that wait for their time are not, and all of them stay', async () => {
    const before = Date.now();
    for (let number = 1; number <= 3; number += 1) await queue.send(message(number), { messageId: `hook/${number}` });
    await queue.send(message(4), { messageId: 'later', dueIn: 60 });
    const sight = await look();
    expect(sight).toMatchObject({ due: 3, dead: 0, isWhole: true });
    expect(sight.oldestDueAt?.getTime()).toBeGreaterThanOrEqual(before - 1_000);
    expect(sight.oldestDueAt?.getTime()).toBeLessThanOrEqual(Date.now());
    expect(broker.queue('work').messages.map(({ state }) => state)).toEqual([
      ...Array<string>(3).fill('active'),
      'scheduled',
    ]);
  });

  test('what is due is found behind thousands of messages that wait for their time', async () => {
    const client = new ServiceBusClient(broker.connectionString);
    const later = Array.from({ length: 2_100 }, (_, number) => ({
      messageId: `until/${number}`,
      sessionId: 's',
      body: {},
    }));
    await client.createSender('work').scheduleMessages(later, new Date(clock.now() + 86_400_000));
    await client.close();
    await queue.send(message(1), { messageId: 'hook/1' });
    expect(await look()).toMatchObject({ due: 1, oldestDueAt: expect.any(Date), isWhole: true });
  });

  test('what the queue gave up on is counted by itself', async () => {
    await queue.send(message(1), { messageId: 'hook/1' });
    const client = new ServiceBusClient(broker.connectionString);
    const session = await client.acceptNextSession('work');
    const [received] = await session.receiveMessages(1);
    if (received) await session.deadLetterMessage(received);
    await client.close();
    expect(await look()).toEqual({ due: 0, oldestDueAt: null, dead: 1, isWhole: true });
  });

  test('a broker that is not there is a sentence that says where', async () => {
    const { connectionString } = broker;
    await queue.close();
    await broker.stop();
    await expect(queueHealth({ connectionString }).look()).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(
        /^Queue work of Service Bus at (?:localhost|127\.0\.0\.1).* could not be looked into/,
      ),
    });
  }, 15_000);
});
