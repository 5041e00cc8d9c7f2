import type { Identity } from '../../core/snapshot';

export interface Connection {
  /** Immutable; hook URLs, rows and sessions use it. */
  id: string;
  /** For display; may change. */
  name: string;
  kind: 'services' | 'server';
  /** The organization's or collection's base URL, without a trailing slash. */
  url: string;
  /** Account and collection ids, lower case: what a hook's `resourceContainers` is compared with. */
  organizationIds: string[];
  /** Every identity the connection has posted as, the present one first. */
  identities: Identity[];
  /** Since when its credential is refused, and how; null while it works. */
  broken: { since: Date; reason: string } | null;
}

export interface Connections {
  find(id: string): Promise<Connection | undefined>;
  /** By name. */
  list(): Promise<Connection[]>;
  save(connection: Connection): Promise<void>;
}

/** Secrets by purpose. Values are never logged, stored elsewhere, or put into a message. */
export interface Secrets {
  /** The connection's PAT; `credentialRefused` when there is none. `fresh` reads past the cache. */
  readPat(connectionId: string, options?: { fresh?: boolean }): Promise<string>;
  /** The passwords that a hook may come with: one, or two while they are rotated; empty = refuse everything. */
  readHookSecrets(connectionId: string, options?: { fresh?: boolean }): Promise<string[]>;
  savePat(connectionId: string, pat: string, expiresOn: Date): Promise<void>;
  saveHookSecret(connectionId: string, secret: string): Promise<void>;
}
