import { Failure } from '../../core/failures';
import type { ListedPullRequest } from '../../core/listed';
import type {
  BranchPolicy,
  PolicyAdministration,
  PolicyReadiness,
  PolicyRepository,
  PolicyRevision,
  PostedStatus,
} from '../ports';

import { commit } from './samples';

/** An open pull request of Shop, with its statuses. */
export interface FakeOpenPullRequest {
  listed: ListedPullRequest;
  iteration: number | null;
  rows: PostedStatus[];
}

export interface FakePolicies {
  port: PolicyAdministration & PolicyReadiness;
  /** Those of Shop. */
  repositories: PolicyRepository[];
  /** What is open in Shop, by number. */
  open: Map<number, FakeOpenPullRequest>;
  openPullRequest(repositoryId: string, branch: string): number;
  push(pullRequestId: number): void;
  /** Somebody posts a verdict of the newest iteration. */
  post(pullRequestId: number, authorId: string, state?: PostedStatus['state']): void;
  /** Those of the first project, as they are now. */
  policies: BranchPolicy[];
  projects: { id: string; name: string; policies: BranchPolicy[] }[];
  /** What was called, in short: `create`, `update 40`. */
  calls: string[];
  /** Thrown by the next call that begins so, each once. */
  fail: Map<string, Failure>;
  /** Who writes. */
  person: { name: string; now: () => Date };
  /** Changes a policy as a person in the portal would. */
  edit(policyId: number, change: (policy: BranchPolicy) => BranchPolicy): void;
}

/** An organization with branch policies: a project Shop with a repository web, and others as a test adds them. */
export function createFakePolicies({
  defaultBranch = 'refs/heads/main',
}: { defaultBranch?: string | null } = {}): FakePolicies {
  const shop = { id: '1f1f3a2b-61a4-4c2b-8f1e-0d3f0c9a7e11', name: 'Shop', policies: [] as BranchPolicy[] };
  const repository = { id: '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f', name: 'web' };
  const projects: FakePolicies['projects'] = [shop];
  const revisions = new Map<number, PolicyRevision[]>();
  const calls: string[] = [];
  const fail = new Map<string, Failure>();
  const person = { name: 'Ada Admin', now: () => new Date(0) };
  let nextId = 40;

  const called = (call: string): void => {
    calls.push(call);
    const [name, failure] = [...fail].find(([begin]) => call.startsWith(begin)) ?? [];
    if (name === undefined || !failure) return;
    fail.delete(name);
    throw failure;
  };
  const projectOf = (id: string): FakePolicies['projects'][number] => {
    const found = projects.find((each) => each.id === id || each.name === id);
    if (!found) throw new Failure({ kind: 'notFound', message: `There is no project ${id}.` });
    return found;
  };
  const note = (policy: BranchPolicy): BranchPolicy => {
    const revision = { policy: structuredClone(policy), by: person.name, at: person.now().toISOString() };
    revisions.set(policy.id, [revision, ...(revisions.get(policy.id) ?? [])]);
    return structuredClone(policy);
  };
  const replace = (list: BranchPolicy[], policy: BranchPolicy): BranchPolicy => {
    const index = list.findIndex(({ id }) => id === policy.id);
    if (index === -1) throw new Failure({ kind: 'notFound', message: `There is no policy ${policy.id}.` });
    list.splice(index, 1, structuredClone(policy));
    return note(policy);
  };

  const repositories: PolicyRepository[] = [{ ...repository, defaultBranch, isDisabled: false }];
  const open = new Map<number, FakeOpenPullRequest>();
  const openOf = (pullRequestId: number): FakeOpenPullRequest => {
    const found = open.get(pullRequestId);
    if (!found) throw new Failure({ kind: 'notFound', message: `There is no pull request ${pullRequestId}.` });
    return found;
  };
  let commits = 0;
  let opened = 0;

  const port: FakePolicies['port'] = {
    readRepositoriesOf: async () => {
      called('readRepositoriesOf');
      return structuredClone(repositories);
    },
    readActivePullRequests: async (projectId, repositoryId) => {
      called('list');
      return [...open.values()]
        .filter(() => projectId === shop.id)
        .map(({ listed }) => structuredClone(listed))
        .filter((each) => repositoryId === undefined || each.repositoryId === repositoryId);
    },
    readNewestIteration: async ({ pullRequestId }) => {
      called(`iteration ${pullRequestId}`);
      return openOf(pullRequestId).iteration;
    },
    readStatusRows: async ({ pullRequestId }) => {
      called(`statuses ${pullRequestId}`);
      return structuredClone(openOf(pullRequestId).rows);
    },
    readProjects: async () => {
      called('readProjects');
      return projects.map(({ id, name }) => ({ id, name }));
    },
    readProject: async (name) => {
      called(`readProject ${name}`);
      const { id, name: given } = projectOf(name);
      return { id, name: given };
    },
    readRepository: async (_, name) => {
      called(`readRepository ${name}`);
      return { ...repository, project: { id: shop.id, name: shop.name }, defaultBranch };
    },
    readStatusPolicies: async (projectId) => {
      called(`readStatusPolicies ${projectOf(projectId).name}`);
      return structuredClone(projectOf(projectId).policies);
    },
    readStatusPolicy: async (projectId, policyId) => {
      called(`readStatusPolicy ${policyId}`);
      const found = projectOf(projectId).policies.find(({ id }) => id === policyId);
      if (!found) throw new Failure({ kind: 'notFound', message: `There is no policy ${policyId}.` });
      return structuredClone(found);
    },
    readPolicyRevisions: async (_, policyId) => {
      called(`readPolicyRevisions ${policyId}`);
      return structuredClone(revisions.get(policyId) ?? []);
    },
    createStatusPolicy: async (projectId, policy) => {
      called('create');
      const created = { ...structuredClone(policy), id: nextId++ };
      projectOf(projectId).policies.push(created);
      return note(created);
    },
    updateStatusPolicy: async (projectId, policy) => {
      called(`update ${policy.id}`);
      return replace(projectOf(projectId).policies, policy);
    },
    deleteStatusPolicy: async (projectId, policyId) => {
      called(`delete ${policyId}`);
      const { policies } = projectOf(projectId);
      const index = policies.findIndex(({ id }) => id === policyId);
      if (index === -1) throw new Failure({ kind: 'notFound', message: `There is no policy ${policyId}.` });
      policies.splice(index, 1);
    },
  };
  return {
    port,
    repositories,
    open,
    openPullRequest: (repositoryId, branch) => {
      const pullRequestId = (opened += 1);
      const headCommit = commit((commits += 1));
      const listed: ListedPullRequest = {
        repositoryId,
        pullRequestId,
        title: 'feat: something',
        description: '',
        isDraft: false,
        targetBranch: `refs/heads/${branch}`,
        headCommit,
        votes: [],
      };
      open.set(pullRequestId, { listed, iteration: 1, rows: [] });
      return pullRequestId;
    },
    push: (pullRequestId) => {
      const pullRequest = openOf(pullRequestId);
      pullRequest.listed.headCommit = commit((commits += 1));
      pullRequest.iteration = (pullRequest.iteration ?? 0) + 1;
    },
    post: (pullRequestId, authorId, state = 'succeeded') => {
      const { rows, iteration } = openOf(pullRequestId);
      rows.push({
        id: rows.length + 1,
        iterationId: iteration,
        genre: 'portcullis',
        name: 'verdict',
        state,
        description: state,
        targetUrl: null,
        author: { id: authorId, displayName: '', uniqueName: '' },
      });
    },
    policies: shop.policies,
    projects,
    calls,
    fail,
    person,
    edit: (policyId, change) => {
      const list = projects.find(({ policies }) => policies.some(({ id }) => id === policyId))?.policies ?? [];
      const present = list.find(({ id }) => id === policyId);
      if (present) replace(list, change(structuredClone(present)));
    },
  };
}
