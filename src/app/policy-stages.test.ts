import type { ProjectAddress } from '../core/azure-devops-url';
import { Failure } from '../core/failures';

import { PARTIAL_NAME } from './policy-partial';
import { installInStages, type JudgeOutcome, type StagedInstall } from './policy-stages';
import { suspended } from './policy-suspension';
import { covers, scopesOf } from './policy-scope';
import { createFakePolicies, type FakePolicies } from './testing/fake-policies';

const gate = 'b0700000-0000-4000-8000-000000000001';
const former = 'b0700000-0000-4000-8000-000000000002';
const web = '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f';
const api = '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e60';
const docs = '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e61';

const address: ProjectAddress = {
  kind: 'services',
  base: 'https://dev.azure.com/contoso',
  project: 'Shop',
  repository: 'web',
  pullRequestId: undefined,
};
const shop: ProjectAddress = { ...address, repository: undefined };

interface Scene extends FakePolicies {
  /** Pull requests that nobody can judge, with the reason. */
  impossible: Map<number, string>;
  asked: number[][];
  /** What happens while Portcullis judges. */
  meanwhile: (() => void)[];
  install(more?: Partial<StagedInstall> & { branches?: string[] }): ReturnType<typeof installInStages>;
}

function setScene(): Scene {
  const fake = createFakePolicies();
  fake.repositories.push(
    { id: api, name: 'api', defaultBranch: 'refs/heads/main', isDisabled: false },
    { id: docs, name: 'docs', defaultBranch: 'refs/heads/trunk', isDisabled: false },
  );
  const impossible = new Map<number, string>();
  const asked: number[][] = [];
  let before: number[] = [];
  const meanwhile: (() => void)[] = [];
  const judge = async ({ pullRequestIds }: { pullRequestIds: number[] }): Promise<JudgeOutcome> => {
    asked.push(pullRequestIds);
    expectNobodyBlocked(fake, before);
    for (const id of pullRequestIds) if (!impossible.has(id) && fake.open.has(id)) fake.post(id, gate);
    for (const happens of meanwhile.splice(0)) happens();
    return { isDone: true, reasons: impossible };
  };
  return {
    ...fake,
    impossible,
    asked,
    meanwhile,
    install: ({ branches = [], ...more } = {}) => {
      before = blocked(fake);
      return installInStages({
        administration: fake.port,
        request: { address, branches, allRepositories: false },
        identityId: gate,
        agree: async () => true,
        judge,
        tell: () => undefined,
        ...more,
      });
    },
  };
}

const inShop = { request: { address: shop, branches: [], allRepositories: false } };

/** Numbers of the open pull requests that a policy blocks. */
function blocked({ policies, open, repositories }: FakePolicies): number[] {
  return [...open.values()].flatMap(({ listed: { repositoryId, pullRequestId, targetBranch } }) => {
    const repository = repositories.find(({ id }) => id === repositoryId);
    const isCovered = policies.some(
      (policy) =>
        policy.isEnabled && policy.isBlocking && covers(scopesOf(policy), { repository, refName: targetBranch }),
    );
    return isCovered ? [pullRequestId] : [];
  });
}

/** Those that are blocked although there is no verdict yet. */
function expectNobodyBlocked(fake: FakePolicies, before: readonly number[] = []): void {
  const isNew = (id: number): boolean => !before.includes(id) && fake.open.get(id)?.rows.length === 0;
  expect(blocked(fake).filter(isNew)).toEqual([]);
}

const writes = ({ calls }: FakePolicies): string[] => calls.filter((call) => /^(create|update|delete)/.test(call));

test('with nothing open the policy blocks from the start', async () => {
  const scene = setScene();
  expect(await scene.install()).toMatchObject({ isFine: true, waiting: [] });
  expect(writes(scene)).toEqual(['create']);
  expect(scene.asked).toEqual([]);
  expect(scene.policies[0]).toMatchObject({ isBlocking: true, isEnabled: true });
  await scene.install({ agree: () => Promise.reject(new Error('there is nothing to ask')) });
  expect(writes(scene)).toHaveLength(1);
});

test('it is optional until everything that is open has a verdict, and blocks then', async () => {
  const scene = setScene();
  const open = [scene.openPullRequest(web, 'main'), scene.openPullRequest(web, 'main')];
  scene.openPullRequest(web, 'other');
  scene.openPullRequest(api, 'main');
  const shown: string[] = [];
  scene.meanwhile.push(() => expect(scene.policies).toMatchObject([{ isBlocking: false, isEnabled: true }]));
  const report = await scene.install({
    agree: async ({ heading, diff }) => {
      shown.push(heading);
      expect(diff).toContain('+ isBlocking: true');
      expect(scene.policies).toEqual([]);
      return true;
    },
  });
  expect(shown).toEqual([
    'A policy for main of repository Shop/web will be created, optional until each of 2 open pull requests without a verdict has one:',
  ]);
  expect(scene.asked).toEqual([open]);
  expect(report).toEqual({
    isFine: true,
    lines: ['Pull requests into main of repository Shop/web need portcullis/verdict (policy 40).'],
    waiting: [],
  });
  expect(writes(scene)).toEqual(['create', 'update 40']);
});

test('a branch where one cannot be judged stays optional and is named, and running again goes on', async () => {
  const scene = setScene();
  const [fine, bad] = [scene.openPullRequest(web, 'main'), scene.openPullRequest(web, 'main')];
  scene.impossible.set(bad, 'The account may not read it.');
  const report = await scene.install();
  expect(scene.policies).toMatchObject([{ isBlocking: false }]);
  expect(report).toMatchObject({
    isFine: false,
    waiting: [
      {
        place: 'main of repository Shop/web',
        pullRequests: [{ pullRequestId: bad, reason: 'The account may not read it.' }],
      },
    ],
  });
  expect(report?.lines.at(-1)).toBe(`  Pull request ${bad} into main: The account may not read it.`);
  expect(blocked(scene)).toEqual([]);

  scene.impossible.clear();
  expect(await scene.install()).toMatchObject({ isFine: true });
  // What has a verdict already is not judged again.
  expect(scene.asked).toEqual([[fine, bad], [bad]]);
  expect(scene.policies).toHaveLength(1);
});

test.each<[string, (scene: Scene, id: number) => void, boolean]>([
  ['somebody else posted it', (scene, id) => scene.post(id, former), false],
  [
    'it is of the iteration before',
    (scene, id) => {
      scene.post(id, gate);
      scene.push(id);
    },
    false,
  ],
  ['it is an error', (scene, id) => scene.post(id, gate, 'error'), false],
  ['nothing is set', (scene, id) => scene.post(id, gate, 'notSet'), false],
  ['it has failed', (scene, id) => scene.post(id, gate, 'failed'), true],
  ['it is pending, as of a draft', (scene, id) => scene.post(id, gate, 'pending'), true],
])('a verdict counts or not: %s', async (_, happens, counts) => {
  const scene = setScene();
  const id = scene.openPullRequest(web, 'main');
  happens(scene, id);
  scene.impossible.set(id, 'never');
  expect((await scene.install())?.isFine).toBe(counts);
});

test('errors are verdicts for whoever says so', async () => {
  const scene = setScene();
  scene.post(scene.openPullRequest(web, 'main'), gate, 'error');
  expect((await scene.install({ acceptErrors: true }))?.isFine).toBe(true);
});

test('one that is pushed to while others are judged is looked at again, one opened is not waited for, one closed neither', async () => {
  const scene = setScene();
  const [pushed, closed] = [scene.openPullRequest(web, 'main'), scene.openPullRequest(web, 'main')];
  scene.impossible.set(closed, 'never');
  scene.meanwhile.push(() => {
    scene.push(pushed);
    scene.open.delete(closed);
    scene.openPullRequest(web, 'main');
  });
  const first = await scene.install();
  expect(first?.waiting[0]?.pullRequests.map(({ pullRequestId }) => pullRequestId)).toEqual([pushed]);
  expect(scene.policies[0]?.isBlocking).toBe(false);
  expect((await scene.install())?.isFine).toBe(true);
});

test('a push between the last look and the list that follows is seen', async () => {
  const scene = setScene();
  const id = scene.openPullRequest(web, 'main');
  scene.post(id, gate);
  const readStatusRows = scene.port.readStatusRows.bind(scene.port);
  let isFirst = true;
  scene.port.readStatusRows = async (key) => {
    const rows = await readStatusRows(key);
    if (isFirst) scene.push(id);
    isFirst = false;
    return rows;
  };
  await scene.install();
  expect(scene.asked).toEqual([[id]]);
});

test('what another of our policies blocks already is not waited for', async () => {
  const scene = setScene();
  await scene.install();
  const id = scene.openPullRequest(web, 'main');
  scene.impossible.set(id, 'never');
  expect(await scene.install(inShop)).toMatchObject({ isFine: true });
  expect(scene.asked).toEqual([]);
  expect(scene.policies).toMatchObject([{ isBlocking: true }, { isBlocking: true }]);
});

test('of a project, the branches that are ready are required meanwhile, and are folded into one policy later', async () => {
  const scene = setScene();
  const [, bad] = [scene.openPullRequest(web, 'main'), scene.openPullRequest(api, 'main')];
  scene.openPullRequest(api, 'elsewhere');
  scene.impossible.set(bad, 'The account may not read it.');
  scene.repositories.push(
    { id: gate, name: 'empty', defaultBranch: null, isDisabled: false },
    { id: former, name: 'off', defaultBranch: 'refs/heads/main', isDisabled: true },
  );
  const report = await scene.install(inShop);
  expect(report).toMatchObject({
    isFine: false,
    waiting: [
      { place: 'the default branch of every repository of project Shop', pullRequests: [{ pullRequestId: bad }] },
    ],
  });
  expect(report?.lines.at(-1)).toMatch(/^Meanwhile policy 41 requires .*\(2 branches\)\.$/);
  expect(scene.policies).toMatchObject([
    { id: 40, isBlocking: false, settings: { scope: [{ repositoryId: null, matchKind: 'DefaultBranch' }] } },
    {
      id: 41,
      isBlocking: true,
      settings: {
        defaultDisplayName: PARTIAL_NAME,
        scope: [
          { repositoryId: web, refName: 'refs/heads/main', matchKind: 'Exact' },
          { repositoryId: docs, refName: 'refs/heads/trunk', matchKind: 'Exact' },
        ],
      },
    },
  ]);
  expect(blocked(scene)).toEqual([1]);

  // Once more, with nothing better: nothing is written.
  const before = writes(scene).length;
  await scene.install(inShop);
  expect(writes(scene)).toHaveLength(before);

  // One that was required stays so, whatever is not judged there now.
  const later = scene.openPullRequest(web, 'main');
  scene.impossible.set(later, 'never');
  await scene.install(inShop);
  expect(blocked(scene)).toContain(later);

  scene.impossible.delete(bad);
  expect(await scene.install(inShop)).toMatchObject({ isFine: true, waiting: [] });
  expect(writes(scene).slice(before)).toEqual(['update 40', 'delete 41']);
  expect(scene.policies).toMatchObject([{ id: 40, isBlocking: true }]);
});

test("a person's narrower policy takes nothing from what is required meanwhile, and what goes later is shown before", async () => {
  const scene = setScene();
  const bad = scene.openPullRequest(api, 'main');
  scene.impossible.set(bad, 'never');
  await scene.install(inShop);
  const [wide] = scene.policies;
  if (!wide) throw new Error('nothing was created');
  const scope = [{ repositoryId: web, refName: 'refs/heads/main', matchKind: 'Exact' }];
  const own = { isEnabled: true, isBlocking: true, settings: { ...wide.settings, defaultDisplayName: 'Mine', scope } };
  await scene.port.createStatusPolicy('Shop', own);
  const before = structuredClone(scene.policies);
  const shown: string[] = [];
  const agree: StagedInstall['agree'] = async ({ heading, diff }) => {
    shown.push(heading, ...diff);
    return true;
  };
  await scene.install({ ...inShop, agree });
  expect(scene.policies).toEqual(before);
  expect(shown).toContain('Policy 41, for branches that were ready, will be deleted once a wider one covers them:');
  scene.impossible.clear();
  await scene.install(inShop);
  expect(scene.policies.map(({ id, isBlocking }) => [id, isBlocking])).toEqual([
    [40, true],
    [42, true],
  ]);
});

test('of what is required meanwhile, the branches stay that no wider policy covers yet', async () => {
  const scene = setScene();
  const [main, release] = [scene.openPullRequest(api, 'main'), scene.openPullRequest(api, 'release/1')];
  for (const id of [main, release]) scene.impossible.set(id, 'never');
  await scene.install(inShop);
  await scene.install({ request: { address: shop, branches: ['release/*'], allRepositories: false } });
  scene.impossible.delete(main);
  await scene.install(inShop);
  expect(scene.policies.find(({ id }) => id === 41)?.settings['scope']).toEqual([
    { repositoryId: web, refName: 'refs/heads/release', matchKind: 'Prefix' },
    { repositoryId: docs, refName: 'refs/heads/release', matchKind: 'Prefix' },
  ]);
});

test('a policy with a scope of a kind that nobody knows may block anything', async () => {
  const scene = setScene();
  await scene.install();
  const scope = [
    { repositoryId: web, refName: 'refs/heads/main' },
    { matchKind: 'Regex', refName: '.*' },
  ];
  scene.edit(40, (policy) => ({ ...policy, isBlocking: false, settings: { ...policy.settings, scope } }));
  scene.impossible.set(scene.openPullRequest(api, 'elsewhere'), 'never');
  expect((await scene.install())?.isFine).toBe(false);
  expect(scene.policies).toMatchObject([{ isBlocking: false }]);
});

test('what becomes ready later is added to what is required, of which nothing goes', async () => {
  const scene = setScene();
  const bad = [scene.openPullRequest(api, 'main'), scene.openPullRequest(docs, 'trunk')];
  for (const id of bad) scene.impossible.set(id, 'never');
  await scene.install(inShop);
  scene.impossible.delete(bad[0] ?? 0);
  await scene.install(inShop);
  const repositoriesOf = (id: number) =>
    scopesOf(scene.policies.find((policy) => policy.id === id) ?? { settings: {} }).map((scope) => scope.repositoryId);
  expect(repositoriesOf(41)).toEqual([web, api]);
});

test('branches below a folder, of which some are ready', async () => {
  const scene = setScene();
  const [, bad] = [scene.openPullRequest(web, 'release/1'), scene.openPullRequest(api, 'release/2')];
  scene.impossible.set(bad, 'never');
  await scene.install({ request: { address, branches: ['release/*', 'main'], allRepositories: true } });
  expect(scene.policies.map(({ isBlocking, settings }) => [isBlocking, settings['scope']])).toEqual([
    [false, [{ repositoryId: null, refName: 'refs/heads/release', matchKind: 'Prefix' }]],
    [
      true,
      [
        { repositoryId: web, refName: 'refs/heads/release', matchKind: 'Prefix' },
        { repositoryId: docs, refName: 'refs/heads/release', matchKind: 'Prefix' },
      ],
    ],
    [true, [{ repositoryId: null, refName: 'refs/heads/main', matchKind: 'Exact' }]],
  ]);
});

test.each(['rel*', '*', 'release/*/x', 'refs/heads/*'])('%s is no branch of a policy', async (branch) => {
  const install = setScene().install({ request: { address, branches: [branch], allRepositories: false } });
  await expect(install).rejects.toMatchObject({ message: expect.stringContaining('release/*') });
});

test('a changed account is pinned at once where the policy blocks, as nothing counts until then', async () => {
  const scene = setScene();
  await scene.install({ identityId: former });
  const id = scene.openPullRequest(web, 'main');
  scene.post(id, former);
  const states: unknown[] = [];
  scene.meanwhile.push(() => states.push(scene.policies[0]));
  expect(await scene.install()).toMatchObject({ isFine: true });
  expect(states).toMatchObject([{ isBlocking: true, settings: { authorId: gate } }]);
  expect(scene.asked).toEqual([[id]]);
});

test('a policy that blocks but is too lax is made strict when everything open is ready, and blocks throughout', async () => {
  const scene = setScene();
  await scene.install();
  scene.edit(40, (policy) => ({ ...policy, settings: { ...policy.settings, policyApplicability: 1 } }));
  const id = scene.openPullRequest(web, 'main');
  scene.impossible.set(id, 'never');
  expect((await scene.install())?.isFine).toBe(false);
  expect(scene.policies).toMatchObject([{ isBlocking: true, settings: { policyApplicability: 1 } }]);
  scene.impossible.clear();
  expect((await scene.install())?.isFine).toBe(true);
  expect(scene.policies).toMatchObject([{ isBlocking: true, settings: { policyApplicability: null } }]);
});

test.each<[string, (scene: Scene) => void]>([
  [
    'made it reach further',
    (scene) => {
      scene.edit(40, (policy) => ({
        ...policy,
        settings: {
          ...policy.settings,
          scope: [...(policy.settings['scope'] as unknown[]), { repositoryId: api, refName: null }],
        },
      }));
    },
  ],
  ['deleted it', (scene) => scene.policies.pop()],
])('when somebody %s while others are judged, it does not become blocking', async (_, happens) => {
  const scene = setScene();
  scene.openPullRequest(web, 'main');
  scene.meanwhile.push(() => happens(scene));
  const report = await scene.install();
  expect(report).toMatchObject({ isFine: false, waiting: [{ reason: expect.stringContaining('run this again') }] });
  expect(blocked(scene)).toEqual([]);
});

test('one that is suspended meanwhile stays so', async () => {
  const scene = setScene();
  await scene.install();
  scene.edit(40, (policy) => ({ ...policy, settings: { ...policy.settings, policyApplicability: 1 } }));
  scene.openPullRequest(web, 'main');
  scene.meanwhile.push(() => scene.edit(40, (policy) => suspended(policy) ?? policy));
  expect((await scene.install())?.isFine).toBe(false);
  expect(scene.policies).toMatchObject([{ isBlocking: false }]);
});

test('what is new does not block either, where the glass was broken meanwhile', async () => {
  const scene = setScene();
  await scene.install({ branches: ['release'] });
  scene.openPullRequest(web, 'main');
  scene.meanwhile.push(() => scene.edit(40, (policy) => suspended(policy) ?? policy));
  const report = await scene.install();
  expect(report).toMatchObject({ isFine: false, waiting: [{ reason: expect.stringContaining('restore --all') }] });
  expect(scene.policies.map(({ isBlocking }) => isBlocking)).toEqual([false, false]);
});

test('while nobody would be judged, a former identity stays: its verdicts count still', async () => {
  const scene = setScene();
  await scene.install({ identityId: former });
  const id = scene.openPullRequest(web, 'main');
  scene.post(id, former);
  await scene.install({ obstacle: 'Connection contoso is broken.' });
  expect(scene.policies).toMatchObject([{ isBlocking: true, settings: { authorId: former } }]);
});

test('nothing becomes blocking while new pushes would not be judged, or nobody judges', async () => {
  const scene = setScene();
  const obstacle = 'Connection contoso is broken: its PAT has expired.';
  expect(await scene.install({ obstacle })).toMatchObject({
    isFine: false,
    waiting: [{ reason: obstacle, pullRequests: [] }],
  });
  expect(scene.policies).toMatchObject([{ isBlocking: false }]);

  const id = scene.openPullRequest(web, 'main');
  const judge = async (): Promise<JudgeOutcome> => ({ isDone: false, reason: 'Portcullis does not answer.' });
  expect(await scene.install({ judge })).toMatchObject({
    isFine: false,
    waiting: [{ reason: 'Portcullis does not answer.', pullRequests: [{ pullRequestId: id }] }],
  });
  expect(blocked(scene)).toEqual([]);
});

test('whatever call fails, nobody without a verdict is blocked, and running again ends well', async () => {
  const ended: string[] = [];
  for (const call of ['create', 'update 40', 'update 41', 'delete 41', 'list', 'statuses', 'readStatusPolicies']) {
    const scene = setScene();
    scene.openPullRequest(web, 'main');
    const bad = scene.openPullRequest(api, 'main');
    scene.impossible.set(bad, 'never');
    const failure = new Failure({ kind: 'unavailable', message: 'Azure DevOps is down.' });
    const attempt = (): Promise<string> =>
      scene.install(inShop).then(
        (report) => (report?.isFine === true ? 'fine' : 'waiting'),
        () => 'failed',
      );
    scene.fail.set(call, failure);
    await attempt();
    expectNobodyBlocked(scene);
    scene.impossible.clear();
    for (let time = 0; time < 3; time += 1) ended.push(await attempt());
    expectNobodyBlocked(scene);
    expect(scene.policies).toMatchObject([{ isBlocking: true, settings: { scope: [{ matchKind: 'DefaultBranch' }] } }]);
  }
  expect(ended.slice(-3)).toEqual(['fine', 'fine', 'fine']);
});
