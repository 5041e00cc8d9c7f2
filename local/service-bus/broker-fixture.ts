import { isServiceBusError, type RetryOptions, ServiceBusClient } from '@azure/service-bus';
import { createLocalClock, type LocalClock } from '../clock';
import { type QueueOptions, type ServiceBusBroker, startServiceBusBroker } from './broker';

/** A queue as the product's `work` queue is, by default. */
export function queueOptions(changes: Partial<QueueOptions> = {}): QueueOptions {
  return {
    name: 'work',
    requiresSession: true,
    lockDurationSeconds: 60,
    maxDeliveryCount: 3,
    duplicateDetectionWindowSeconds: 600,
    defaultTimeToLiveSeconds: 86_400,
    ...changes,
  };
}

export interface Fixture {
  broker: ServiceBusBroker;
  clock: LocalClock;
  /** A genuine client; closed with the fixture. */
  connect: (retryOptions?: RetryOptions) => ServiceBusClient;
}

/** Runs a test against a broker of its own with two queues: `work` with sessions and `plain` without. */
export async function withBroker(
  run: (fixture: Fixture) => Promise<void>,
  changes?: Partial<QueueOptions>,
): Promise<void> {
  const clock = createLocalClock();
  const broken: unknown[] = [];
  const broker = await startServiceBusBroker({
    clock,
    queues: [queueOptions(changes), queueOptions({ name: 'plain', requiresSession: false, ...changes })],
    onError: (error) => broken.push(error),
  });
  const clients: ServiceBusClient[] = [];
  const connect = (retryOptions: RetryOptions = { maxRetries: 0 }): ServiceBusClient => {
    const client = new ServiceBusClient(broker.connectionString, { retryOptions });
    clients.push(client);
    return client;
  };
  try {
    await run({ broker, clock, connect });
  } finally {
    await broker.setMode('up');
    await Promise.all(clients.map((client) => client.close()));
    await broker.stop();
  }
  expect(broken).toEqual([]);
}

/** The code of the Service Bus error that something fails with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return isServiceBusError(error) ? error.code : String(error);
  }
  return 'no error';
}

/** Waits until something holds; the test's own time limit is the only one. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
