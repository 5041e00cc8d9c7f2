import { isDeepStrictEqual } from 'node:util';

import { PolicyApi } from 'azure-devops-node-api/PolicyApi';
import { z } from 'zod';

import type {
  BranchPolicy,
  PolicyAdministration,
  PolicyReadiness,
  PolicyRepository,
  PolicyRevision,
} from '../app/ports';
import { Failure } from '../core/failures';

import { guid, identity, listOf, time } from './answers';
import { ask, openDoor, unexpectedAnswer, type ConnectOptions, type Door } from './door';
import { readActivePullRequests } from './read-active-pull-requests';
import { readIterations } from './read-iterations';
import { readProjects } from './read-projects';
import { readStatuses } from './read-statuses';

/** The type of policies that require a status, the same everywhere. */
const STATUS_POLICY = 'cbdc66da-9728-4af8-aada-9a5a32e4a226';

/** The location of the policy configurations, by which node-api finds their route. */
const CONFIGURATIONS = 'dad91cbe-d183-45f8-9c6e-9c1164472121';

const REVISIONS = 100;

export interface ConnectedPolicyAdministration extends PolicyAdministration, PolicyReadiness {
  dispose(): void;
}

/** The door to the branch policies of an organization or a collection. Nothing is requested until the first call. */
export function administerPolicies(options: ConnectOptions): ConnectedPolicyAdministration {
  const door = openDoor(options);
  const policies = door.observe(new PolicyApi(door.base, []));
  return {
    readProject: async (project) => {
      mustBeName(door, project);
      return ask(`read project ${project} of ${door.base}`, named, () => door.core.getProject(project));
    },
    readRepository: async (project, repository) => {
      mustBeName(door, project);
      mustBeName(door, repository);
      return ask(`read repository ${repository} of project ${project} in ${door.base}`, repositorySchema, () =>
        door.git.getRepository(repository, project),
      );
    },
    readProjects: () => readProjects(door),
    readStatusPolicies: (projectId) => readStatusPolicies(door, policies, projectId),
    readStatusPolicy: async (projectId, policyId) => {
      const doing = `read branch policy ${policyId} of project ${projectId} in ${door.base}`;
      return toPolicy(await ask(doing, policySchema, () => policies.getPolicyConfiguration(projectId, policyId)));
    },
    readPolicyRevisions: (projectId, policyId) => readPolicyRevisions(door, policies, projectId, policyId),
    createStatusPolicy: async (projectId, policy) => {
      const doing = `create a branch policy of project ${projectId} in ${door.base}`;
      return write(doing, policy, () => policies.createPolicyConfiguration(bodyOf(policy), projectId));
    },
    updateStatusPolicy: async (projectId, policy) => {
      const doing = `change branch policy ${policy.id} of project ${projectId} in ${door.base}`;
      return write(doing, policy, () => policies.updatePolicyConfiguration(bodyOf(policy), projectId, policy.id));
    },
    deleteStatusPolicy: async (projectId, policyId) => {
      const doing = `delete branch policy ${policyId} of project ${projectId} in ${door.base}`;
      await ask(doing, z.unknown(), () => policies.deletePolicyConfiguration(projectId, policyId), { wrote: true });
    },
    readRepositoriesOf: (projectId) => readRepositoriesOf(door, projectId),
    readActivePullRequests: (projectId, repositoryId) => readActivePullRequests(door, projectId, repositoryId),
    readNewestIteration: async (key) => {
      const iterations = await readIterations(door, { ...key, connectionId: '' });
      return iterations.at(-1)?.id ?? null;
    },
    readStatusRows: (key) => readStatuses(door, { ...key, connectionId: '' }),
    dispose: () => door.exchange.dispose(),
  };
}

const named = z.object({ id: guid, name: z.string() });

const repositorySchema = z
  .object({ id: guid, name: z.string(), project: named, defaultBranch: z.string().nullish() })
  .transform(({ defaultBranch, ...repository }) => ({ ...repository, defaultBranch: defaultBranch ?? null }));

const repositoriesSchema = listOf(
  z.object({ id: guid, name: z.string(), defaultBranch: z.string().nullish(), isDisabled: z.boolean().nullish() }),
);

async function readRepositoriesOf(door: Door, projectId: string): Promise<PolicyRepository[]> {
  const found = await ask(`read the repositories of project ${projectId} in ${door.base}`, repositoriesSchema, () =>
    door.git.getRepositories(projectId),
  );
  return found
    .map(({ id, name, defaultBranch, isDisabled }) => ({
      id,
      name,
      defaultBranch: defaultBranch ?? null,
      isDisabled: isDisabled ?? false,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const policySchema = z.object({
  id: z.int().positive(),
  isEnabled: z.boolean(),
  isBlocking: z.boolean(),
  isDeleted: z.boolean().nullish(),
  type: z.object({ id: guid }),
  settings: z.record(z.string(), z.unknown()),
});

const page = z.object({
  result: listOf(policySchema),
  headers: z.object({ 'x-ms-continuationtoken': z.string().optional().catch(undefined) }),
});

/** Page by page, which node-api cannot: a policy that is not seen would be installed twice, or never suspended. */
export async function readStatusPolicies(door: Door, policies: PolicyApi, projectId: string): Promise<BranchPolicy[]> {
  const found = new Map<number, BranchPolicy>();
  for (let token: string | undefined; ;) {
    const query = { policyType: STATUS_POLICY, ...(token === undefined ? {} : { continuationToken: token }) };
    const doing = `read the branch policies of project ${projectId} in ${door.base}`;
    const { result, headers } = await ask(doing, page, async () => {
      const route = { project: projectId };
      const { requestUrl, apiVersion } = await policies.vsoClient.getVersioningData(
        '7.1',
        'policy',
        CONFIGURATIONS,
        route,
        query,
      );
      return policies.rest.get(requestUrl ?? '', policies.createRequestOptions('application/json', apiVersion));
    });
    for (const policy of result) {
      if (policy.type.id === STATUS_POLICY && policy.isDeleted !== true) found.set(policy.id, toPolicy(policy));
    }
    const next = headers['x-ms-continuationtoken'];
    if (next === undefined || next === '' || next === token) return [...found.values()].sort((a, b) => a.id - b.id);
    token = next;
  }
}

const revisionSchema = policySchema.extend({ revision: z.int(), createdBy: identity, createdDate: time });

/** Newest first, page by page: how many the service gives at most is its own affair. */
export async function readPolicyRevisions(
  door: Door,
  policies: PolicyApi,
  projectId: string,
  policyId: number,
): Promise<PolicyRevision[]> {
  const found = new Map<number, PolicyRevision>();
  for (;;) {
    const before = found.size;
    const doing = `read the history of branch policy ${policyId} of project ${projectId} in ${door.base}`;
    const page = await ask(doing, listOf(revisionSchema), () =>
      policies.getPolicyConfigurationRevisions(projectId, policyId, REVISIONS, before),
    );
    for (const { revision, createdBy, createdDate, ...policy } of page) {
      found.set(revision, { policy: toPolicy(policy), by: createdBy.displayName, at: createdDate });
    }
    if (found.size === before) break;
  }
  return [...found].sort(([a], [b]) => b - a).map(([, revision]) => revision);
}

async function write(
  doing: string,
  wanted: Omit<BranchPolicy, 'id'> & { id?: number },
  call: () => Promise<unknown>,
): Promise<BranchPolicy> {
  const written = await ask(doing, policySchema, call, { wrote: true });
  // Settings that the service took for something else would leave a gate that is open, or closed for ever.
  const lost = Object.keys(wanted.settings).find(
    (name) => name !== 'scope' && !isDeepStrictEqual(written.settings[name] ?? null, wanted.settings[name] ?? null),
  );
  const isOther = wanted.id !== undefined && written.id !== wanted.id;
  const differs = written.isEnabled !== wanted.isEnabled || written.isBlocking !== wanted.isBlocking;
  if (lost !== undefined || isOther || differs) {
    throw unexpectedAnswer(doing, `policy ${written.id} with another ${lost ?? 'state'} than was written`, {
      wrote: true,
    });
  }
  return toPolicy(written);
}

function toPolicy({ id, isEnabled, isBlocking, settings }: z.output<typeof policySchema>): BranchPolicy {
  return { id, isEnabled, isBlocking, settings };
}

function bodyOf({ isEnabled, isBlocking, settings }: Omit<BranchPolicy, 'id'>) {
  return { isEnabled, isBlocking, type: { id: STATUS_POLICY }, settings };
}

/** Such a segment would vanish from the URL or climb out of it. */
function mustBeName(door: Door, name: string): void {
  if (!/^\.{0,2}$/.test(name.trim())) return;
  throw new Failure({ kind: 'notFound', message: `There is no project or repository "${name}" in ${door.base}.` });
}
