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
}
