import type { OwnersSection } from './code-owners';
import type { Owner } from './code-owners-line';
import type { Dependencies } from './dependencies-graph';
import type { Failure } from './failures';
import { mergeStrategies, type MergeStrategy } from './merge-strategies';

/** Where a pull request lives, by ids: the only thing taken from a hook. */
export interface PullRequestKey {
  connectionId: string;
  repositoryId: string;
  pullRequestId: number;
}

export interface Identity {
  /** The Azure DevOps (VSS) identity id, lower case; not the Entra object id. */
  id: string;
  displayName: string;
  uniqueName: string;
}

export interface PullRequestDetails {
  id: number;
  title: string;
  /** Empty when there is none. */
  description: string;
  status: 'active' | 'completed' | 'abandoned';
  isDraft: boolean;
  /** Full ref names, `refs/heads/…`. */
  sourceBranch: string;
  targetBranch: string;
  author: Identity;
  /** False for pull requests of API clients that did not ask for iterations, and for very large ones. */
  supportsIterations: boolean;
  isFork: boolean;
  project: { id: string; name: string };
  repository: { id: string; name: string };
  /** The page a person opens. */
  webUrl: string;
}

/** The state of the code that is judged. */
export interface Iteration {
  /** Null when the pull request has no iterations: statuses are then posted on the pull request itself. */
  id: number | null;
  sourceCommit: string;
  targetCommit: string;
  /** The merge base the changes are counted from; with two merge bases, the one Azure DevOps chose. */
  commonCommit: string;
  hasMultipleMergeBases: boolean;
}

export type ChangeKind = 'add' | 'edit' | 'rename' | 'delete';

/** One changed file or submodule (never a folder) of the judged iteration against its common commit. */
export interface ChangedFile {
  /** With a leading `/`, as Azure DevOps writes it. */
  path: string;
  /** The path before a rename. */
  originalPath?: string;
  /** Combinable: a file may be renamed and edited. */
  kinds: ChangeKind[];
  /** What is named by the ids is a commit of another repository. */
  isSubmodule?: true;
  /** Blob ids; `objectId` is absent for a delete, `originalObjectId` for an add. */
  objectId?: string;
  originalObjectId?: string;
}

/** How many lines a file gained and lost, or why that was not counted. */
export type LineCount =
  { path: string; additions: number; deletions: number } | { path: string; uncounted: 'binary' | 'tooLarge' };

/** What a field of a work item holds; of people and other things of several parts only that they are there. */
export type WorkItemFieldValue = string | number | boolean;

export interface LinkedWorkItem {
  id: number;
  type: string;
  state: string;
  title: string;
  /** The other fields that gates ask for, by lower-cased reference name; those that hold nothing are missing. */
  fields?: Record<string, WorkItemFieldValue>;
  /** Of the fields that gates ask for, those that the organization does not have. */
  unknownFields?: string[];
  /** The type of its parent, where gates ask for it and there is one; null when the parent may not be seen. */
  parentType?: string | null;
}

/** How the service's attempt to merge, made for show after each push, went: in Azure DevOps' words. */
export interface MergeAttempt {
  status: 'notSet' | 'queued' | 'conflicts' | 'succeeded' | 'rejectedByPolicy' | 'failure';
}

/** What the target branch has that the judged commit lacks. */
export interface BehindTarget {
  commits: number;
  /** When the newest commit that both share was committed, as an ISO time; null when nothing is lacking. */
  sharedAt: string | null;
}

/** A commit that the pull request brings. */
export interface BroughtCommit {
  id: string;
  /** Whole, or the beginning and the end of a very long one. */
  message: string;
  /** As git has it: whoever commits writes there what they like. */
  author: { name: string; email: string };
  isMerge: boolean;
}

/** What Azure DevOps puts into the descriptions of new pull requests. */
export interface PullRequestTemplate {
  /** Where it stands on the default branch, with a leading `/`. */
  path: string;
  text: string;
}

/** A comment thread that waits for somebody. */
export interface OpenThread {
  id: number;
  /** Who began it. */
  author: Identity;
}

/** What a reviewer says, in Azure DevOps' words. */
export type Vote = 'approved' | 'approvedWithSuggestions' | 'none' | 'waitingForAuthor' | 'rejected';

/** Somebody who was asked to review, or did without being asked. */
export interface Reviewer {
  identity: Identity;
  /** A group: it shows the vote of one of its members, who has an entry of its own. */
  isGroup: boolean;
  isRequired: boolean;
  vote: Vote;
  /** When the present vote was cast, as an ISO time; null when nobody knows. */
  votedAt: string | null;
}

/** An iteration, by who made it. */
export interface Push {
  iterationId: number;
  /** The account that pushed, as the service authenticated it; whom a commit names does not matter. */
  by: Identity;
  /** An ISO time; null when the service does not say. */
  at: string | null;
  /** False when nothing but the target branch was changed. */
  isPush: boolean;
}

/** A group of the organization or of a project, seen from one pull request. */
export interface Group {
  id: string;
  /** As Azure DevOps spells it: `[Shop]\Reviewers`. */
  name: string;
  /** Who of the people of this pull request (author, reviewers, whoever pushed) is in it, also through other groups. */
  memberIds: string[];
}

/** A line of a CODEOWNERS file that decides about a changed file. */
export interface OwningRule {
  line: number;
  /** As it is written. */
  pattern: string;
  section: OwnersSection;
  owners: Owner[];
  /** Why nobody can say who owns what it may match: the rest of a sentence that begins with the line. */
  problem?: string;
}

/** A group that owns something, or why nobody knows who is in it, as a sentence. */
export type OwningGroup = ({ known: true } & Group) | { known: false; reason: string; remedy?: string };

/** Who owns the changed files, as the CODEOWNERS file of the target branch says. */
export interface CodeOwners {
  /** Where the file is, without a leading slash; null where there is none. */
  file: string | null;
  rules: OwningRule[];
  /** Of every name of a changed file, present or former, which rules decide: one of each section at most. */
  rulesByPath: Record<string, number[]>;
  /** The groups among the owners, by `groupKey`. */
  groups: Record<string, OwningGroup>;
}

/** Everything a gate may ask for, by slice. A gate names its slices in `needs` and sees only those. */
export interface Slices {
  /** The pull request itself: mutable, read at every evaluation. */
  details: PullRequestDetails;
  /** The judged iteration. */
  iteration: Iteration;
  /** Linked work items that the credential may see: mutable. */
  workItems: LinkedWorkItem[];
  /** Names of the labels (tags) on the pull request: mutable. */
  labels: string[];
  /** The service's attempt to merge: mutable, and comes with the pull request. */
  merge: MergeAttempt;
  /** How far the judged iteration is behind the tip of its target branch: mutable. */
  behind: BehindTarget;
  /** Threads that people began, and that are active or pending; ours and the service's are not among them: mutable. */
  openThreads: OpenThread[];
  /** Who reviews, and with what vote: mutable, and comes with the pull request; the times with its threads. */
  reviewers: Reviewer[];
  /** Who made which iteration, oldest first; empty when the pull request has none: comes with the iterations. */
  pushes: Push[];
  /** Groups that the gate's options name, by `groupKey`: mutable, and remembered for a minute. */
  groups: Record<string, Group>;
  /** Who owns the changed files: mutable, as it is the target branch that says so; depends on `changes`. */
  codeOwners: CodeOwners;
  /** Pull requests that the description names, and those that they wait for, by number: mutable; depends on `details`. */
  dependencies: Dependencies;
  /** How the policies of the target branch let it be completed: mutable; depends on `details`. */
  mergeStrategies: MergeStrategy[];
  /** The repository's template for pull requests into this target branch, null when there is none: mutable. */
  template: PullRequestTemplate | null;
  /** All changed files of the judged iteration, paged to the end: fixed for an iteration. */
  changes: ChangedFile[];
  /** Commits that the target branch lacks, newest first: fixed for an iteration. */
  commits: BroughtCommit[];
  /** Line counts of the changed files: fixed for an iteration; depends on `changes`. */
  lineCounts: LineCount[];
}

export type SliceName = keyof Slices;

/** What a slice is where nobody asked for it. */
export const emptySlices: Omit<Slices, 'details' | 'iteration'> = {
  workItems: [],
  labels: [],
  merge: { status: 'notSet' },
  behind: { commits: 0, sharedAt: null },
  openThreads: [],
  reviewers: [],
  pushes: [],
  groups: {},
  template: null,
  codeOwners: { file: null, rules: [], rulesByPath: {}, groups: {} },
  dependencies: {},
  mergeStrategies: [...mergeStrategies],
  changes: [],
  commits: [],
  lineCounts: [],
};

/** A slice as it was read: its value, or the failure that kept it from being read. */
export type Read<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** What was read of a pull request, pinned to one iteration. */
export type PullRequestSnapshot = { details: PullRequestDetails; iteration: Iteration } & {
  [Name in Exclude<SliceName, 'details' | 'iteration' | 'groups'>]?: Read<Slices[Name]>;
} & {
  /** Each by itself: one that cannot be read concerns only who asks for it. */
  groups?: Record<string, Read<Group>>;
};
