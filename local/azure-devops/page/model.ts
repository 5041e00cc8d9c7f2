/**
 * What the pages show, in the REST shapes of Azure DevOps' OpenAPI (git.json, 7.1): enums are strings, thread properties
 * are wrapped. Only what the pages read is named; the simulator's fuller objects fit as they are. Names here ending in
 * `Shape` are parts of those REST objects.
 */
type Maybe<T> = T | null | undefined;

export interface IdentityShape {
  id: string;
  displayName?: Maybe<string>;
  uniqueName?: Maybe<string>;
}

export interface ReviewerShape extends IdentityShape {
  /** 10 approved, 5 approved with suggestions, 0 no vote, -5 waiting for the author, -10 rejected. */
  vote?: Maybe<number>;
  isRequired?: Maybe<boolean>;
  hasDeclined?: Maybe<boolean>;
}

export interface CommitShape {
  commitId: string;
  comment?: Maybe<string>;
  author?: Maybe<{ name?: Maybe<string>; email?: Maybe<string>; date?: Maybe<string> }>;
}

export interface PullRequestShape {
  pullRequestId: number;
  title?: Maybe<string>;
  description?: Maybe<string>;
  /** active, completed or abandoned. */
  status?: Maybe<string>;
  isDraft?: Maybe<boolean>;
  createdBy: IdentityShape;
  creationDate?: Maybe<string>;
  closedDate?: Maybe<string>;
  closedBy?: Maybe<IdentityShape>;
  sourceRefName: string;
  targetRefName: string;
  /** Where the source branch lies when it is not the target's repository. */
  forkSource?: Maybe<{ repository?: Maybe<{ name?: Maybe<string> }> }>;
  /** queued, conflicts, succeeded, … */
  mergeStatus?: Maybe<string>;
  reviewers?: Maybe<readonly ReviewerShape[]>;
  labels?: Maybe<readonly { name: string }[]>;
}

export interface IterationShape {
  id: number;
  description?: Maybe<string>;
  author?: Maybe<IdentityShape>;
  createdDate?: Maybe<string>;
  reason?: Maybe<string>;
  sourceRefCommit?: Maybe<{ commitId: string }>;
}

export interface StatusShape {
  id: number;
  /** notSet, pending, succeeded, failed, error or notApplicable. */
  state: string;
  description?: Maybe<string>;
  context: { genre?: Maybe<string>; name: string };
  targetUrl?: Maybe<string>;
  /** Absent: the status speaks of the pull request as a whole. */
  iterationId?: Maybe<number>;
  createdBy?: Maybe<IdentityShape>;
  creationDate?: Maybe<string>;
}

export interface CommentShape {
  id: number;
  parentCommentId?: Maybe<number>;
  content?: Maybe<string>;
  /** text, codeChange or system. */
  commentType?: Maybe<string>;
  author?: Maybe<IdentityShape>;
  publishedDate?: Maybe<string>;
  lastContentUpdatedDate?: Maybe<string>;
  isDeleted?: Maybe<boolean>;
}

interface PositionShape {
  line: number;
  offset?: Maybe<number>;
}

export interface ThreadShape {
  id: number;
  /** active, fixed, wontFix, closed, byDesign or pending; absent on system threads. */
  status?: Maybe<string>;
  comments?: Maybe<readonly CommentShape[]>;
  publishedDate?: Maybe<string>;
  isDeleted?: Maybe<boolean>;
  threadContext?: Maybe<{
    filePath?: Maybe<string>;
    leftFileStart?: Maybe<PositionShape>;
    leftFileEnd?: Maybe<PositionShape>;
    rightFileStart?: Maybe<PositionShape>;
    rightFileEnd?: Maybe<PositionShape>;
  }>;
  pullRequestThreadContext?: Maybe<{
    iterationContext?: Maybe<{ secondComparingIteration?: Maybe<number> }>;
  }>;
  /** Wrapped: `{ name: { $type, $value } }`. */
  properties?: Maybe<Readonly<Record<string, unknown>>>;
}

export interface WorkItemShape {
  id: number;
  title: string;
  type: string;
  state: string;
}

export interface DiffLine {
  kind: ' ' | '+' | '-';
  /** Without its line ending. */
  text: string;
}

export interface DiffHunk {
  /** Number of the first line in the old file, from 1. */
  oldStart: number;
  newStart: number;
  lines: readonly DiffLine[];
}

export interface FileChange {
  /** With or without a leading slash. */
  path: string;
  originalPath?: Maybe<string>;
  /** add, edit, delete, rename, or several: `edit, rename`. */
  changeType: string;
  hunks: readonly DiffHunk[];
  /** Said in place of, or beside, the hunks: "binary file", "too large to show". */
  note?: Maybe<string>;
}

export interface Actor {
  /** Posted as the field `as`. */
  key: string;
  displayName: string;
}

/** What a branch policy says of the pull request. */
export interface PolicyState {
  name: string;
  /** Required; an optional one stops nobody. */
  isBlocking: boolean;
  status: 'queued' | 'approved' | 'rejected' | 'notApplicable';
  reason: string;
  /** The context that a status policy waits for: `genre/name`. */
  context?: string | undefined;
}

export interface PullRequestPageModel {
  organization: string;
  /** The path of its page, `/contoso`. */
  home: string;
  project: string;
  repository: { id: string; name: string };
  pullRequest: PullRequestShape;
  iterations: readonly IterationShape[];
  /** Every row, in any order: statuses append, and the newest row of a context counts. */
  statuses: readonly StatusShape[];
  threads: readonly ThreadShape[];
  commits: readonly CommitShape[];
  workItems: readonly WorkItemShape[];
  changes: readonly FileChange[];
  /** The policies of the target branch; none by default. */
  policies?: readonly PolicyState[];
  /** Why Complete is refused, one sentence each; empty when it may. */
  mergeRefusals: readonly string[];
  /** One sentence above the page, such as why the last act was refused. */
  notice?: Maybe<string>;
  actors: readonly Actor[];
  /** The actor preselected in "Acting as" (query `as`); default the first. */
  actingAs?: Maybe<string>;
  /** Query `_a`: overview, files, updates or commits; anything else is overview. */
  tab?: Maybe<string>;
  /** Query `discussionId`; the page's script reads it from the address as well. */
  discussionId?: Maybe<number>;
  /** The local clock, in milliseconds since the epoch; default `Date.now()`. */
  now?: number | undefined;
}

export interface OverviewPullRequest {
  project: string;
  repository: { id: string; name: string };
  pullRequest: PullRequestShape;
  iterations?: Maybe<readonly IterationShape[]>;
  statuses: readonly StatusShape[];
}

export interface OverviewPageModel {
  organization: string;
  home: string;
  /** Where the simulator answers, without a path: `http://localhost:7080`. */
  origin: string;
  projects: readonly {
    name: string;
    repositories: readonly {
      id: string;
      name: string;
      defaultBranch?: Maybe<string>;
      /** Without credentials: `http://localhost:7080/contoso/Shop/_git/web`. */
      cloneUrl: string;
    }[];
    workItems: readonly WorkItemShape[];
  }[];
  pullRequests: readonly OverviewPullRequest[];
  /** PATs worth showing, and what each is for. */
  credentials?: Maybe<readonly { pat: string; purpose: string }[]>;
  now?: number | undefined;
}
