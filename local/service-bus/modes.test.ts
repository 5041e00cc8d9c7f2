import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { createLocalClock } from '../clock';
import { startServiceBusBroker } from './broker';
import { codeOf, queueOptions, withBroker } from './broker-fixture';

const PATIENCE = 500;

test('a silent broker leaves everybody waiting, new and old, and goes on where it stopped', () =>
  withBroker(async ({ broker, connect }) => {
    const impatient = { maxRetries: 0, timeoutInMs: PATIENCE };
    const sender = connect(impatient).createSender('plain');
    await sender.sendMessages({ body: 1 });
    await broker.setMode('silent');
    expect(await codeOf(sender.sendMessages({ body: 2 }))).toBe('ServiceTimeout');
    expect(broker.queue('plain').active).toBe(1);
    expect(await codeOf(connect(impatient).createSender('plain').sendMessages({ body: 3 }))).toBe('ServiceTimeout');

    await broker.setMode('up');
    await sender.sendMessages({ body: 4 });
    // The answer to the second was lost to the client only: a lost answer does not mean a lost message.
    expect(broker.queue('plain').messages.map(({ body }): unknown => body)).toEqual([1, 2, 4]);
  }));

test('a broker that is down refuses and cuts connections, and is up again on the same port', () =>
  withBroker(async ({ broker, connect }) => {
    const client = connect({ maxRetries: 0, timeoutInMs: PATIENCE });
    const sender = client.createSender('plain');
    await sender.sendMessages({ body: 1 });
    await broker.setMode('down');
    expect(await codeOf(sender.sendMessages({ body: 2 }))).not.toBe('no error');
    expect(await refusesConnections(broker.port)).toBe(true);
    await broker.setMode('up');
    expect(await refusesConnections(broker.port)).toBe(false);
    await sender.sendMessages({ body: 3 });
    expect(broker.queue('plain').messages.map(({ body }): unknown => body)).toEqual([1, 3]);
  }));

test('a receiver that subscribed goes on after an outage', () =>
  withBroker(async ({ broker, connect }) => {
    const client = connect({ maxRetries: 20, retryDelayInMs: 50, maxRetryDelayInMs: 50, timeoutInMs: PATIENCE });
    const bodies: unknown[] = [];
    let received = (): void => undefined;
    const both = new Promise<void>((resolve) => (received = resolve));
    const subscription = client.createReceiver('plain').subscribe({
      processMessage: async ({ body }) => {
        if (bodies.push(body) === 2) received();
      },
      processError: async () => undefined,
    });
    const sender = client.createSender('plain');
    await sender.sendMessages({ body: 1 });
    await broker.setMode('down');
    await broker.setMode('up');
    await sender.sendMessages({ body: 2 });
    await both;
    expect(bodies).toContain(2);
    await subscription.close();
  }));

test.each(['silent', 'down'] as const)('a broker that is %s can be stopped', async (mode) => {
  const broker = await startServiceBusBroker({ clock: createLocalClock(), queues: [queueOptions()] });
  const socket = connectSocket(broker.port, '127.0.0.1');
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  await broker.setMode(mode);
  await broker.stop();
  await closed;
  expect(await refusesConnections(broker.port)).toBe(true);
});

function refusesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', () => resolve(true));
  });
}
