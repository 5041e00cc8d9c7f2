import type { LocalClock } from '../clock';
import { errors } from './broker-error';
import type { Holder, SessionLock } from './stored-message';

interface HeldSession {
  session: SessionLock;
  cancelExpiry: () => void;
  lost: () => void;
}

/** Who holds which session, and what state receivers keep with it. Never two holders of one session. */
export class SessionTable {
  private readonly held = new Map<string, HeldSession>();
  private readonly states = new Map<string, Buffer>();

  /** `ended` is told of a session whose lock was lost, after it is free and before its holder is told. */
  constructor(
    private readonly clock: LocalClock,
    private readonly lockDuration: number,
    private readonly ended: (session: SessionLock) => void,
  ) {}

  ids(): string[] {
    return [...this.held.keys()];
  }

  isHeld(sessionId: string): boolean {
    return this.held.has(sessionId);
  }

  /** Whether this very hold still stands, not just some hold on the same session. */
  holds(session: SessionLock): boolean {
    return this.held.get(session.sessionId)?.session === session && session.until > this.clock.now();
  }

  /** The hold that a connection has on a session. @throws BrokerError session-lock-lost when it has none */
  heldOn(sessionId: string, connection: object): SessionLock {
    const session = this.held.get(sessionId)?.session;
    if (session?.holder.connection !== connection || !this.holds(session)) throw errors.sessionLockLost(sessionId);
    return session;
  }

  heldBy(connection: object): SessionLock[] {
    return [...this.held.values()].map(({ session }) => session).filter((s) => s.holder.connection === connection);
  }

  hold(sessionId: string, holder: Holder, lost: () => void): SessionLock | undefined {
    if (this.held.has(sessionId)) return undefined;
    const session = { sessionId, holder, until: this.clock.now() + this.lockDuration };
    this.held.set(sessionId, { session, lost, cancelExpiry: this.expireAt(session) });
    return session;
  }

  /** The new end, on the local clock. @throws BrokerError session-lock-lost */
  renew(session: SessionLock): number {
    const entry = this.held.get(session.sessionId);
    if (!entry || !this.holds(session)) throw errors.sessionLockLost(session.sessionId);
    entry.cancelExpiry();
    session.until = this.clock.now() + this.lockDuration;
    entry.cancelExpiry = this.expireAt(session);
    return session.until;
  }

  /** Says whether the hold stood until now. */
  release(session: SessionLock): boolean {
    const entry = this.held.get(session.sessionId);
    if (entry?.session !== session) return false;
    entry.cancelExpiry();
    this.held.delete(session.sessionId);
    return true;
  }

  revoke(sessionId: string): void {
    const entry = this.held.get(sessionId);
    if (!entry || !this.release(entry.session)) return;
    this.ended(entry.session);
    entry.lost();
  }

  state(sessionId: string): Buffer | undefined {
    return this.states.get(sessionId);
  }

  setState(sessionId: string, state: Buffer | undefined): void {
    if (state) this.states.set(sessionId, state);
    else this.states.delete(sessionId);
  }

  private expireAt(session: SessionLock): () => void {
    return this.clock.at(session.until, () => {
      if (this.held.get(session.sessionId)?.session === session) this.revoke(session.sessionId);
    });
  }
}
