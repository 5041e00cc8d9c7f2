import type { LocalClock } from '../clock';
import { errors } from './broker-error';
import { DuplicateHistory } from './duplicate-history';
import type { QueueOptions } from './queue-options';
import type { IncomingMessage, ScheduledMessage, StoredMessage } from './stored-message';
import { SubQueue } from './sub-queue';

/** Tells the dispatchers of a queue and of its dead-letter queue that there may be something to deliver. */
interface Listeners {
  mainChanged: () => void;
  deadLettersChanged: () => void;
}

/** A queue with its dead-letter queue and what is scheduled: the whole state, in memory. */
export class QueueStore {
  readonly main: SubQueue;
  readonly deadLetters: SubQueue;
  private readonly scheduled = new Map<number, ScheduledMessage>();
  private readonly history: DuplicateHistory;
  private lastSequenceNumber = 0;

  constructor(
    readonly options: QueueOptions,
    private readonly clock: LocalClock,
    listeners: Listeners,
  ) {
    const window = options.duplicateDetectionWindowSeconds;
    this.history = new DuplicateHistory(window === null ? null : window * 1000);
    const lockDuration = options.lockDurationSeconds * 1000;
    this.deadLetters = new SubQueue({
      clock,
      lockDuration,
      requiresSession: false,
      maxDeliveryCount: Infinity,
      bury: undefined,
      changed: listeners.deadLettersChanged,
    });
    this.main = new SubQueue({
      clock,
      lockDuration,
      requiresSession: options.requiresSession,
      maxDeliveryCount: options.maxDeliveryCount,
      // Messages do not expire in a dead-letter queue.
      bury: (message) => this.deadLetters.add({ ...message, state: 'active', expiresAt: Infinity }),
      changed: listeners.mainChanged,
    });
  }

  /**
   * Stores all messages or none; duplicates are dropped without a word. Returns a sequence number for each (a dropped
   * duplicate has one of its own, under which nothing is found).
   * @throws BrokerError not-allowed when the queue has sessions and a message has none
   */
  send(messages: readonly IncomingMessage[]): number[] {
    if (this.options.requiresSession && messages.some((message) => message.sessionId === undefined)) {
      throw errors.notAllowed(
        'The SessionId was not set on a message, and it cannot be sent to the entity. Entities that have session ' +
          'support enabled can only receive messages that have the SessionId set to a valid value.',
      );
    }
    return messages.map((message) => {
      const sequenceNumber = ++this.lastSequenceNumber;
      if (this.history.isDuplicate(message.messageId, this.clock.now())) return sequenceNumber;
      if (message.dueAt !== undefined && message.dueAt > this.clock.now()) {
        this.schedule(sequenceNumber, message, message.dueAt);
      } else this.enqueue(sequenceNumber, message);
      return sequenceNumber;
    });
  }

  /** Cancels all or none. @throws BrokerError message-not-found when one of them is not scheduled (any more) */
  cancelScheduled(sequenceNumbers: readonly number[]): void {
    const found = sequenceNumbers.map((number) => this.scheduled.get(number)).filter((m) => m !== undefined);
    if (found.length !== sequenceNumbers.length) throw errors.messageNotFound();
    for (const message of found) {
      message.cancelTimer();
      this.scheduled.delete(message.sequenceNumber);
    }
  }

  /** What waits for its time, in the order in which it was sent. */
  scheduledMessages(): ScheduledMessage[] {
    return [...this.scheduled.values()];
  }

  /** Stops the timers of what is scheduled. */
  close(): void {
    for (const message of this.scheduled.values()) message.cancelTimer();
    this.scheduled.clear();
  }

  private schedule(sequenceNumber: number, incoming: IncomingMessage, dueAt: number): void {
    const cancelTimer = this.clock.at(dueAt, () => {
      this.scheduled.delete(sequenceNumber);
      // As in Azure: a message that becomes active is appended as if it were sent now, under a new number.
      this.enqueue(++this.lastSequenceNumber, incoming);
    });
    this.scheduled.set(sequenceNumber, { sequenceNumber, incoming, dueAt, cancelTimer });
  }

  private enqueue(sequenceNumber: number, incoming: IncomingMessage): void {
    const longest = this.options.defaultTimeToLiveSeconds * 1000;
    const timeToLive = Math.min(incoming.timeToLive ?? longest, longest);
    const message: StoredMessage = {
      sequenceNumber,
      messageId: incoming.messageId,
      sessionId: incoming.sessionId,
      timeToLive,
      enqueuedTime: Date.now(),
      expiresAt: this.clock.now() + timeToLive,
      content: incoming.content,
      applicationProperties: { ...incoming.content.application_properties },
      deliveryCount: 0,
      state: 'active',
      lock: undefined,
    };
    this.main.add(message);
  }
}
