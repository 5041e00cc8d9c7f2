import type { StoredMessage } from './stored-message';

/** Messages in the order in which they are to be received, with the order within each session at hand. */
export class MessageLog {
  private readonly all = new Map<number, StoredMessage>();
  private readonly sessions = new Map<string, Map<number, StoredMessage>>();

  get size(): number {
    return this.all.size;
  }

  get(sequenceNumber: number): StoredMessage | undefined {
    return this.all.get(sequenceNumber);
  }

  /** Adds a message at the end, or replaces the one of the same sequence number in its place. */
  put(message: StoredMessage): void {
    this.all.set(message.sequenceNumber, message);
    if (message.sessionId === undefined) return;
    const session = this.sessions.get(message.sessionId);
    if (session) session.set(message.sequenceNumber, message);
    else this.sessions.set(message.sessionId, new Map([[message.sequenceNumber, message]]));
  }

  remove(message: StoredMessage): void {
    this.all.delete(message.sequenceNumber);
    if (message.sessionId === undefined) return;
    const session = this.sessions.get(message.sessionId);
    session?.delete(message.sequenceNumber);
    if (session?.size === 0) this.sessions.delete(message.sessionId);
  }

  /** In order; of one session when it is named. */
  values(sessionId?: string): Iterable<StoredMessage> {
    if (sessionId === undefined) return this.all.values();
    return this.sessions.get(sessionId)?.values() ?? [];
  }

  /** Sessions that have messages, the longest waiting first. */
  sessionIds(): Iterable<string> {
    return this.sessions.keys();
  }
}
