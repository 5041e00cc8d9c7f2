import { startShop, type Shop } from './azure-devops-shop';
import type { ConnectedAzureDevOps } from '../src/azure-devops/connect';
import { listedFingerprint } from '../src/core/listed';
import type { PullRequestKey } from '../src/core/snapshot';

/** What sweeps and commands ask of Azure DevOps, against the simulator. */
let shop: Shop;
let door: ConnectedAzureDevOps;
let projectId: string;

beforeAll(async () => {
  shop = await startShop();
  door = shop.connect('bot-pat');
  const [project] = await door.readProjects();
  projectId = project?.id ?? '';
});

afterAll(() => shop.stop());

/** As a person does it in the page. */
async function act(pat: string, method: string, key: PullRequestKey, path: string, body: unknown): Promise<void> {
  const url = `${shop.url}/Shop/_apis/git/repositories/${key.repositoryId}/pullRequests/${key.pullRequestId}${path}`;
  const response = await fetch(`${url}?api-version=7.1`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`:${pat}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
}

async function open(branch: string): Promise<PullRequestKey> {
  await shop.push(branch, [{ path: `/src/${branch}.ts`, content: `export const ${branch} = 1;\n` }]);
  return shop.createPullRequest(branch);
}

test('the projects', async () => {
  await expect(door.readProjects()).resolves.toEqual([{ id: projectId, name: 'Shop' }]);
});

test('a list entry and the pull request have one fingerprint, and another one after each change', async () => {
  const key = await open('basket');
  const fingerprints: string[] = [];
  const look = async (): Promise<void> => {
    const { listed } = await door.readPullRequest(key);
    const entries = await door.readActivePullRequests(projectId);
    const entry = entries.find(({ pullRequestId }) => pullRequestId === key.pullRequestId);
    expect(entry?.repositoryId).toBe(key.repositoryId);
    expect(entry && listedFingerprint(entry)).toBe(listed);
    fingerprints.push(listed);
  };
  await look();
  await act('author-pat', 'PATCH', key, '', { title: 'wip' });
  await look();
  // Longer than a list brings, cut in the middle of a character that is two.
  await act('author-pat', 'PATCH', key, '', { description: `${'x'.repeat(399)}🛒${'y'.repeat(2_000)}` });
  await look();
  await act('author-pat', 'PATCH', key, '', { isDraft: true });
  await look();
  await act('author-pat', 'PATCH', key, '', { isDraft: false });
  const reviewer = (await shop.connect('reviewer-pat').readMyself()).identity;
  await act('reviewer-pat', 'PUT', key, `/reviewers/${reviewer.id}`, { vote: -5 });
  await look();
  await shop.push('basket', [{ path: '/src/more.ts', content: 'export const more = 1;\n' }]);
  await look();
  expect(new Set(fingerprints).size).toBe(fingerprints.length);
});

test('only active pull requests are listed', async () => {
  const key = await open('voucher');
  const isListed = async (): Promise<boolean> =>
    (await door.readActivePullRequests(projectId)).some(({ pullRequestId }) => pullRequestId === key.pullRequestId);
  expect(await isListed()).toBe(true);
  await act('author-pat', 'PATCH', key, '', { status: 'abandoned' });
  expect(await isListed()).toBe(false);
  await act('author-pat', 'PATCH', key, '', { status: 'active' });
  expect(await isListed()).toBe(true);
});

test('a list of a few pull requests is one request', async () => {
  await door.readActivePullRequests(projectId);
  const requests = await shop.requestsOf(() => door.readActivePullRequests(projectId));
  expect(requests.map(({ method }) => method)).toEqual(['GET']);
});

test('a reply stands below the comment that asked, and leaves the status of the thread alone', async () => {
  const key = await open('search');
  await act('reviewer-pat', 'POST', key, '/threads', {
    comments: [{ parentCommentId: 0, content: '/gate re-run', commentType: 1 }],
    status: 1,
  });
  const asked = async () =>
    (await door.readThreads(key)).find(({ comments }) => comments[0]?.content === '/gate re-run');
  const { id } = (await asked()) ?? { id: 0 };
  await door.updateThreadStatus(key, id, 'closed');
  await door.reply(key, id, 'Judged again.');
  const { identity } = await door.readMyself();
  await expect(asked()).resolves.toMatchObject({
    status: 'closed',
    comments: [{ content: '/gate re-run' }, { content: 'Judged again.', author: { id: identity.id }, isSystem: false }],
  });
});
