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
  description: string;
  labels: string[];
  credential: ConnectionCredential;
  /** Used in that project alone. */
  projectPats: ProjectPat[];
  /** While it is leaving, hooks are answered 200 and dropped, and nothing is judged. */
  state: 'connected' | 'leaving';
  /** Where Azure DevOps reaches this app, without a trailing slash; null in a row of a former release. */
  publicUrl: string | null;
  /** What was warned of, so that each warning is given once. */
  expiryWarnings: ExpiryWarning[];
  /** What the account was refused to write when it last tried: the scopes for it seem to be missing. */
  refusedWrites: RefusedWrite[];
  network: ConnectionNetwork;
  /** The newest REST API that its server was seen to have: requests ask for nothing newer. Null: not learnt yet. */
  apiVersion: string | null;
}

/** The way to a connection's server, where it is not the usual one. */
export interface ConnectionNetwork {
  /** `http://proxy.contoso.com:3128`: every request goes through it, and none past it. Null: straight. */
  proxy: string | null;
  /** PEM certificates of authorities that are trusted for this connection, beside the system's. */
  caCertificates: string | null;
}

/** Where requests of a connection go, and how. */
export type ConnectionPlace = Pick<Connection, 'url' | 'network' | 'apiVersion'>;

export type ConnectionCredential =
  /** In the vault; null in a row of a former release, which did not write it down. */
  | { kind: 'pat'; expiresOn: Date | null }
  /** The deployment's own identity, by Entra; Services alone. */
  | { kind: 'managedIdentity' };

export interface ProjectPat {
  projectId: string;
  projectName: string;
  expiresOn: Date;
  /** Whose it is, as far as that is known: one of the connection's identities. */
  accountId: string | null;
}

export interface ExpiryWarning {
  /** Null: the connection's own PAT. */
  projectId: string | null;
  /** Of which PAT: the next one is warned of anew. */
  expiresOn: Date;
  /** The nearest step that was warned of, in days before the end. */
  days: number;
}

export type RefusedWrite = 'status' | 'threads' | 'reviewers';

export interface Connections {
  find(id: string): Promise<Connection | undefined>;
  /** By name. */
  list(): Promise<Connection[]>;
  /** A new one; throws `superseded` when there is one with that id. */
  save(connection: Connection): Promise<void>;
  /**
   * Changes what is there by now, so that nobody's write is lost: `change` is asked again when somebody else was faster.
   *
   * @returns what stands then; undefined when there was nothing to change, or there is no such connection
   */
  change(id: string, change: (present: Connection) => Connection | undefined): Promise<Connection | undefined>;
  /** Nothing happens when it is gone already. */
  remove(id: string): Promise<void>;
}

/** What a door to Azure DevOps is opened with: a PAT, or an Entra token, which is good for about an hour. */
export type DoorCredential = { kind: 'pat'; pat: string } | { kind: 'bearer'; token: string };

/** A connection's credential, whatever its kind. */
export interface Credentials {
  /** The project's own PAT where it has one. Throws `credentialRefused` when there is none; `fresh` reads past the cache. */
  read(connection: Connection, options?: { projectId?: string | undefined; fresh?: boolean }): Promise<DoorCredential>;
}

/** The deployment's managed identity. */
export interface DeploymentIdentity {
  /** A token for Azure DevOps that has not ended; it is for an organization at this address. */
  readToken(url: string): Promise<string>;
}

/** Secrets by purpose. Values are never logged, stored elsewhere, or put into a message. */
export interface Secrets {
  /** The PAT of the connection, or of a project; `credentialRefused` when there is none. `fresh` reads past the cache. */
  readPat(connectionId: string, options?: { projectId?: string; fresh?: boolean }): Promise<string>;
  /** As it stands in the vault now, and when it ends, where that was said; undefined when there is none. */
  readStoredPat(connectionId: string, projectId?: string): Promise<{ pat: string; expiresOn: Date | null } | undefined>;
  /**
   * A PAT that is to be tested where it is going to be used, before it takes over: one for each connection, past the cache;
   * undefined when there is none.
   */
  readCandidatePat(connectionId: string): Promise<string | undefined>;
  saveCandidatePat(connectionId: string, pat: string, expiresOn: Date): Promise<void>;
  /** Nothing happens when it is gone already. */
  removeCandidatePat(connectionId: string): Promise<void>;
  /** That of a project; nothing happens when it is gone already. */
  removePat(connectionId: string, projectId: string): Promise<void>;
  /** The passwords that a hook may come with: one, or two while they are rotated; empty = refuse everything. */
  readHookSecrets(connectionId: string, options?: { fresh?: boolean }): Promise<string[]>;
  savePat(connectionId: string, pat: string, expiresOn: Date, projectId?: string): Promise<void>;
  /** The one before counts for a day more, beside the new one. */
  saveHookSecret(connectionId: string, secret: string): Promise<void>;
  /** Until when the one before counts; never later than it would. */
  endFormerHookSecret(connectionId: string, endsAt: Date): Promise<void>;
}
