import { parseHunks } from './page-changes';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** The pages as a browser meets them; what they look like is tested in page/. */
let sim: TestSimulator;
let id: number;
let page: string;

beforeAll(async () => {
  sim = await startTestSimulator();
  await sim.branch('page', { 'page.txt': 'first line\n' });
  id = (await sim.open('page', { title: 'Show <me>' })).pullRequestId;
  page = `${sim.simulator.url}/Shop/_git/web/pullrequest/${id}`;
});
afterAll(() => sim.end());

const act = async (fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${page}/act`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual', headers });

async function look(address = page): Promise<string> {
  const response = await fetch(address);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  return response.text();
}

test('looking needs no credential: the overview leads to the pull request and its changes', async () => {
  const overview = await look(sim.simulator.url);
  expect(overview).toContain(`/Shop/_git/web/pullrequest/${id}`);
  expect(await look(`${sim.simulator.url}/Shop/_git/web/pullrequests`)).toContain('Show &lt;me&gt;');
  const html = await look(`${page}?_a=files`);
  expect(html).toContain('Show &lt;me&gt;');
  expect(html).toContain('first line');
  const root = await fetch(new URL('/', sim.simulator.url), { redirect: 'manual' });
  expect(root.headers.get('location')).toBe('/contoso');
  const missing = await fetch(`${sim.simulator.url}/Shop/_git/web/pullrequest/999`);
  expect(missing.status).toBe(404);
  expect(await missing.text()).toContain('<a href="/contoso">the organization</a>');
});

test('forms act as the person they name, and lead back to the page', async () => {
  const answer = await act(
    { action: 'comment', as: 'reviewer', content: 'Looks fine' },
    { referer: `${page}?_a=files` },
  );
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe(`/contoso/Shop/_git/web/pullrequest/${id}?_a=files&as=reviewer`);
  await act({ action: 'comment', as: 'reviewer', content: 'This line', filePath: '/page.txt', line: '1' });
  await act({ action: 'edit', as: 'author', title: 'Better', description: 'words' });
  await act({ action: 'vote', as: 'reviewer', vote: '5' });
  await act({ action: 'add-label', as: 'author', name: 'seen' });
  await act({ action: 'link-work-item', as: 'author', workItemId: '3' });
  await act({ action: 'draft', as: 'author' });
  const path = `git/repositories/web/pullRequests/${id}`;
  expect(await sim.rest('author', 'GET', `${path}?includeWorkItemRefs=true`)).toMatchObject({
    title: 'Better',
    description: 'words',
    isDraft: true,
    labels: [{ name: 'seen' }],
    workItemRefs: [{ id: '3' }],
    reviewers: [{ displayName: 'Rex Reviewer', vote: 5 }],
  });
  const { value: threads } = await sim.rest('author', 'GET', `${path}/threads`);
  const [onLine] = threads.filter((thread) => thread['threadContext'] !== null);
  expect(onLine).toMatchObject({
    status: 'active',
    threadContext: { filePath: '/page.txt', rightFileStart: { line: 1 }, rightFileEnd: { line: 1 } },
    pullRequestThreadContext: { changeTrackingId: 1 },
  });
  await act({ action: 'comment', as: 'author', content: 'Done', threadId: String(onLine?.id) });
  await act({ action: 'thread-status', as: 'author', threadId: String(onLine?.id), status: 'fixed' });
  expect(await sim.rest('author', 'GET', `${path}/threads/${onLine?.id ?? 0}`)).toMatchObject({
    status: 'fixed',
    comments: [{ id: 1 }, { id: 2, content: 'Done', parentCommentId: 1 }],
  });
});

test('what is refused is said on the page; then the pull request is completed', async () => {
  const refused = await act({ action: 'complete', as: 'author' });
  const location = new URL(refused.headers.get('location') ?? '', page);
  expect(location.searchParams.get('notice')).toBe('The pull request is a draft.');
  expect(await look(location.href)).toContain('The pull request is a draft.');
  await act({ action: 'publish', as: 'author' });
  await act({ action: 'complete', as: 'admin' });
  expect(await sim.until(id, (each) => each.status === 'completed')).toMatchObject({
    closedBy: { displayName: 'Olga Admin' },
  });
  expect(await look()).toContain('Completed');
});

test('a form from another origin does nothing', async () => {
  const answer = await act({ action: 'edit', as: 'author', title: 'Stolen' }, { origin: 'https://example.com' });
  expect(answer.status).toBe(403);
  expect(await look()).not.toContain('Stolen');
});

test('hunks as git prints them', () => {
  const patch =
    'a/x b/x\nindex 1..2\n--- a/x\n+++ b/x\n@@ -3 +3,2 @@ function\n-old\n+new\n+more\n\\ No newline at end of file\n@@ -9,2 +10 @@\n same\n-gone\n';
  expect(parseHunks(patch)).toEqual([
    {
      oldStart: 3,
      newStart: 3,
      lines: [
        { kind: '-', text: 'old' },
        { kind: '+', text: 'new' },
        { kind: '+', text: 'more' },
      ],
    },
    {
      oldStart: 9,
      newStart: 10,
      lines: [
        { kind: ' ', text: 'same' },
        { kind: '-', text: 'gone' },
      ],
    },
  ]);
});
