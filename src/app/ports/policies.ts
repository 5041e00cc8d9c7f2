import type { ListedPullRequest } from '../../core/listed';
import type { PullRequestKey } from '../../core/snapshot';

import type { PostedStatus } from './discussion';

/** A branch policy of a project, as Azure DevOps keeps it. */
export interface BranchPolicy {
  id: number;
  isEnabled: boolean;
  isBlocking: boolean;
  /** Whole, what this release does not know included: a change writes all of it again. */
  settings: Record<string, unknown>;
}

/** A policy as somebody left it. */
export interface PolicyRevision {
  policy: BranchPolicy;
  /** Whoever wrote it, as people are shown; empty where the service does not say. */
  by: string;
  /** An ISO time; null where the service does not say. */
  at: string | null;
}

/** What branch policies are read and written with: an admin's credential, never the gate's. */
export interface PolicyAdministration {
  /** All that the credential may see, by name. */
  readProjects(): Promise<{ id: string; name: string }[]>;
  /** By name or id. */
  readProject(project: string): Promise<{ id: string; name: string }>;
  /** By names or ids. The default branch is a full ref name, null while the repository is empty. */
  readRepository(
    project: string,
    repository: string,
  ): Promise<{ id: string; name: string; project: { id: string; name: string }; defaultBranch: string | null }>;
  /** Policies that require a status, by id; deleted ones are not among them. */
  readStatusPolicies(projectId: string): Promise<BranchPolicy[]>;
  /** One of them as it is now; `notFound` when it is gone. */
  readStatusPolicy(projectId: string, policyId: number): Promise<BranchPolicy>;
  /** What was ever written of a policy, newest first. */
  readPolicyRevisions(projectId: string, policyId: number): Promise<PolicyRevision[]>;
  createStatusPolicy(projectId: string, policy: Omit<BranchPolicy, 'id'>): Promise<BranchPolicy>;
  updateStatusPolicy(projectId: string, policy: BranchPolicy): Promise<BranchPolicy>;
  deleteStatusPolicy(projectId: string, policyId: number): Promise<void>;
}

/** A repository as branch policies see it. */
export interface PolicyRepository {
  id: string;
  name: string;
  /** A full ref name; null while it is empty. */
  defaultBranch: string | null;
  /** Nothing is completed there. */
  isDisabled: boolean;
}

/** What is looked at before a policy blocks, with the same credential: Azure DevOps' own word, not ours. */
export interface PolicyReadiness {
  /** Those of a project, by name. */
  readRepositoriesOf(projectId: string): Promise<PolicyRepository[]>;
  readActivePullRequests(projectId: string, repositoryId?: string): Promise<ListedPullRequest[]>;
  /** The number of the newest iteration; null where the pull request does not support them. */
  readNewestIteration(key: Omit<PullRequestKey, 'connectionId'>): Promise<number | null>;
  /** All rows, oldest first. */
  readStatusRows(key: Omit<PullRequestKey, 'connectionId'>): Promise<PostedStatus[]>;
}
