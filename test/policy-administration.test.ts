import { administerPolicies, type ConnectedPolicyAdministration } from '../src/azure-devops/policy-administration';

import { failureOf, startShop, type Shop } from './azure-devops-shop';

/** What installing a policy asks, against the simulator. */
let shop: Shop;
let admin: ConnectedPolicyAdministration;
let projectId: string;

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const open = (pat: string): ConnectedPolicyAdministration =>
  administerPolicies({ url: shop.url, credential: { kind: 'pat', pat }, log });

beforeAll(async () => {
  shop = await startShop();
  admin = open('admin-pat');
  ({ id: projectId } = await admin.readProject('Shop'));
});
afterAll(async () => {
  admin.dispose();
  await shop.stop();
});

const verdictPolicy = (repositoryId: string) => ({
  isEnabled: true,
  isBlocking: false,
  settings: {
    statusGenre: 'portcullis',
    statusName: 'verdict',
    authorId: repositoryId,
    invalidateOnSourceUpdate: true,
    defaultDisplayName: 'Portcullis',
    policyApplicability: null,
    filenamePatterns: [],
    scope: [{ repositoryId, refName: 'refs/heads/elsewhere', matchKind: 'Exact' }],
  },
});

test('a policy is deleted, and only that one; what is gone is a failure with a sentence', async () => {
  const policy = verdictPolicy(shop.repositoryId);
  const [first, second] = [
    await admin.createStatusPolicy(projectId, policy),
    await admin.createStatusPolicy(projectId, policy),
  ];
  await admin.deleteStatusPolicy(projectId, first.id);
  expect((await admin.readStatusPolicies(projectId)).map(({ id }) => id)).toEqual([second.id]);
  expect(await failureOf(admin.deleteStatusPolicy(projectId, first.id))).toMatchObject({ kind: 'notFound' });
  const author = open('author-pat');
  expect(await failureOf(author.deleteStatusPolicy(projectId, second.id))).toMatchObject({
    kind: 'permissionMissing',
    message: expect.stringContaining('"Edit policies"'),
  });
  author.dispose();
  expect(await admin.readStatusPolicies(projectId)).toHaveLength(1);
  await admin.deleteStatusPolicy(projectId, second.id);
});

test('the repositories of a project, by name, with what is switched off', async () => {
  await shop.control('POST', 'organization', {
    gitProjects: 1,
    tfvcProjects: 0,
    repositories: 5,
    forks: 1,
    pullRequests: 0,
  });
  const found = await admin.readRepositoriesOf(projectId);
  expect(found.map(({ name, defaultBranch, isDisabled }) => [name, defaultBranch, isDisabled])).toEqual([
    ['service-0001', 'refs/heads/main', false],
    ['service-0002', 'refs/heads/main', false],
    [expect.stringMatching(/fork-0003$/), 'refs/heads/main', false],
    ['service-0004', 'refs/heads/main', true],
    ['web', 'refs/heads/main', false],
  ]);
  expect(found.at(-1)?.id).toBe(shop.repositoryId);
});

test('the newest iteration and who said what of which', async () => {
  await shop.push('feature/newest', [{ path: '/src/newest.ts', content: 'export const newest = 1;\n' }]);
  const key = await shop.createPullRequest('feature/newest');
  const bot = shop.connect('bot-pat');
  const post = (iterationId: number) =>
    bot.postStatus(key, {
      genre: 'portcullis',
      name: 'verdict',
      state: 'failed',
      description: `of ${iterationId}`,
      targetUrl: 'https://gate.example/',
      iterationId,
    });
  expect(await admin.readNewestIteration(key)).toBe(1);
  expect(await admin.readStatusRows(key)).toEqual([]);
  await post(1);
  await shop.push('feature/newest', [{ path: '/src/newer.ts', content: 'export const newer = 1;\n' }]);
  expect(await admin.readNewestIteration(key)).toBe(2);
  await post(2);
  const { identity } = await bot.readMyself();
  expect(await admin.readStatusRows(key)).toMatchObject([
    { iterationId: 1, genre: 'portcullis', name: 'verdict', state: 'failed', author: { id: identity.id } },
    { iterationId: 2, description: 'of 2' },
  ]);
});

test('a pull request without iterations has no newest one', async () => {
  await shop.push('feature/without', [{ path: '/src/without.ts', content: 'export const without = 1;\n' }]);
  const key = await shop.createPullRequest('feature/without', { supportsIterations: false });
  expect(await admin.readNewestIteration(key)).toBeNull();
});

test('what is active, of a project or of one repository', async () => {
  const { pullRequestId } = { pullRequestId: 2 };
  const all = await admin.readActivePullRequests(projectId);
  expect(all.map((each) => each.pullRequestId)).toContain(pullRequestId);
  expect(await admin.readActivePullRequests(projectId, shop.repositoryId)).toEqual(all);
  const [other] = (await admin.readRepositoriesOf(projectId)).filter(({ id }) => id !== shop.repositoryId);
  expect(await admin.readActivePullRequests(projectId, other?.id ?? '')).toEqual([]);
});
