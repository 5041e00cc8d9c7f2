import type { State } from '../../core/gate';
import type { Identity, Vote } from '../../core/snapshot';

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

/** A vote as it was cast; it may have been taken back since. */
export interface CastVote {
  voterId: string;
  vote: Vote;
  /** An ISO time. */
  castAt: string;
}

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

export interface ThreadToCreate {
  content: string;
  status: 'active' | 'closed';
  properties: Record<string, string>;
}
