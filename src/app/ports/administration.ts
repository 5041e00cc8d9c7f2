import type { ConnectionSight } from '../../core/connection-sight';

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

/** Looks at an organization or a collection as whoever has the PAT; writes nothing. Throws `Failure` where it cannot even try. */
export type LookAtConnection = (wanted: {
  /** The organization's or collection's base URL. */
  url: string;
  pat: string;
  /** A repository that is to be read, too. */
  repository?: { project: string; name: string } | undefined;
  /** Whether service hook subscriptions are to be counted. */
  subscriptions: boolean;
}) => Promise<ConnectionSight>;
