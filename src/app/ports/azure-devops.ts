import type { ListedPullRequest } from '../../core/listed';
import type { MergeStrategy } from '../../core/merge-strategies';
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
} from '../../core/snapshot';

import type { BranchPolicy, PolicyRevision } from './policies';
import type { PostedStatus, StatusToPost, Thread, ThreadToCreate } from './discussion';

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

/** A repository with what a list tells of it. */
export interface ListedRepository extends Repository {
  /** A full ref name; null while it is empty. */
  defaultBranch: string | null;
  /** In bytes; null where the service does not say. */
  size: number | null;
  /** By an administrator of Azure DevOps: nobody can push to it, or open a pull request. */
  isDisabled: boolean;
  /** `of`: what it was made of, as `project/repository`, where the list tells. */
  fork: { of: string | null } | null;
}

/** One pull request of one connection, read and written with that connection's own credential and base URL. */
export interface AzureDevOps {
  /** The identity behind the credential. */
  readMyself(): Promise<{ identity: Identity; organizationIds: string[] }>;
  /** A repository by `project/repository` names or ids; `notFound` when it is not there or may not be seen. */
  readRepository(project: string, repository: string): Promise<Repository>;

  /** A repository by its id alone, whichever project it is in by now. */
  findRepository(repositoryId: string): Promise<Repository>;
  /** All repositories that the credential may see, or those of one project, by project and name. */
  readRepositories(projectId?: string): Promise<ListedRepository[]>;
  /** Tries whether a slice may be read at all: `permissionMissing` names the scope that the PAT lacks. */
  probe(slice: SliceName): Promise<void>;

  readPullRequest(key: PullRequestKey): Promise<PullRequestRead>;
  /** A pull request of the organization or collection by its number, which is unique there; or of one project alone. */
  findPullRequest(pullRequestId: number, projectId?: string): Promise<PullRequestDetails>;
  /** All active pull requests of a project, or of one of its repositories. */
  readActivePullRequests(projectId: string, repositoryId?: string): Promise<ListedPullRequest[]>;
  /** All projects that the credential may see. */
  readProjects(): Promise<{ id: string; name: string }[]>;
  /** What a project keeps its code in. */
  readVersionControl(projectId: string): Promise<{ git: boolean; tfvc: boolean }>;
  /** Branch policies of a project that require a status, by id. */
  readStatusPolicies(projectId: string): Promise<BranchPolicy[]>;
  /** What was ever written of a branch policy, newest first. */
  readPolicyRevisions(projectId: string, policyId: number): Promise<PolicyRevision[]>;
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
  /** The first of several files, at the root or in a folder of it, at the tip of a branch; `tooLarge` over 1 MB. */
  readFirstFile(
    key: PullRequestKey,
    paths: readonly string[],
    branch: string,
  ): Promise<{ path: string; text: string } | undefined>;
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
