import type { ProjectAddress } from '../core/azure-devops-url';

import { installInStages } from './policy-stages';
import type { PolicyChange, StagedReport } from './policy-stages-text';
import { readPolicyReport, type PolicyRequest } from './policy-status';
import { suspended } from './policy-suspension';
import { createFakePolicies, type FakePolicies } from './testing/fake-policies';

const gate = 'b0700000-0000-4000-8000-000000000001';
const repository = { id: '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f' };

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

const yes = async (): Promise<boolean> => true;

/** Where nothing is open. */
function install(
  administration: FakePolicies['port'],
  { address: place, branch }: PolicyRequest,
  agree: (change: PolicyChange) => Promise<boolean> = yes,
): Promise<StagedReport | undefined> {
  return installInStages({
    administration,
    request: { address: place, branches: branch === undefined ? [] : [branch], allRepositories: false },
    identityId: gate,
    agree,
    judge: () => Promise.reject(new Error('there is nothing to judge')),
    tell: () => undefined,
  });
}

test('creates the policy that is missing, once somebody agreed to the difference', async () => {
  const { port, policies, calls } = createFakePolicies();
  const request = { address: address(), branch: undefined };
  expect((await readPolicyReport(port, request, gate)).isFine).toBe(false);
  const shown: PolicyChange[] = [];
  const report = await install(port, request, async (change) => {
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
    waiting: [],
  });
  await install(port, request, () => Promise.reject(new Error('there is nothing to ask')));
  expect(calls.filter((call) => call === 'create')).toHaveLength(1);
});

test('writes nothing when nobody agreed', async () => {
  const { port, policies } = createFakePolicies();
  const request = { address: address(), branch: undefined };
  expect(await install(port, request, async () => false)).toBeUndefined();
  expect(policies).toEqual([]);
});

test('mends the policy that is there, and leaves the rest of it as it was', async () => {
  const { port, policies, calls } = createFakePolicies();
  await install(port, { address: address(), branch: undefined });
  const [created] = policies;
  if (!created) throw new Error('nothing was created');
  const settings = { ...created.settings, policyApplicability: 1, defaultDisplayName: 'Gate', more: [1] };
  policies.splice(0, 1, { ...created, settings });
  const report = await install(port, { address: address(), branch: undefined }, async ({ heading, diff }) => {
    expect(heading).toBe('Policy 40, for main of web, will be changed:');
    expect(diff).toEqual(['- settings.policyApplicability: 1', '+ settings.policyApplicability: null']);
    return true;
  });
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
  const { port, policies } = createFakePolicies();
  expect(await install(port, { address: address(changes), branch })).toMatchObject({ isFine: true });
  expect(policies.map(({ settings }) => settings['scope'])).toEqual([[scope]]);
});

test('an empty repository needs a branch', async () => {
  const { port } = createFakePolicies({ defaultBranch: null });
  await expect(install(port, { address: address(), branch: undefined })).rejects.toMatchObject({
    kind: 'notFound',
    message: expect.stringContaining('name the branch with --branch'),
  });
  expect(await install(port, { address: address(), branch: 'main' })).toMatchObject({ isFine: true });
});

test('a suspended policy is told with who did it, and is not installed over', async () => {
  const { port, person, policies, calls } = createFakePolicies();
  const request = { address: address(), branch: undefined };
  await install(port, request);
  person.name = 'Otto On-call';
  const [policy] = policies;
  const change = policy && suspended(policy);
  if (!change) throw new Error('nothing to suspend');
  await port.updateStatusPolicy('Shop', change);
  const before = calls.length;
  const told = [
    'Policy 40 is suspended: pull requests are completed whatever the verdict is, until portcullis policy restore.',
  ];
  expect(await install(port, request)).toEqual({ isFine: false, lines: told, waiting: [] });
  expect(calls.slice(before).filter((call) => call.startsWith('update'))).toEqual([]);
  expect(await readPolicyReport(port, request, gate)).toEqual({
    isFine: false,
    lines: [...told, 'Policy 40 was suspended by Otto On-call at 1970-01-01T00:00:00.000Z.'],
  });
});
