import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock';
import { errors } from './broker-error';
import { MessageLog } from './message-log';
import { SessionTable } from './session-table';
import type { Holder, MessageLock, SessionLock, Settlement, StoredMessage } from './stored-message';

interface SubQueueOptions {
  clock: LocalClock;
  requiresSession: boolean;
  /** Milliseconds. */
  lockDuration: number;
  /** Failed deliveries after which a message is buried; Infinity for a dead-letter queue. */
  maxDeliveryCount: number;
  /** Takes a message that is to be dead-lettered; undefined in a dead-letter queue, where such a message stays. */
  bury: ((message: StoredMessage) => void) | undefined;
  /** Called whenever a message or a session may have become available. */
  changed: () => void;
}

/**
 * The messages of a queue, or of its dead-letter queue, and who holds them. Synchronous and without input or output.
 *
 * A held message keeps its place, so that it is received again before its successors when it is given back.
 */
export class SubQueue {
  readonly sessions: SessionTable;
  private readonly ready = new MessageLog();
  private readonly deferred = new MessageLog();
  private readonly held = new Map<string, StoredMessage>();

  constructor(private readonly options: SubQueueOptions) {
    this.sessions = new SessionTable(options.clock, options.lockDuration, (session) => {
      this.endSession(session, 'failed');
    });
  }

  add(message: StoredMessage): void {
    this.ready.put(message);
    this.options.changed();
  }

  /** Every message that is there: those to be received in their order, then the deferred ones. */
  messages(): StoredMessage[] {
    return [...this.ready.values(), ...this.deferred.values()].filter((message) => !this.isExpired(message));
  }

  /** The sessions that have messages which can be received now. */
  sessionsWithMessages(): string[] {
    return [...this.ready.sessionIds()].filter((id) => this.firstAvailable(id) !== undefined);
  }

  /** Holds the named session, with or without messages; undefined when somebody else does. */
  acceptSession(sessionId: string, holder: Holder, lost: () => void): SessionLock | undefined {
    return this.sessions.hold(sessionId, holder, lost);
  }

  /** Holds the longest waiting session with messages that nobody holds; undefined when there is none. */
  acceptNextSession(holder: Holder, lost: () => void): SessionLock | undefined {
    for (const sessionId of this.ready.sessionIds()) {
      if (this.sessions.isHeld(sessionId) || this.firstAvailable(sessionId) === undefined) continue;
      return this.sessions.hold(sessionId, holder, lost);
    }
    return undefined;
  }

  /** Gives a session back; its messages return to their places and nothing counts as a failed delivery. */
  releaseSession(session: SessionLock): void {
    if (this.sessions.release(session)) this.endSession(session, 'untouched');
  }

  /** Takes a session from whoever holds it, as when its lock expires: what was delivered has failed. */
  revokeSession(sessionId: string): void {
    this.sessions.revoke(sessionId);
  }

  /** The next message, held by the receiver, or removed at once with `take`. Undefined when there is none. */
  receive(holder: Holder, session: SessionLock | undefined, take: boolean): StoredMessage | undefined {
    if (session && !this.sessions.holds(session)) return undefined;
    const message = this.firstAvailable(session?.sessionId);
    if (!message) return undefined;
    if (!take) return this.hold(message, holder, session);
    this.ready.remove(message);
    return message;
  }

  /**
   * Deferred messages by their numbers, held or taken like `receive`.
   * @throws BrokerError message-not-found unless all are there, deferred, and not held
   */
  receiveDeferred(
    sequenceNumbers: readonly number[],
    holder: Holder,
    session: SessionLock | undefined,
    take: boolean,
  ): StoredMessage[] {
    const present = sequenceNumbers
      .map((number) => this.deferred.get(number))
      .filter((message) => message !== undefined)
      .filter(({ lock, sessionId }) => !lock && (!session || sessionId === session.sessionId));
    if (present.length !== sequenceNumbers.length) throw errors.messageNotFound();
    return present.map((message) => {
      if (!take) return this.hold(message, holder, session);
      this.deferred.remove(message);
      return message;
    });
  }

  /** @throws BrokerError message-lock-lost or session-lock-lost when the message is no longer held under that token */
  settle(token: string, settlement: Settlement): void {
    const { message: held } = this.heldUnder(token);
    const message = this.unlock(token, held);
    const properties = 'properties' in settlement ? settlement.properties : {};
    const changed = { ...message, applicationProperties: { ...message.applicationProperties, ...properties } };
    switch (settlement.kind) {
      case 'complete':
        this.remove(changed);
        return;
      case 'release':
        this.put(changed);
        break;
      case 'abandon':
        this.fail(changed);
        break;
      case 'defer':
        this.remove(changed);
        this.deferred.put({ ...changed, state: 'deferred' });
        break;
      case 'deadLetter':
        if (this.options.bury) {
          this.remove(changed);
          this.options.bury(changed);
        } else this.put(changed);
        break;
    }
    this.options.changed();
  }

  /**
   * Prolongs the hold on a message and returns its end, on the local clock.
   * @throws BrokerError message-lock-lost or session-lock-lost
   */
  renew(token: string): number {
    const { lock } = this.heldUnder(token);
    if (lock.session) return this.sessions.renew(lock.session);
    lock.cancelExpiry();
    lock.until = this.options.clock.now() + this.options.lockDuration;
    lock.cancelExpiry = this.expireAt(token, lock.until);
    return lock.until;
  }

  /** Everything that a connection held goes back, untouched. */
  releaseConnection(connection: object): void {
    for (const session of this.sessions.heldBy(connection)) this.releaseSession(session);
    for (const [token, message] of this.held) {
      if (message.lock?.holder.connection !== connection) continue;
      this.put(this.unlock(token, message));
    }
    this.options.changed();
  }

  private hold(message: StoredMessage, holder: Holder, session: SessionLock | undefined): StoredMessage {
    const token = randomUUID();
    const until = session ? Infinity : this.options.clock.now() + this.options.lockDuration;
    const cancelExpiry = session ? () => undefined : this.expireAt(token, until);
    const heldMessage = { ...message, lock: { token, holder, session, until, cancelExpiry } };
    this.held.set(token, heldMessage);
    this.put(heldMessage);
    return heldMessage;
  }

  private expireAt(token: string, until: number): () => void {
    return this.options.clock.at(until, () => {
      const message = this.held.get(token);
      if (!message) return;
      this.fail(this.unlock(token, message));
      this.options.changed();
    });
  }

  private heldUnder(token: string): { message: StoredMessage; lock: MessageLock } {
    const message = this.held.get(token);
    const lock = message?.lock;
    const stands = lock?.session ? this.sessions.holds(lock.session) : lock && lock.until > this.options.clock.now();
    if (message && lock && stands) return { message, lock };
    throw this.options.requiresSession ? errors.sessionLockLost() : errors.messageLockLost();
  }

  private unlock(token: string, message: StoredMessage): StoredMessage {
    message.lock?.cancelExpiry();
    this.held.delete(token);
    return { ...message, lock: undefined };
  }

  private fail(message: StoredMessage): void {
    const failed = { ...message, deliveryCount: message.deliveryCount + 1 };
    if (!this.options.bury || failed.deliveryCount < this.options.maxDeliveryCount) {
      this.put(failed);
      return;
    }
    this.remove(failed);
    this.options.bury({
      ...failed,
      applicationProperties: {
        ...failed.applicationProperties,
        DeadLetterReason: 'MaxDeliveryCountExceeded',
        DeadLetterErrorDescription: `Message could not be consumed after ${this.options.maxDeliveryCount} delivery attempts.`,
      },
    });
  }

  private endSession(session: SessionLock, outcome: 'failed' | 'untouched'): void {
    for (const [token, message] of this.held) {
      if (message.lock?.session !== session) continue;
      const free = this.unlock(token, message);
      if (outcome === 'failed') this.fail(free);
      else this.put(free);
    }
    this.options.changed();
  }

  /** Expired messages are dropped when they are come across, not at their time: nobody can tell the difference. */
  private firstAvailable(sessionId: string | undefined): StoredMessage | undefined {
    for (const message of this.ready.values(sessionId)) {
      if (message.lock) continue;
      if (!this.isExpired(message)) return message;
      this.ready.remove(message);
    }
    return undefined;
  }

  private isExpired(message: StoredMessage): boolean {
    return message.lock === undefined && message.expiresAt <= this.options.clock.now();
  }

  private put(message: StoredMessage): void {
    this.logOf(message).put(message);
  }

  private remove(message: StoredMessage): void {
    this.logOf(message).remove(message);
  }

  private logOf(message: StoredMessage): MessageLog {
    return message.state === 'deferred' ? this.deferred : this.ready;
  }
}
