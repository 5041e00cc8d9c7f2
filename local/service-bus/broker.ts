import type { LocalClock } from '../clock';
import { AmqpServer } from './amqp-server';
import { createEntities } from './entity';
import { inspectQueue, type QueueInspection } from './inspection';
import { type BrokerMode, Listener } from './listener';
import type { QueueOptions } from './queue-options';
import type { QueueStore } from './queue-store';

export type { InspectedMessage, QueueInspection } from './inspection';
export type { BrokerMode } from './listener';
export type { QueueOptions } from './queue-options';

/** A Service Bus namespace on this machine, in memory. */
export interface ServiceBusBroker {
  port: number;
  /** For `new ServiceBusClient(…)`; only a connection string can say that there is no TLS. */
  connectionString: string;
  /**
   * silent: connections are accepted and nothing is answered, on existing ones neither, until `up` lets everything go
   * on; down: connections are cut and refused; up: served again, on the same port.
   */
  setMode(mode: BrokerMode): Promise<void>;
  /** What is in a queue now. Throws when there is no such queue. */
  queue(name: string): QueueInspection;
  /** Takes a session from whoever holds it, as if its lock had expired. */
  revokeSession(queueName: string, sessionId: string): void;
  /** Cuts all connections and forgets everything. */
  stop(): Promise<void>;
}

export interface ServiceBusBrokerOptions {
  /** Moves locks, schedules, times to live and the window of duplicate detection. */
  clock: LocalClock;
  queues: QueueOptions[];
  /** A free one by default. */
  port?: number;
  /** Told of errors in the broker itself; prints them by default. */
  onError?: (error: unknown) => void;
}

export async function startServiceBusBroker(options: ServiceBusBrokerOptions): Promise<ServiceBusBroker> {
  const { clock } = options;
  const queues = new Map(options.queues.map((queue) => [queue.name.toLowerCase(), createEntities(queue, clock)]));
  const failed = options.onError ?? ((error) => console.error('Local Service Bus:', error));
  const server = new AmqpServer({ queues, clock, failed });
  const listener = new Listener((socket) => server.accept(socket));
  await listener.start(options.port ?? 0);

  const storeOf = (name: string): QueueStore => {
    const entities = queues.get(name.toLowerCase());
    if (!entities) throw new Error(`There is no queue '${name}'; there are: ${[...queues.keys()].join(', ')}.`);
    return entities.main.store;
  };

  return {
    port: listener.port,
    connectionString:
      `Endpoint=sb://localhost:${listener.port};SharedAccessKeyName=local;SharedAccessKey=local;` +
      'UseDevelopmentEmulator=true;',
    setMode: (mode) => listener.setMode(mode),
    queue: (name) => inspectQueue(storeOf(name)),
    revokeSession: (queueName, sessionId) => storeOf(queueName).main.revokeSession(sessionId),
    async stop() {
      await listener.setMode('down');
      for (const { main, deadLetters } of queues.values()) {
        main.dispatcher.close();
        deadLetters.dispatcher.close();
        main.store.close();
      }
    },
  };
}
