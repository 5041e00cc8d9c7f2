import type { Message } from 'rhea';

/** Whoever may hold locks: an AMQP connection, by identity. */
export interface Holder {
  readonly connection: object;
}

/** A session held by one receiver. */
export interface SessionLock {
  readonly sessionId: string;
  readonly holder: Holder;
  /** When it ends unless renewed, on the local clock. */
  until: number;
}

/** A message held by one receiver: for a time of its own, or for as long as the session it belongs to is held. */
export interface MessageLock {
  /** A uuid in the RFC byte order. */
  readonly token: string;
  readonly holder: Holder;
  readonly session: SessionLock | undefined;
  /** When it ends unless renewed, on the local clock; a session's messages end with their session. */
  until: number;
  cancelExpiry(): void;
}

/** A message as a client sends it. */
export interface IncomingMessage {
  readonly messageId: string;
  readonly sessionId: string | undefined;
  /** Milliseconds; undefined leaves it to the queue. */
  readonly timeToLive: number | undefined;
  /** When it is to become active, on the local clock; undefined is at once. */
  readonly dueAt: number | undefined;
  /** All the rest, passed through as it came. */
  readonly content: Message;
}

/** A message in a queue or in its dead-letter queue. */
export interface StoredMessage {
  readonly sequenceNumber: number;
  readonly messageId: string;
  readonly sessionId: string | undefined;
  /** Milliseconds from becoming active. */
  readonly timeToLive: number;
  /** When it became active, in real time: Azure stamps it by its own clock, which nobody can move. */
  readonly enqueuedTime: number;
  /** On the local clock; Infinity in the dead-letter queue. */
  readonly expiresAt: number;
  readonly content: Message;
  readonly applicationProperties: Record<string, unknown>;
  /** Deliveries that failed. */
  readonly deliveryCount: number;
  readonly state: 'active' | 'deferred';
  readonly lock: MessageLock | undefined;
}

/** A message that waits for its time; it gets a new sequence number when it becomes active. */
export interface ScheduledMessage {
  readonly sequenceNumber: number;
  readonly incoming: IncomingMessage;
  readonly dueAt: number;
  cancelTimer(): void;
}

/** How a receiver ends its hold on a message; `properties` are merged into the application properties. */
export type Settlement =
  { kind: 'complete' | 'release' } | { kind: 'abandon' | 'defer' | 'deadLetter'; properties: Record<string, unknown> };
