import { failureOf, startShop, type Shop } from './azure-devops-shop';
import type { ConnectedAzureDevOps } from '../src/azure-devops/connect';
import type { PullRequestKey } from '../src/core/snapshot';

/** The door to Azure DevOps against the simulator: what it writes, and what goes wrong on the wire. */
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

afterEach(() => shop.control('DELETE', 'faults'));

afterAll(() => shop.stop());

test('a status is posted on its iteration, and read back among its rows', async () => {
  const status = {
    iterationId: 1,
    genre: 'portcullis',
    name: 'verdict',
    state: 'failed' as const,
    description: '1 of 4 gates failed: title',
    targetUrl: 'https://example.com/?discussionId=1',
  };
  const first = await door.postStatus(key, status);
  const second = await door.postStatus(key, { ...status, iterationId: null, state: 'notApplicable' });
  expect(first).toMatchObject({ ...status, author: { displayName: 'Portcullis' } });
  await expect(door.readStatuses(key)).resolves.toEqual([first, second]);
  expect(second).toMatchObject({ iterationId: null, state: 'notApplicable' });
});

test('a thread lives: created, changed, reopened, its comment deleted', async () => {
  const created = await door.createThread(key, {
    content: 'The title lacks a type. `#1`',
    status: 'closed',
    properties: { 'Portcullis.Role': 'summary', 'Portcullis.Connection': 'c1' },
  });
  expect(created).toMatchObject({
    status: 'closed',
    isDeleted: false,
    properties: { 'Portcullis.Role': 'summary', 'Portcullis.Connection': 'c1' },
  });
  const [comment] = created.comments;
  if (!comment) throw new Error('There is no comment.');
  await door.updateComment(key, created.id, comment.id, 'All is well.');
  await door.updateThreadStatus(key, created.id, 'active');
  const read = async () => (await door.readThreads(key)).find(({ id }) => id === created.id);
  await expect(read()).resolves.toMatchObject({
    status: 'active',
    properties: { 'Portcullis.Role': 'summary' },
    comments: [{ id: comment.id, content: 'All is well.', isDeleted: false, isSystem: false }],
  });
  await door.deleteComment(key, created.id, comment.id);
  await expect(read()).resolves.toMatchObject({ isDeleted: true, comments: [{ isDeleted: true, content: '' }] });
});

test('an account without the right to contribute is told which right', async () => {
  await shop.control('POST', 'permissions', { identity: 'reviewer', pullRequestContribute: false });
  const reviewer = shop.connect('reviewer-pat');
  const failure = await failureOf(
    reviewer.postStatus(key, {
      iterationId: 1,
      genre: 'g',
      name: 'n',
      state: 'pending',
      description: '',
      targetUrl: 'https://x/',
    }),
  );
  await shop.control('POST', 'permissions', { identity: 'reviewer', pullRequestContribute: true });
  expect(failure.kind).toBe('permissionMissing');
  expect(failure.message).toContain('Contribute to pull requests');
});

test('an answer that was lost is not asked for again by a write, and is by a read', async () => {
  await shop.control('POST', 'faults', { method: 'POST', path: 'threads', action: 'drop' });
  const before = (await door.readThreads(key)).length;
  const lost = await failureOf(
    door.createThread(key, { content: 'once', status: 'closed', properties: { mark: 'once' } }),
  );
  expect(lost).toMatchObject({ kind: 'unavailable', mayHaveApplied: true });
  expect((await door.readThreads(key)).length).toBe(before + 1);

  await shop.control('POST', 'faults', [
    { method: 'GET', path: 'threads', action: 'reset' },
    { method: 'GET', path: 'threads', status: 503 },
  ]);
  expect((await door.readThreads(key)).length).toBe(before + 1);
  await shop.control('POST', 'faults', { method: 'GET', path: 'threads', action: 'html203' });
  expect(await failureOf(door.readThreads(key))).toMatchObject({ kind: 'credentialRefused' });
  await shop.control('POST', 'faults', { method: 'GET', path: 'threads', action: 'garbage' });
  expect((await failureOf(door.readThreads(key))).kind).toMatch(/^(unexpected|unavailable)$/);
});

test('Retry-After holds the connection until the clock has passed it', async () => {
  const throttled = shop.connect('bot-pat');
  await shop.control('POST', 'faults', {
    method: 'GET',
    path: 'statuses',
    status: 429,
    headers: { 'retry-after': '60' },
  });
  expect(await failureOf(throttled.readStatuses(key))).toMatchObject({ kind: 'rateLimited', retryAfterSeconds: 60 });
  const held = await shop.requestsOf(() => failureOf(throttled.readThreads(key)));
  expect(held).toEqual([]);
  shop.clock.advance(61_000);
  await expect(throttled.readThreads(key)).resolves.toBeInstanceOf(Array);
});
