import type { Principal } from './principal';

/** That somebody changed something: who, when, what. Never a secret. */
export interface AuditEntry {
  at: Date;
  by: Pick<Principal, 'id' | 'name'>;
  /** Null for what concerns the whole deployment. */
  connectionId: string | null;
  /** `settings.save`, `hooks.sync`, `connection.connect`, … */
  action: string;
  /** What was changed, as people name it. */
  subject: string;
  details: Readonly<Record<string, string | number | boolean | null>>;
}

export interface AuditLog {
  /** Returns once it is kept; long texts are cut. */
  record(entry: Omit<AuditEntry, 'at'>): Promise<void>;
  /** Newest first. `before`: the `next` of the page before; `next` is null on the last one. */
  list(options: {
    connectionId?: string;
    before?: string;
    limit: number;
  }): Promise<{ entries: AuditEntry[]; next: string | null }>;
}
