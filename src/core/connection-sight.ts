import type { Identity } from './snapshot';

/** Why a question to an organization or a collection got no good answer. */
export type Refusal =
  /** No answer came. */
  | 'unreachable'
  /** The proxy of the connection leads nowhere. */
  | 'proxy'
  /** The certificate is not one that is trusted. */
  | 'untrusted'
  /** Somebody answered who is not Azure DevOps. */
  | 'foreign'
  /** The sign-in page, in one of its forms, or 401. */
  | 'refused'
  /** An answer, but for nobody in particular. */
  | 'anonymous'
  /** Gone, never there, or not to be seen: Azure DevOps does not tell these apart. */
  | 'missing'
  | 'forbidden'
  /** Too many requests, or down. */
  | 'busy'
  | 'unexpected';

/** What came of a question; the reason is a sentence, without secrets. */
export type Asked<T> = { ok: true; value: T } | { ok: false; why: Refusal; code: string; reason: string };

/** What an organization or a collection showed to one who asked with a PAT. Undefined: it was not asked. */
export interface ConnectionSight {
  who: Asked<{ identity: Identity; organizationIds: string[]; pictureUrl?: string }>;
  /** How far our clock is ahead of the service's, in seconds. */
  secondsAhead: number | undefined;
  /** The Entra tenant that backs the organization, in lower case, where the service tells it; see `NO_TENANT`. */
  tenant?: string | undefined;
  /** The newest version of the REST API that pull requests have there: `7.2`. */
  newestVersion: Asked<string> | undefined;
  /** A question that only somebody with the scope is answered; `missing` is such an answer. */
  scopes: { code: Asked<unknown>; workItems: Asked<unknown>; groups: Asked<unknown> } | undefined;
  /** How many repositories the account sees. */
  repositories: Asked<number> | undefined;
  /** The repository that the address names. */
  repository: Asked<unknown> | undefined;
  /** The project that the address names without a repository, and whether the account sees a repository in it. */
  project?: { name: string; isSeen: boolean } | undefined;
  /** Whether the account may view and edit service hook subscriptions: of all projects, or not in some, by name. */
  subscriptions: Asked<{ everywhere: boolean; lackingIn: readonly string[] }> | undefined;
}

/** What a connection is needed for: gates by name. */
export interface ConnectionNeeds {
  workItems: readonly string[];
  groups: readonly string[];
  /** Whether the account is to see service hook subscriptions. */
  subscriptions: boolean;
}

export type ConnectionCheck =
  | 'address'
  | 'reachable'
  | 'proxy'
  | 'certificate'
  | 'azure-devops'
  | 'organization'
  | 'credential'
  | 'entra'
  | 'anonymous'
  | 'clock'
  | 'version'
  | 'scope-code'
  | 'scope-work-items'
  | 'scope-identity'
  | 'scopes-to-write'
  | 'licence'
  | 'repository'
  | 'account'
  | 'subscriptions'
  | 'project-pat'
  | 'settings';

/** One thing that was looked at, by itself. */
export interface ConnectionLine {
  check: ConnectionCheck;
  state: 'ok' | 'warning' | 'broken';
  /** What is so, as a sentence. */
  message: string;
  /** What to do about it. */
  help?: string;
}

/** The oldest REST API that Portcullis is made for: Azure DevOps Server 2022.1. */
export const OLDEST_VERSION = 7.1;

/** False for what is certainly older. */
export function isRecent(version: string): boolean {
  return !(Number.parseFloat(version) < OLDEST_VERSION);
}

/** The newest REST API that this release was made with. */
const NEWEST_VERSION = '7.2';

/** The newest version that both sides know: what a connection keeps. */
export function newestKnown(version: string): string {
  return Number.parseFloat(version) > Number.parseFloat(NEWEST_VERSION) ? NEWEST_VERSION : version;
}
