import type { MergeStrategy } from '../core/merge-strategies';
import type { Message } from '../core/messages';
import type { Outcome, State } from '../core/gate';
import type { ListedPullRequest } from '../core/listed';
import type {
  BehindTarget,
  BroughtCommit,
  ChangedFile,
  Identity,
  Iteration,
  LineCount,
  LinkedWorkItem,
  MergeAttempt,
  PullRequestDetails,
  PullRequestKey,
  PullRequestTemplate,
  Read,
  Reviewer,
  SliceName,
  Vote,
} from '../core/snapshot';

/**
 * What the use cases need of the world, and nothing more. Every method throws `Failure` (core/failures.ts) and nothing
 * else on purpose; lists are complete (adapters page to the end) and in the order stated.
 */

/** A status row as Azure DevOps keeps it: rows are appended, the newest of a context counts. */
export interface PostedStatus {
  id: number;
  /** Null for a status on the pull request as a whole. */
  iterationId: number | null;
  genre: string;
  name: string;
  state: State | 'notSet';
  description: string;
  targetUrl: string | null;
  author: Identity;
}

export interface StatusToPost {
  iterationId: number | null;
  genre: string;
  name: string;
  state: State;
  description: string;
  targetUrl: string;
}

/** `closed` and `active` are the two that Portcullis sets; the others are people's. */
export type ThreadStatus = 'unknown' | 'active' | 'fixed' | 'wontFix' | 'closed' | 'byDesign' | 'pending';

export interface Thread {
  id: number;
  status: ThreadStatus;
  isDeleted: boolean;
  /** Its status, or what kind of comment began it, is a word that this release does not know. */
  isUnclear?: true;
  /** Properties, unwrapped to strings; what is not a string is left out. */
  properties: Record<string, string>;
  /** In the order of their ids; deleted ones included, with empty content. */
  comments: { id: number; author: Identity; content: string; isDeleted: boolean; isSystem: boolean }[];
  /** A vote that the service itself tells of here. */
  vote?: CastVote;
  /** Ids of reviewers who, as is told here, were added or taken off. */
  reviewers?: string[];
}

/** A vote as it was cast; it may have been taken back since. */
export interface CastVote {
  voterId: string;
  vote: Vote;
  /** An ISO time. */
  castAt: string;
}

export interface ThreadToCreate {
  content: string;
  status: 'active' | 'closed';
  properties: Record<string, string>;
}

/** A pull request with what its list entry tells beside its details. */
export type PullRequestRead = PullRequestDetails & {
  headCommit: string;
  baseCommit: string;
  /** Not read where it is a word that this release does not know. */
  merge: Read<MergeAttempt>;
  /** Not read where a vote is one that this release does not know. */
  reviewers: Read<ListedReviewer[]>;
  /** `listedFingerprint` of what a list would say of it now. */
  listed: string;
};

/** A reviewer as the pull request lists it: it does not tell when the vote was cast. */
export type ListedReviewer = Omit<Reviewer, 'votedAt'>;

/** An iteration with who made it. */
export type IterationRead = Iteration & { author: Identity; createdAt: string | null; isPush: boolean };

/** A group with all its members, also those through other groups. */
export interface GroupRead {
  id: string;
  /** As Azure DevOps spells it: `[Shop]\Reviewers`. */
  name: string;
  memberIds: string[];
}

export interface Repository {
  id: string;
  name: string;
  project: { id: string; name: string };
}

/** One pull request of one connection, read and written with that connection's own credential and base URL. */
export interface AzureDevOps {
  /** The identity behind the credential. */
  readMyself(): Promise<{ identity: Identity; organizationIds: string[] }>;
  /** A repository by `project/repository` names or ids; `notFound` when it is not there or may not be seen. */
  readRepository(project: string, repository: string): Promise<Repository>;

  /** A repository by its id alone, whichever project it is in by now. */
  findRepository(repositoryId: string): Promise<Repository>;
  /** All repositories that the credential may see, by project and name. */
  readRepositories(): Promise<Repository[]>;
  /** Tries whether a slice may be read at all: `permissionMissing` names the scope that the PAT lacks. */
  probe(slice: SliceName): Promise<void>;

  readPullRequest(key: PullRequestKey): Promise<PullRequestRead>;
  /** A pull request of the organization or collection by its number, which is unique there. */
  findPullRequest(pullRequestId: number): Promise<PullRequestDetails>;
  /** All active pull requests of a project, or of one of its repositories. */
  readActivePullRequests(projectId: string, repositoryId?: string): Promise<ListedPullRequest[]>;
  /** All projects that the credential may see. */
  readProjects(): Promise<{ id: string; name: string }[]>;
  /** Iterations in ascending order; empty when the pull request does not support them. */
  readIterations(key: PullRequestKey): Promise<IterationRead[]>;
  /** Files changed between the iteration's common commit and its source commit, paged to the end, by path. */
  readChanges(key: PullRequestKey, iteration: Iteration): Promise<ChangedFile[]>;
  readLineCounts(key: PullRequestKey, changes: ChangedFile[]): Promise<LineCount[]>;
  /** Commits up to the iteration's source commit that the target branch lacks, newest first, paged to the end. */
  readCommits(key: PullRequestKey, iteration: Iteration): Promise<BroughtCommit[]>;
  /** Linked work items, by id, with fields that are asked for by their reference names. */
  readWorkItems(key: PullRequestKey, fields?: readonly string[]): Promise<LinkedWorkItem[]>;
  /** Names of its labels, sorted. */
  readLabels(key: PullRequestKey): Promise<string[]>;
  /** The id of a person by exactly this unique name; `notFound` when there is none. */
  readPersonId(uniqueName: string): Promise<string>;
  /** A group by `[Project]\Name`, `[Organization]\Name` or id; `notFound` when there is none of exactly that name. */
  readGroup(name: string): Promise<GroupRead>;

  /** How far the iteration's source commit is behind the tip of a branch (full ref name). */
  readBehind(key: PullRequestKey, iteration: Iteration, branch: string): Promise<BehindTarget>;

  /** How pull requests into a branch (full ref name) may be completed, as its policies in force allow. */
  readMergeStrategies(where: { projectId: string; repositoryId: string; branch: string }): Promise<MergeStrategy[]>;

  /** The template that Azure DevOps puts into pull requests into a branch (full ref name); null without one. */
  readTemplate(key: PullRequestKey, targetBranch: string): Promise<PullRequestTemplate | null>;

  /** The text of a file at the tip of a branch (full ref name); undefined where there is none. */
  readFile(key: PullRequestKey, path: string, branch: string): Promise<string | undefined>;
  /** The text of a blob of at most 1 MB. */
  readBlob(key: PullRequestKey, objectId: string): Promise<string>;

  /** All rows, oldest first. */
  readStatuses(key: PullRequestKey): Promise<PostedStatus[]>;
  /** All threads, system threads included, by id. */
  readThreads(key: PullRequestKey): Promise<Thread[]>;

  /** Never repeated by the adapter. Throws with `mayHaveApplied` when no answer came. */
  postStatus(key: PullRequestKey, status: StatusToPost): Promise<PostedStatus>;
  createThread(key: PullRequestKey, thread: ThreadToCreate): Promise<Thread>;
  updateComment(key: PullRequestKey, threadId: number, commentId: number, content: string): Promise<void>;
  updateThreadStatus(key: PullRequestKey, threadId: number, status: 'active' | 'closed'): Promise<void>;
  deleteComment(key: PullRequestKey, threadId: number, commentId: number): Promise<void>;
  /** Adds a person or a group that is no reviewer yet; `permissionMissing` when the PAT only reads code. */
  addReviewer(key: PullRequestKey, reviewer: { id: string; isRequired: boolean }): Promise<void>;
  /** Adds a comment to a thread that stands. */
  reply(key: PullRequestKey, threadId: number, content: string): Promise<void>;
}

/** What an organization or collection needs to be told once, with an admin's credential. */
export interface AzureDevOpsAdministration {
  readProjects(): Promise<{ id: string; name: string }[]>;
  /** Creates the subscriptions that are missing, mends those whose URL or password differ; returns how many changed. */
  ensureServiceHooks(options: {
    projectId: string;
    url: string;
    userName: string;
    password: string;
    eventTypes: readonly string[];
  }): Promise<{ created: number; updated: number; unchanged: number }>;
}

/** A branch policy of a project, as Azure DevOps keeps it. */
export interface BranchPolicy {
  id: number;
  isEnabled: boolean;
  isBlocking: boolean;
  /** Whole, what this release does not know included: a change writes all of it again. */
  settings: Record<string, unknown>;
}

/** What branch policies are read and written with: an admin's credential, never the gate's. */
export interface PolicyAdministration {
  /** By name or id. */
  readProject(project: string): Promise<{ id: string; name: string }>;
  /** By names or ids. The default branch is a full ref name, null while the repository is empty. */
  readRepository(
    project: string,
    repository: string,
  ): Promise<{ id: string; name: string; project: { id: string; name: string }; defaultBranch: string | null }>;
  /** Policies that require a status, by id; deleted ones are not among them. */
  readStatusPolicies(projectId: string): Promise<BranchPolicy[]>;
  createStatusPolicy(projectId: string, policy: Omit<BranchPolicy, 'id'>): Promise<BranchPolicy>;
  updateStatusPolicy(projectId: string, policy: BranchPolicy): Promise<BranchPolicy>;
}

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

/** Whose settings a document is. Ids only: names change. */
export type SettingsScope =
  | { kind: 'connection'; connectionId: string }
  | { kind: 'project'; connectionId: string; projectId: string }
  | { kind: 'repository'; connectionId: string; repositoryId: string };

/** One saved version of a scope's settings. */
export interface SettingsVersion {
  /** Counts from 1 within the scope; 0 for a present one that was written past the history (by a former release, or by
   * hand): the history gives it its number. */
  version: number;
  /** As it was saved: parsed, not validated. Undefined when it is deleted or unreadable. */
  document: unknown;
  /** Why there is no document although somebody saved one, and what to do: ends a sentence that names the document. */
  unreadable?: string;
  /** It is unreadable because a newer release wrote its row: earlier versions may count until that release is back. */
  isNewer?: true;
  /** What `schemaVersion` a document has that says none: that of the release which saved it. Absent where it is not known. */
  documentSchemaVersion?: number;
  isDeleted: boolean;
  /** By the store's clock. */
  savedAt: Date;
  /** Empty where it is not known. */
  savedBy: string;
  note: string;
}

export interface SettingsDocument extends SettingsVersion {
  etag: string;
}

export interface SettingsStore {
  /** The present version. Undefined when nothing was ever saved; a deleted one is returned. */
  read(scope: SettingsScope): Promise<SettingsDocument | undefined>;
  /**
   * Saves a new version; without a document, one that says that it is deleted. `expectedEtag` null = there must be none
   * yet. Returns false when somebody else was faster.
   */
  save(
    scope: SettingsScope,
    document: unknown,
    by: { savedBy: string; note?: string; documentSchemaVersion?: number },
    expectedEtag: string | null,
  ): Promise<boolean>;
  /** Newest first, the present one included, 20 at most. */
  history(scope: SettingsScope): Promise<SettingsVersion[]>;
  /** The scopes of a connection of which something was ever saved. */
  list(connectionId: string): Promise<{ scope: SettingsScope; isDeleted: boolean; etag: string }[]>;
}

/** What the ledger keeps of the newest finished evaluation. */
export interface FinishedEvaluation {
  evaluationId: string;
  /** The intent row's `Timestamp`, by Table Storage's clock. */
  beganAt: Date;
  /** A hash of everything the evaluation depended on; equal inputs need no second evaluation. */
  inputs: string;
  iterationId: number | null;
  sourceCommit: string;
  state: State;
  description: string;
  /** Gates by name, those of components as `component/gate`. */
  outcomes: { gate: string; state: Outcome['state'] }[];
  validUntil: Date | null;
  /** Numbers of open pull requests that it waits for; absent in what a former release wrote. */
  waitsFor?: number[];
  /** `listedFingerprint` of the pull request as it was read. */
  listed: string;
  /** When the last evaluation began that compared everything that stands in Azure DevOps, comments included. */
  comparedAt: Date | null;
}

/** One retry at a time is pending for a pull request; until it is due, its other messages wait for it. */
export interface PendingRetry {
  /** By the clock of the worker that left it. */
  dueAt: Date;
  attempt: number;
  /** The id of the message that began the chain. */
  chain: string;
}

/** What the ledger tells a sweep of a pull request. */
export interface LedgerEntry {
  repositoryId: string;
  pullRequestId: number;
  /** Empty while nothing was judged. */
  listed: string;
  comparedAt: Date | null;
  /** Numbers of pull requests that were open when it was judged, and that it waits for. */
  waitsFor: number[];
  /** When the newest evaluation began, if it did not finish: it is under way, or failed, or died. Null if it did. */
  unfinishedSince: Date | null;
  /** When anything was written about the pull request last. */
  touchedAt: Date;
}

export interface LedgerState {
  finished: FinishedEvaluation | undefined;
  /** The newest intent, finished or not. */
  newestIntent: { evaluationId: string; beganAt: Date } | undefined;
  retry: PendingRetry | undefined;
}

export interface Ledger {
  read(key: PullRequestKey): Promise<LedgerState>;
  /** Writes the intent row and reads its `Timestamp` back. */
  begin(key: PullRequestKey, evaluationId: string): Promise<Date>;
  /** Takes back an intent under which nothing was read. */
  withdraw(key: PullRequestKey, evaluationId: string): Promise<void>;
  /** Notes the pending retry, in place of an earlier one. */
  postpone(key: PullRequestKey, retry: PendingRetry): Promise<void>;
  /** What stands about a connection's pull requests, in no order. */
  list(connectionId: string): Promise<LedgerEntry[]>;
  /** Drops what stands about a pull request, unless something was written since. */
  forget(key: PullRequestKey, untouchedSince: Date): Promise<void>;
  /** Writes the done row, unless a newer evaluation has; drops older intents and the pending retry. False when another
   * evaluation began later than this one. */
  finish(key: PullRequestKey, evaluation: FinishedEvaluation): Promise<boolean>;
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
}

export interface DeadLetters {
  /** Writing the same reference again changes nothing. */
  record(letter: DeadLetter): Promise<void>;
}

export interface WorkQueue {
  /**
   * Sends a message into its session (core/messages.ts). The same `messageId` within the broker's window is taken once.
   * `dueIn` seconds from now; absent = at once. Throws `unavailable` within 4 s when the broker is down or silent.
   */
  send(message: Message, options: { messageId: string; dueIn?: number }): Promise<void>;
}

/** For messages that this release cannot read. */
export interface LaterQueue {
  /** Sends a body as it is into its session, once for each `messageId`. `dueIn` seconds from now. */
  sendLater(body: unknown, options: { messageId: string; sessionId: string; dueIn: number }): Promise<void>;
}

export interface Clock {
  now(): Date;
}

/** Static message, structured fields; an adapter keeps secrets out. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}
