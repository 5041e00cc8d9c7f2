import type { Message } from '../../core/messages';
import type { PullRequestKey } from '../../core/snapshot';

export interface WorkQueue {
  /**
   * Sends a message into its session (core/messages.ts). The same `messageId` within the broker's window is taken once.
   * `dueIn` seconds from now; absent = at once. `hookAt`: when the service hook came that this goes back to; it is told with
   * the message, beside its body. Throws `unavailable` within 4 s when the broker is down or silent.
   */
  send(message: Message, options: { messageId: string; dueIn?: number; hookAt?: Date | undefined }): Promise<void>;
}

/** For messages that this release cannot read. */
export interface LaterQueue {
  /** Sends a body as it is into its session, once for each `messageId`. `dueIn` seconds from now. */
  sendLater(body: unknown, options: { messageId: string; sessionId: string; dueIn: number }): Promise<void>;
}

export interface DeadLetter {
  /** Short, for people to quote: it stands in the status. */
  reference: string;
  reason: string;
  description: string;
  messageId: string;
  sessionId: string;
  enqueuedAt: Date | null;
  body: string;
  /** The pull request, where the body could be read. */
  key: PullRequestKey | null;
  /** Of what is about a connection, and no pull request: it goes with the connection. */
  connectionId?: string;
}

/** A dead letter as it was recorded, as far as it is told to people. */
export interface RecordedDeadLetter {
  reference: string;
  reason: string;
  /** By Table Storage's clock. */
  recordedAt: Date;
  key: PullRequestKey | null;
}

/** The whole record, with what it takes to remove exactly this one. */
export type StoredDeadLetter = DeadLetter & Pick<RecordedDeadLetter, 'recordedAt'> & { etag: string };

export interface DeadLetters {
  /** Writing the same reference again changes nothing. */
  record(letter: DeadLetter): Promise<void>;
  /** Newest first, of the first so many that are there; all, or those of one connection. */
  list(most: number, connectionId?: string): Promise<StoredDeadLetter[]>;
  find(reference: string): Promise<StoredDeadLetter | undefined>;
  /** False when it is gone by now, or was recorded anew since it was read. */
  remove(letter: Pick<StoredDeadLetter, 'reference' | 'etag'>): Promise<boolean>;
}
