import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { createLocalClock, type LocalClock } from '../../local/clock';
import { startServiceBusBroker, type ServiceBusBroker } from '../../local/service-bus/broker';
import { pullRequestMessage } from '../core/messages';
import { serviceBusQueue, type ServiceBusQueue } from './service-bus-queue';

const repositoryId = '11111111-2222-4333-8444-555555555555';
const message = pullRequestMessage({ connectionId: 'contoso', repositoryId, pullRequestId: 7 }, 'hook');

describe('the work queue over Service Bus', () => {
  let clock: LocalClock;
  let broker: ServiceBusBroker;
  let queue: ServiceBusQueue;

  beforeEach(async () => {
    clock = createLocalClock();
    broker = await startBroker();
    queue = open(broker.connectionString);
  });

  afterEach(async () => {
    await queue.close();
    await broker.stop();
  });

  const startBroker = (port = 0): Promise<ServiceBusBroker> =>
    startServiceBusBroker({
      clock,
      port,
      queues: [
        {
          name: 'work',
          requiresSession: true,
          lockDurationSeconds: 60,
          maxDeliveryCount: 5,
          duplicateDetectionWindowSeconds: 600,
          defaultTimeToLiveSeconds: 86_400,
        },
      ],
    });

  const open = (connectionString: string): ServiceBusQueue =>
    serviceBusQueue({ serviceBus: { connectionString }, clock: { now: () => new Date(clock.now()) } });

  const received = (): string[] => broker.queue('work').messages.map(({ messageId }) => messageId);

  test('sends the message as JSON into the session of its pull request', async () => {
    await queue.send(message, { messageId: 'hook/1' });

    expect(broker.queue('work').messages).toMatchObject([
      { messageId: 'hook/1', sessionId: `pr/${repositoryId}/7`, body: message, state: 'active' },
    ]);
  });

  test('sends the same id once, and cuts long ids the same way each time', async () => {
    const long = (end: string): string => `${'x'.repeat(200)}${end}`;
    await queue.send(message, { messageId: 'settle/1' });
    await queue.send(message, { messageId: 'settle/1' });
    await queue.send(message, { messageId: long('a') });
    await queue.send(message, { messageId: long('a') });
    await queue.send(message, { messageId: long('b') });

    expect(received()).toHaveLength(3);
    expect(received().map(({ length }) => length)).toEqual([8, 128, 128]);
  });

  test('schedules by the clock that was passed in', async () => {
    clock.advance(3_600_000);
    const before = clock.now();
    await queue.send(message, { messageId: 'retry/1', dueIn: 30 });

    const [scheduled] = broker.queue('work').messages;
    expect(scheduled).toMatchObject({ state: 'scheduled', messageId: 'retry/1' });
    const dueIn = (scheduled?.dueTimeUtc?.getTime() ?? 0) - before;
    expect(dueIn).toBeGreaterThanOrEqual(29_999);
    expect(dueIn).toBeLessThan(40_000);
  });

  test('sends 600 messages at once over one connection', async () => {
    const ids = Array.from({ length: 600 }, (_, index) => `burst/${index}`);
    await Promise.all(ids.map((messageId) => queue.send(message, { messageId })));

    expect(new Set(received())).toEqual(new Set(ids));
  });

  test('gives up a silent broker within 4 s, and the next send starts afresh', async () => {
    await queue.send(message, { messageId: 'before' });
    await broker.setMode('silent');

    const begun = performance.now();
    // These are still under way when the broker comes back: they may get through or not.
    const late = Promise.allSettled(
      [500, 1_150, 1_250, 2_500, 3_300].map(async (milliseconds) => {
        await delay(milliseconds);
        await queue.send(message, { messageId: `late/${milliseconds}` });
      }),
    );
    const sends = await Promise.allSettled(
      Array.from({ length: 250 }, (_, index) => queue.send(message, { messageId: `lost/${index}` })),
    );
    expect(performance.now() - begun).toBeLessThan(4_000);
    for (const send of sends) {
      expect(send).toMatchObject({ status: 'rejected', reason: { kind: 'unavailable', mayHaveApplied: true } });
    }

    await broker.setMode('up');
    await queue.send(message, { messageId: 'after' });
    expect(received()).toContain('after');
    for (const send of await late) {
      if (send.status === 'rejected') expect(send.reason).toMatchObject({ kind: 'unavailable' });
    }
  });

  test('gives up a broker that was silent from the start, leaves no connection to it, and recovers', async () => {
    const { port } = broker;
    await broker.stop();
    const silent = createServer((socket) => {
      socket.on('error', () => undefined).resume();
    });
    await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));

    const begun = performance.now();
    await expect(queue.send(message, { messageId: 'lost' })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(performance.now() - begun).toBeLessThan(4_000);
    // Ends only when every connection has gone.
    await new Promise((resolve) => silent.close(resolve));

    broker = await startBroker(port);
    await queue.send(message, { messageId: 'after' });
    expect(received()).toEqual(['after']);
  });

  test('gives up a broker that is down, says which, and recovers', async () => {
    await queue.send(message, { messageId: 'before' });
    await broker.setMode('down');
    const begun = performance.now();
    await expect(queue.send(message, { messageId: 'lost' })).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining(`queue work of Service Bus at localhost:${broker.port}`),
    });
    expect(performance.now() - begun).toBeLessThan(4_000);

    await broker.setMode('up');
    await queue.send(message, { messageId: 'after' });
    expect(received()).toContain('after');
  });

  test('mends a connection that broke while it was idle, unnoticed by the sender', async () => {
    await queue.send(message, { messageId: 'before' });
    await broker.setMode('down');
    await broker.setMode('up');
    await queue.send(message, { messageId: 'after' });

    expect(received()).toEqual(['before', 'after']);
  });

  test('leaves a connection that the network swallowed for a new one, within one send', async () => {
    const sockets: Socket[] = [];
    const network = createServer((socket) => {
      const onward = connect(broker.port, '127.0.0.1');
      for (const side of [socket, onward]) side.on('error', () => undefined);
      socket.pipe(onward).pipe(socket);
      socket.on('close', () => onward.destroy());
      sockets.push(socket, onward);
    });
    await new Promise<void>((resolve) => network.listen(0, '127.0.0.1', resolve));
    const { port } = network.address() as AddressInfo;
    const distant = open(broker.connectionString.replace(`:${broker.port}`, `:${port}`));
    await distant.send(message, { messageId: 'before' });
    for (const socket of sockets) socket.unpipe().pause();
    await distant.send(message, { messageId: 'after' });
    await distant.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => network.close(resolve));

    expect(received()).toEqual(['before', 'after']);
  });

  test('warms up without ever throwing, and sends after closing', async () => {
    await broker.setMode('down');
    queue.warm();
    await broker.setMode('up');
    queue.warm();
    await queue.send(message, { messageId: 'warm' });
    await queue.close();
    await queue.send(message, { messageId: 'reopened' });

    expect(received()).toEqual(['warm', 'reopened']);
  });

  test('says what to do when the queue is missing', async () => {
    const elsewhere = await startServiceBusBroker({ clock, queues: [] });
    const lost = open(elsewhere.connectionString);
    try {
      await expect(lost.send(message, { messageId: '1' })).rejects.toMatchObject({
        kind: 'unavailable',
        mayHaveApplied: false,
        message: expect.stringContaining('the queue is missing'),
      });
    } finally {
      await lost.close();
      await elsewhere.stop();
    }
  });

  test('refuses to send a key unencrypted to another machine', () => {
    expect(() =>
      open('Endpoint=sb://contoso.servicebus.windows.net;SharedAccessKey=key;UseDevelopmentEmulator=true'),
    ).toThrow('must be reached with TLS');
    expect(() => open('SharedAccessKey=key')).toThrow('has no Endpoint');
  });
});
