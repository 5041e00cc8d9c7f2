import type { ProjectAddress } from '../core/azure-devops-url';
import { installPolicy, readPolicyReport, type PolicyChange } from './policy-install';
import type { BranchPolicy, PolicyAdministration } from './ports';

const gate = 'b0700000-0000-4000-8000-000000000001';
const project = { id: '1f1f3a2b-61a4-4c2b-8f1e-0d3f0c9a7e11', name: 'Shop' };
const repository = { id: '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f', name: 'web', project };

function address(changes: Partial<ProjectAddress> = {}): ProjectAddress {
  return {
    kind: 'services',
    base: 'https://dev.azure.com/contoso',
    project: 'Shop',
    repository: 'web',
    pullRequestId: undefined,
    ...changes,
  };
}

function createFakeAdministration({ defaultBranch = 'refs/heads/main' }: { defaultBranch?: string | null } = {}) {
  const policies: BranchPolicy[] = [];
  const calls: string[] = [];
  const port: PolicyAdministration = {
    readProject: async (name) => {
      calls.push(`readProject ${name}`);
      return project;
    },
    readRepository: async (_, name) => {
      calls.push(`readRepository ${name}`);
      return { ...repository, defaultBranch };
    },
    readStatusPolicies: async () => structuredClone(policies),
    createStatusPolicy: async (_, policy) => {
      calls.push('create');
      const created = { ...structuredClone(policy), id: 40 + policies.length };
      policies.push(created);
      return created;
    },
    updateStatusPolicy: async (_, policy) => {
      calls.push(`update ${policy.id}`);
      policies.splice(
        policies.findIndex(({ id }) => id === policy.id),
        1,
        structuredClone(policy),
      );
      return policy;
    },
  };
  return { port, policies, calls };
}

const yes = async (): Promise<boolean> => true;

test('creates the policy that is missing, once somebody agreed to the difference', async () => {
  const { port, policies, calls } = createFakeAdministration();
  const request = { address: address(), branch: undefined };
  expect((await readPolicyReport(port, request, gate)).isFine).toBe(false);
  const shown: PolicyChange[] = [];
  const report = await installPolicy(port, request, gate, async (change) => {
    shown.push(change);
    expect(policies).toEqual([]);
    return true;
  });
  expect(shown).toEqual([
    {
      heading: 'A policy for main of repository Shop/web will be created:',
      diff: expect.arrayContaining(['+ isBlocking: true', `+ settings.authorId: "${gate}"`]),
    },
  ]);
  expect(report).toEqual({
    isFine: true,
    lines: ['Pull requests into main of repository Shop/web need portcullis/verdict (policy 40).'],
  });
  await installPolicy(port, request, gate, () => Promise.reject(new Error('there is nothing to ask')));
  expect(calls.filter((call) => call === 'create')).toHaveLength(1);
});

test('writes nothing when nobody agreed', async () => {
  const { port, policies } = createFakeAdministration();
  const request = { address: address(), branch: undefined };
  expect(await installPolicy(port, request, gate, async () => false)).toBeUndefined();
  expect(policies).toEqual([]);
});

test('mends the policy that is there, and leaves the rest of it as it was', async () => {
  const { port, policies, calls } = createFakeAdministration();
  await installPolicy(port, { address: address(), branch: undefined }, gate, yes);
  const [created] = policies;
  if (!created) throw new Error('nothing was created');
  const settings = { ...created.settings, policyApplicability: 1, defaultDisplayName: 'Gate', more: [1] };
  policies.splice(0, 1, { ...created, settings });
  const report = await installPolicy(
    port,
    { address: address(), branch: undefined },
    gate,
    async ({ heading, diff }) => {
      expect(heading).toBe('Policy 40, for main of web, will be changed:');
      expect(diff).toEqual(['- settings.policyApplicability: 1', '+ settings.policyApplicability: null']);
      return true;
    },
  );
  expect(report?.isFine).toBe(true);
  expect(calls).toContain('update 40');
  expect(policies).toEqual([{ ...created, settings: { ...settings, policyApplicability: null } }]);
});

test.each<[string, Partial<ProjectAddress>, string | undefined, unknown]>([
  [
    'a branch by name',
    {},
    'release/1',
    { repositoryId: repository.id, refName: 'refs/heads/release/1', matchKind: 'Exact' },
  ],
  [
    'a branch by ref',
    {},
    'refs/heads/main',
    { repositoryId: repository.id, refName: 'refs/heads/main', matchKind: 'Exact' },
  ],
  [
    'a project',
    { repository: undefined },
    undefined,
    { repositoryId: null, refName: null, matchKind: 'DefaultBranch' },
  ],
  [
    'a branch of a project',
    { repository: undefined },
    'main',
    { repositoryId: null, refName: 'refs/heads/main', matchKind: 'Exact' },
  ],
])('%s is what the policy is for', async (_, changes, branch, scope) => {
  const { port, policies } = createFakeAdministration();
  expect(await installPolicy(port, { address: address(changes), branch }, gate, yes)).toMatchObject({ isFine: true });
  expect(policies.map(({ settings }) => settings['scope'])).toEqual([[scope]]);
});

test('an empty repository needs a branch', async () => {
  const { port } = createFakeAdministration({ defaultBranch: null });
  await expect(installPolicy(port, { address: address(), branch: undefined }, gate, yes)).rejects.toMatchObject({
    kind: 'notFound',
    message: expect.stringContaining('name the branch with --branch'),
  });
  expect(await installPolicy(port, { address: address(), branch: 'main' }, gate, yes)).toMatchObject({ isFine: true });
});
