import type { Holder, SessionLock, StoredMessage } from './stored-message';
import type { SubQueue } from './sub-queue';

/** A receiver's link. */
export interface Consumer {
  readonly holder: Holder;
  /** The session it holds; undefined when it receives from all. */
  readonly session: SessionLock | undefined;
  /** Messages are gone as soon as they are delivered (receiveAndDelete). */
  readonly take: boolean;
  /** How many messages it wants now. */
  credit(): number;
  deliver(message: StoredMessage): void;
  /** Called after each round: a receiver that asked to be drained learns that there is no more. */
  delivered(): void;
}

/** A receiver that waits for any session. */
export interface SessionSeeker {
  readonly holder: Holder;
  granted(session: SessionLock): void;
  /** The session's lock was lost. */
  lost(session: SessionLock): void;
}

/**
 * Brings messages to receivers, in turn, and sessions to those who wait for one, first come first served.
 *
 * It works in rounds of its own (setImmediate): between rounds rhea has written what it was given, so that the credit
 * it tells is exact. A message given to a link without credit would sit in rhea, locked, until credit comes.
 */
export class Dispatcher {
  private readonly consumers = new Set<Consumer>();
  private readonly seekers = new Set<SessionSeeker>();
  private round: NodeJS.Immediate | undefined;

  constructor(private readonly messages: SubQueue) {}

  add(consumer: Consumer): void {
    this.consumers.add(consumer);
    this.wake();
  }

  remove(consumer: Consumer): void {
    this.consumers.delete(consumer);
  }

  seek(seeker: SessionSeeker): void {
    this.seekers.add(seeker);
    this.wake();
  }

  stopSeeking(seeker: SessionSeeker): void {
    this.seekers.delete(seeker);
  }

  /** Something may be there to deliver, or somebody new to deliver to. */
  wake(): void {
    this.round ??= setImmediate(() => {
      this.round = undefined;
      this.grantSessions();
      this.deliver();
    });
  }

  close(): void {
    clearImmediate(this.round);
    this.consumers.clear();
    this.seekers.clear();
  }

  private grantSessions(): void {
    for (const seeker of this.seekers) {
      const session: SessionLock | undefined = this.messages.acceptNextSession(seeker.holder, () => {
        if (session) seeker.lost(session);
      });
      if (!session) return;
      this.seekers.delete(seeker);
      seeker.granted(session);
    }
  }

  private deliver(): void {
    let hungry = [...this.consumers].map((consumer) => ({ consumer, credit: consumer.credit() }));
    while (hungry.length > 0) {
      hungry = hungry.filter((entry) => {
        if (entry.credit-- <= 0) return false;
        const { consumer } = entry;
        const message = this.messages.receive(consumer.holder, consumer.session, consumer.take);
        if (message) consumer.deliver(message);
        return message !== undefined;
      });
    }
    for (const consumer of this.consumers) consumer.delivered();
  }
}
