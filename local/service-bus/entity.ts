import type { LocalClock } from '../clock';
import { Dispatcher } from './dispatcher';
import type { QueueOptions } from './queue-options';
import { QueueStore } from './queue-store';
import type { SubQueue } from './sub-queue';

/** What an address names: a queue or its dead-letter queue. */
export interface Entity {
  readonly name: string;
  readonly store: QueueStore;
  readonly messages: SubQueue;
  readonly dispatcher: Dispatcher;
  readonly isDeadLetterQueue: boolean;
  readonly requiresSession: boolean;
}

export interface Address {
  /** The queue's name in lower case, as Service Bus compares names. */
  readonly queue: string;
  readonly isDeadLetterQueue: boolean;
  readonly isManagement: boolean;
}

const DEAD_LETTER_SUFFIX = '/$deadletterqueue';
const MANAGEMENT_SUFFIX = '/$management';

/** Takes an AMQP address apart: `queue`, `queue/$DeadLetterQueue`, either with `/$management`. */
export function parseAddress(address: string): Address {
  let queue = address.toLowerCase();
  const isManagement = queue.endsWith(MANAGEMENT_SUFFIX);
  if (isManagement) queue = queue.slice(0, -MANAGEMENT_SUFFIX.length);
  const isDeadLetterQueue = queue.endsWith(DEAD_LETTER_SUFFIX);
  if (isDeadLetterQueue) queue = queue.slice(0, -DEAD_LETTER_SUFFIX.length);
  return { queue, isDeadLetterQueue, isManagement };
}

/** A queue and its dead-letter queue, ready to be served. */
export function createEntities(options: QueueOptions, clock: LocalClock): { main: Entity; deadLetters: Entity } {
  const store: QueueStore = new QueueStore(options, clock, {
    mainChanged: () => mainDispatcher.wake(),
    deadLettersChanged: () => deadLettersDispatcher.wake(),
  });
  const mainDispatcher = new Dispatcher(store.main);
  const deadLettersDispatcher = new Dispatcher(store.deadLetters);
  return {
    main: {
      name: options.name,
      store,
      messages: store.main,
      dispatcher: mainDispatcher,
      isDeadLetterQueue: false,
      requiresSession: options.requiresSession,
    },
    deadLetters: {
      name: `${options.name}/$DeadLetterQueue`,
      store,
      messages: store.deadLetters,
      dispatcher: deadLettersDispatcher,
      isDeadLetterQueue: true,
      requiresSession: false,
    },
  };
}
