import {
  CommentThreadStatus,
  CommentType,
  GitObjectType,
  GitStatusState,
  IterationReason,
  PullRequestAsyncStatus,
  PullRequestStatus,
  VersionControlChangeType,
} from 'azure-devops-node-api/interfaces/GitInterfaces';

import type { PostedStatus, ThreadStatus } from '../app/ports';
import type { State } from '../core/gate';
import type { ChangeKind, MergeAttempt, PullRequestDetails, Vote } from '../core/snapshot';

/** How one enum of Azure DevOps is read: wire words, or the numbers that some versions send instead. */
export interface Words<T> {
  /** Undefined for a value that this release does not know. */
  read(wire: unknown): T | undefined;
}

/**
 * `ours` names a word for every member, so that a new one in the API does not compile until somebody decides what it
 * means. The wire's spelling differs from the enum's in case only.
 */
function words<Name extends string, T>(theirs: Record<Name, number>, ours: Record<Name, T>): Words<T> {
  const byWord = new Map<string, T>();
  const byNumber = new Map<number, T>();
  for (const name in ours) {
    byWord.set(name.toLowerCase(), ours[name]);
    byNumber.set(theirs[name], ours[name]);
  }
  return {
    read: (wire) =>
      typeof wire === 'number'
        ? byNumber.get(wire)
        : typeof wire === 'string'
          ? byWord.get(wire.toLowerCase())
          : undefined,
  };
}

/** A pull request is never in the states that only a search names. */
export const pullRequestStatuses = words<keyof typeof PullRequestStatus, PullRequestDetails['status'] | 'none'>(
  PullRequestStatus,
  { NotSet: 'none', Active: 'active', Abandoned: 'abandoned', Completed: 'completed', All: 'none' },
);

export const mergeStatuses = words<keyof typeof PullRequestAsyncStatus, MergeAttempt['status']>(
  PullRequestAsyncStatus,
  {
    NotSet: 'notSet',
    Queued: 'queued',
    Conflicts: 'conflicts',
    Succeeded: 'succeeded',
    RejectedByPolicy: 'rejectedByPolicy',
    Failure: 'failure',
  },
);

export const statusStates = words<keyof typeof GitStatusState, PostedStatus['state']>(GitStatusState, {
  NotSet: 'notSet',
  Pending: 'pending',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Error: 'error',
  NotApplicable: 'notApplicable',
  // Other tools' builds with warnings. It is no success, and a gate that waits for one must not take it for one.
  PartiallySucceeded: 'failed',
});

export const toStatusState: Record<State, GitStatusState> = {
  pending: GitStatusState.Pending,
  succeeded: GitStatusState.Succeeded,
  failed: GitStatusState.Failed,
  error: GitStatusState.Error,
  notApplicable: GitStatusState.NotApplicable,
};

export const threadStatuses = words<keyof typeof CommentThreadStatus, ThreadStatus>(CommentThreadStatus, {
  Unknown: 'unknown',
  Active: 'active',
  Fixed: 'fixed',
  WontFix: 'wontFix',
  Closed: 'closed',
  ByDesign: 'byDesign',
  Pending: 'pending',
});

export const toThreadStatus: Record<ThreadStatus, CommentThreadStatus> = {
  unknown: CommentThreadStatus.Unknown,
  active: CommentThreadStatus.Active,
  fixed: CommentThreadStatus.Fixed,
  wontFix: CommentThreadStatus.WontFix,
  closed: CommentThreadStatus.Closed,
  byDesign: CommentThreadStatus.ByDesign,
  pending: CommentThreadStatus.Pending,
};

/** Who speaks in a comment: code changes are told by the service, too. */
export const commentTypes = words<keyof typeof CommentType, 'person' | 'system'>(CommentType, {
  Unknown: 'person',
  Text: 'person',
  CodeChange: 'system',
  System: 'system',
});

const votes = new Map<number, Vote>([
  [10, 'approved'],
  [5, 'approvedWithSuggestions'],
  [0, 'none'],
  [-5, 'waitingForAuthor'],
  [-10, 'rejected'],
]);

/** Undefined for a vote that this release does not know. */
export function readVote(wire: unknown): Vote | undefined {
  const number = typeof wire === 'string' && /^-?\d+$/.test(wire) ? Number(wire) : wire;
  return typeof number === 'number' ? votes.get(number) : undefined;
}

/** What made an iteration. Its words combine; whatever this release does not know is taken for a push. */
export const iterationReasons = words<keyof typeof IterationReason, 'push' | 'retarget'>(IterationReason, {
  Push: 'push',
  ForcePush: 'push',
  Create: 'push',
  Rebase: 'push',
  Unknown: 'push',
  Retarget: 'retarget',
  ResolveConflicts: 'push',
});

/** Only blobs are files; a `commit` in a tree is a submodule. */
export const objectTypes = words<keyof typeof GitObjectType, 'file' | 'submodule' | 'other'>(GitObjectType, {
  Bad: 'other',
  Commit: 'submodule',
  Tree: 'other',
  Blob: 'file',
  Tag: 'other',
  Ext2: 'other',
  OfsDelta: 'other',
  RefDelta: 'other',
});

/**
 * What each flag of a change means for a file. `sourceRename` marks the old path of a rename, `none` says nothing, and
 * `unreadable` is a value that only a search names.
 */
export type ChangeWord = ChangeKind | 'sourceRename' | 'none' | 'unreadable';

const changeFlags: Record<keyof typeof VersionControlChangeType, ChangeWord> = {
  None: 'none',
  Add: 'add',
  Edit: 'edit',
  Encoding: 'edit',
  Rename: 'rename',
  Delete: 'delete',
  Undelete: 'add',
  Branch: 'add',
  Merge: 'edit',
  Lock: 'none',
  Rollback: 'edit',
  SourceRename: 'sourceRename',
  TargetRename: 'rename',
  Property: 'edit',
  All: 'unreadable',
};
const changeWords = words<keyof typeof VersionControlChangeType, ChangeWord>(VersionControlChangeType, changeFlags);

/** The words of a change, which combine: `edit, rename`, or the sum of their numbers. Undefined when one is not known. */
export function readChangeWords(wire: unknown): ChangeWord[] | undefined {
  const parts =
    typeof wire === 'number'
      ? bitsOf(wire)
      : typeof wire === 'string'
        ? wire.split(',').map((word) => word.trim())
        : [];
  const found = parts.map((part) => changeWords.read(part));
  const known = found.filter((word) => word !== undefined && word !== 'unreadable');
  return parts.length > 0 && known.length === parts.length ? [...new Set(known)] : undefined;
}

const allFlags: number = VersionControlChangeType.All;

function bitsOf(flags: number): number[] {
  if (!Number.isSafeInteger(flags) || flags < 0 || flags > allFlags) return [];
  if (flags === 0) return [0];
  const bits: number[] = [];
  for (let bit = 1; bit <= flags; bit *= 2) if (flags & bit) bits.push(bit);
  return bits;
}
