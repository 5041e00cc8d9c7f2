import { failureOf, startShop, type Shop } from './azure-devops-shop';
import type { ConnectedAzureDevOps } from '../src/azure-devops/connect';
import type { PullRequestKey } from '../src/core/snapshot';

/** The door to Azure DevOps against the simulator: what it reads. */
let shop: Shop;
let door: ConnectedAzureDevOps;
let key: PullRequestKey;

beforeAll(async () => {
  shop = await startShop();
  door = shop.connect('bot-pat');
  await shop.push('basket', [
    { path: '/docs/new file.md', content: '# Basket\n\nHow it works.\n' },
    { path: '/src/basket.ts', content: 'export const basket = [];\n' },
  ]);
  key = await shop.createPullRequest('basket');
});

afterAll(() => shop.stop());

test('the account behind a PAT, and the ids of its organization', async () => {
  const me = await door.readMyself();
  expect(me.identity).toMatchObject({ displayName: 'Portcullis', uniqueName: 'portcullis@contoso.example' });
  expect(me.organizationIds[0]).toMatch(/^[0-9a-f-]{36}$/);
});

test('an expired PAT is refused, cold and for every kind of request', async () => {
  const expired = shop.connect('expired-pat');
  for (const call of [
    expired.readMyself(),
    expired.readPullRequest(key),
    expired.createThread(key, { content: 'x', status: 'closed', properties: {} }),
  ]) {
    expect(await failureOf(call)).toMatchObject({ kind: 'credentialRefused' });
  }
});

test('a repository that is not there is not found', async () => {
  expect(await failureOf(door.readRepository('Shop', 'nothing'))).toMatchObject({ kind: 'notFound' });
  expect(await failureOf(door.readPullRequest({ ...key, pullRequestId: 99_999 }))).toMatchObject({ kind: 'notFound' });
});

test('the pull request and its iterations', async () => {
  const pullRequest = await door.readPullRequest(key);
  expect(pullRequest).toMatchObject({
    id: key.pullRequestId,
    title: 'feat: basket',
    description: 'Adds basket.',
    status: 'active',
    isDraft: false,
    sourceBranch: 'refs/heads/basket',
    targetBranch: 'refs/heads/main',
    author: { uniqueName: 'author@contoso.example' },
    supportsIterations: true,
    isFork: false,
    project: { name: 'Shop' },
    repository: { id: shop.repositoryId, name: 'web' },
    webUrl: `${shop.url}/Shop/_git/web/pullrequest/${key.pullRequestId}`,
  });
  const iterations = await door.readIterations(key);
  expect(iterations).toEqual([
    {
      id: 1,
      sourceCommit: pullRequest.headCommit,
      targetCommit: pullRequest.baseCommit,
      commonCommit: pullRequest.baseCommit,
      hasMultipleMergeBases: false,
      author: pullRequest.author,
      createdAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
      isPush: true,
    },
  ]);
});

test('a pull request by its number alone', async () => {
  await expect(door.findPullRequest(key.pullRequestId)).resolves.toMatchObject({
    id: key.pullRequestId,
    title: 'feat: basket',
    status: 'active',
    project: { name: 'Shop' },
    repository: { id: shop.repositoryId, name: 'web' },
  });
  expect(await failureOf(door.findPullRequest(99_999))).toMatchObject({ kind: 'notFound' });
});

test('a cold verdict needs one round trip more than a warm one', async () => {
  const fresh = shop.connect('bot-pat');
  const cold = await shop.requestsOf(() => Promise.all([fresh.readPullRequest(key), fresh.readIterations(key)]));
  expect(cold.map(({ method }) => method)).toEqual(['OPTIONS', 'GET', 'GET']);
  const warm = await shop.requestsOf(() => fresh.readPullRequest(key));
  expect(warm.map(({ method }) => method)).toEqual(['GET']);
});

test('changed files and their lines, by iteration and without one', async () => {
  await shop.push('basket', [
    { path: '/src/basket.ts', changeType: 'edit', content: 'export const basket = [1];\nexport default basket;\n' },
    { path: '/docs/basket.md', changeType: 'rename', sourceServerItem: '/docs/new file.md' },
    { path: '/assets/logo.bin', content: 'PNG\u0000\u0001' },
  ]);
  const iterations = await door.readIterations(key);
  const newest = iterations.at(-1);
  if (!newest) throw new Error('There is no iteration.');
  expect(iterations.map(({ id }) => id)).toEqual([1, 2]);
  const changes = await door.readChanges(key, newest);
  expect(changes.map(({ path, kinds }) => ({ path, kinds }))).toEqual([
    { path: '/assets/logo.bin', kinds: ['add'] },
    { path: '/docs/basket.md', kinds: ['add'] },
    { path: '/src/basket.ts', kinds: ['add'] },
  ]);
  const counts = [
    { path: '/assets/logo.bin', uncounted: 'binary' },
    { path: '/docs/basket.md', additions: 3, deletions: 0 },
    { path: '/src/basket.ts', additions: 2, deletions: 0 },
  ];
  await expect(door.readLineCounts(key, changes)).resolves.toEqual(counts);

  const whole = await door.readChanges(key, { ...newest, id: null });
  expect(whole.map(({ path, kinds, objectId }) => ({ path, kinds, objectId }))).toEqual(
    changes.map(({ path, kinds, objectId }) => ({ path, kinds, objectId })),
  );
  await expect(door.readLineCounts(key, whole)).resolves.toEqual(counts);
});

test('renames, edits and deletes of files that were there before, over several pages', async () => {
  await shop.push('many-base', [
    ...Array.from({ length: 30 }, (_, index) => ({ path: `/base/f${index}.txt`, content: `${index}\nline\n` })),
    { path: '/base/long.txt', content: Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join('') },
  ]);
  await shop.push('many-base', [{ path: '/base/last.txt', content: 'x\n' }]);
  await shop.push(
    'many',
    [
      ...Array.from({ length: 250 }, (_, index) => ({
        path: `/new/f${String(index).padStart(3, '0')}.txt`,
        content: `${index}\n`,
      })),
      { path: '/base/f0.txt', changeType: 'edit', content: '0\nother\nmore\n' },
      { path: '/base/f1.txt', changeType: 'delete' },
      { path: '/moved/long.txt', changeType: 'rename', sourceServerItem: '/base/long.txt' },
    ],
    'many-base',
  );
  const many = await shop.createPullRequest('many', { target: 'many-base' });
  const [iteration] = await door.readIterations(many);
  if (!iteration) throw new Error('There is no iteration.');
  for (const id of [iteration.id, null]) {
    const changes = await door.readChanges(many, { ...iteration, id });
    expect(changes).toHaveLength(253);
    expect(changes.slice(0, 2).map(({ path, kinds }) => [path, ...kinds])).toEqual([
      ['/base/f0.txt', 'edit'],
      ['/base/f1.txt', 'delete'],
    ]);
    expect(changes[2]).toMatchObject({ path: '/moved/long.txt', originalPath: '/base/long.txt', kinds: ['rename'] });
    const counts = await door.readLineCounts(many, changes);
    expect(counts.slice(0, 4)).toEqual([
      { path: '/base/f0.txt', additions: 2, deletions: 1 },
      { path: '/base/f1.txt', additions: 0, deletions: 2 },
      { path: '/moved/long.txt', additions: 0, deletions: 0 },
      { path: '/new/f000.txt', additions: 1, deletions: 0 },
    ]);
  }
});

test('a pull request that asked for no iterations has none, and is compared and judged as a whole', async () => {
  await shop.push('plain', [{ path: '/plain.txt', content: 'plain\n' }]);
  const plain = await shop.createPullRequest('plain', { supportsIterations: false });
  const { supportsIterations, headCommit, baseCommit } = await door.readPullRequest(plain);
  expect(supportsIterations).toBe(false);
  await expect(door.readIterations(plain)).resolves.toEqual([]);
  const whole = {
    id: null,
    sourceCommit: headCommit,
    targetCommit: baseCommit,
    commonCommit: baseCommit,
    hasMultipleMergeBases: false,
  };
  await expect(door.readChanges(plain, whole)).resolves.toMatchObject([{ path: '/plain.txt', kinds: ['add'] }]);
  const status = {
    genre: 'portcullis',
    name: 'verdict',
    state: 'pending' as const,
    description: '',
    targetUrl: 'https://x/',
  };
  await expect(door.postStatus(plain, { ...status, iterationId: null })).resolves.toMatchObject({ iterationId: null });
});

test('linked work items', async () => {
  await expect(door.readWorkItems(key)).resolves.toEqual([]);
  for (const id of [2, 1]) await shop.linkWorkItem(key, id);
  const items = await door.readWorkItems(key);
  expect(items.map(({ id, type, state }) => ({ id, type, state }))).toEqual([
    { id: 1, type: 'User Story', state: 'Active' },
    { id: 2, type: 'Bug', state: 'New' },
  ]);
  expect(items[0]?.title).not.toBe('');
});

test('how far a pull request is behind, and how its merge went', async () => {
  await shop.push('release/9', [{ path: '/nine.txt', content: 'nine\n' }]);
  await shop.push('voucher', [{ path: '/voucher.txt', content: 'mine\n' }], 'release/9');
  const behind = await shop.createPullRequest('voucher', { target: 'release/9' });
  const look = async () => {
    const [{ merge }, [iteration]] = await Promise.all([door.readPullRequest(behind), door.readIterations(behind)]);
    if (!iteration) throw new Error('It has an iteration.');
    return { merge, behind: await door.readBehind(behind, iteration, 'refs/heads/release/9') };
  };
  const merged = async () => {
    for (let seen = await look(); ; seen = await look()) {
      if (seen.merge.ok && seen.merge.value.status !== 'queued') return seen;
    }
  };
  expect(await merged()).toEqual({
    merge: { ok: true, value: { status: 'succeeded' } },
    behind: { commits: 0, sharedAt: null },
  });

  await shop.push('release/9', [{ path: '/other.txt', content: 'other\n' }]);
  await shop.push('release/9', [{ path: '/voucher.txt', content: 'theirs\n' }]);
  const { merge, behind: distance } = await merged();
  expect(merge).toEqual({ ok: true, value: { status: 'conflicts' } });
  expect(distance.commits).toBe(2);
  expect(Math.abs(new Date(distance.sharedAt ?? 0).getTime() - shop.clock.now())).toBeLessThan(60_000);
});

test('a branch that is gone is not one that nothing is missing of', async () => {
  const [iteration] = await door.readIterations(key);
  if (!iteration) throw new Error('It has an iteration.');
  expect(await failureOf(door.readBehind(key, iteration, 'refs/heads/gone'))).toMatchObject({ kind: 'notFound' });
});
