import { listOf, present, type Json } from './testing/json';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** Statuses, threads, comments, reviewers, labels and work items of one pull request. */
let sim: TestSimulator;
let path: string;
let id: number;

beforeAll(async () => {
  sim = await startTestSimulator();
  await sim.branch('talk', { 'talk.txt': 'one\ntwo\n' });
  id = (await sim.open('talk')).pullRequestId;
  path = `git/repositories/web/pullRequests/${id}`;
});
afterAll(() => sim.end());

const status = (state: unknown, more: Record<string, unknown> = {}): Promise<Json> =>
  sim.rest('bot', 'POST', `${path}/statuses`, { state, context: { genre: 'portcullis', name: 'verdict' }, ...more });

test('statuses append; taking the newest away brings the former back; a patch removes by id', async () => {
  const first = await status('pending', { iterationId: 1, targetUrl: 'https://example.com/1' });
  expect(first).toMatchObject({
    id: 1,
    iterationId: 1,
    state: 'pending',
    context: { genre: 'portcullis', name: 'verdict' },
    targetUrl: 'https://example.com/1',
    createdBy: { displayName: 'Portcullis' },
  });
  await status(2, { iterationId: 1 });
  await status('Failed');
  const rows = async (): Promise<[number, string][]> =>
    (await sim.rest('author', 'GET', `${path}/statuses`)).value.map((row) => [row.id, row.state]);
  expect(await rows()).toEqual([
    [1, 'pending'],
    [2, 'succeeded'],
    [3, 'failed'],
  ]);
  expect((await sim.rest('author', 'GET', `${path}/iterations/1/statuses`)).value).toHaveLength(2);
  await sim.rest('bot', 'DELETE', `${path}/statuses/3`);
  const removed = await sim.call('bot', 'PATCH', `Shop/_apis/${path}/statuses`, [{ op: 'remove', path: '/1' }]);
  expect(removed.status).toBe(204);
  expect(await rows()).toEqual([[2, 'succeeded']]);
  const replaced = await sim.call('bot', 'PATCH', `Shop/_apis/${path}/statuses`, [{ op: 'replace', path: '/2' }]);
  expect(replaced.status).toBe(400);
});

test('a status on an iteration that is not there, on two at once, or without a name is refused', async () => {
  const post = async (at: string, body: unknown): Promise<number> =>
    (await sim.call('bot', 'POST', `Shop/_apis/${path}${at}`, body)).status;
  const context = { name: 'verdict' };
  expect(await post('/statuses', { state: 'failed', context, iterationId: 9 })).toBe(404);
  expect(await post('/iterations/1/statuses', { state: 'failed', context, iterationId: 2 })).toBe(400);
  expect(await post('/statuses', { state: 'failed', context: { genre: 'x' } })).toBe(400);
  expect(await post('/statuses', { state: 'splendid', context })).toBe(400);
});

test('properties come back wrapped: plain, typed, GUIDs without dashes, dates to the millisecond', async () => {
  const { properties } = await status('pending', {
    properties: {
      text: 'x',
      count: 7,
      weight: { $type: 'System.Double', $value: 1.75 },
      old: { type: 'System.String', value: 'y' },
      when: { $type: 'System.DateTime', $value: '2017-09-19T14:50:26.7410146Z' },
      id: { $type: 'System.Guid', $value: '1e788cb9-9d3d-4dc6-ac05-822092d17f90' },
    },
  });
  expect(properties).toEqual({
    text: { $type: 'System.String', $value: 'x' },
    count: { $type: 'System.Int32', $value: 7 },
    weight: { $type: 'System.Double', $value: 1.75 },
    old: { $type: 'System.String', $value: 'y' },
    when: { $type: 'System.DateTime', $value: '2017-09-19T14:50:26.741Z' },
    id: { $type: 'System.String', $value: '1e788cb99d3d4dc6ac05822092d17f90' },
  });
});

test('threads: positions, wrapped properties that merge, comment ids per thread, soft deletion', async () => {
  const threadContext = {
    filePath: '/talk.txt',
    leftFileStart: null,
    leftFileEnd: null,
    rightFileStart: { line: 2, offset: 1 },
    rightFileEnd: { line: 2, offset: 4 },
  };
  const pullRequestThreadContext = {
    changeTrackingId: 1,
    iterationContext: { firstComparingIteration: 1, secondComparingIteration: 1 },
  };
  const thread = await sim.rest('bot', 'POST', `${path}/threads`, {
    comments: [{ parentCommentId: 0, content: 'two?', commentType: 1 }],
    status: 1,
    threadContext,
    pullRequestThreadContext,
    properties: { 'Portcullis.Key': 'a' },
  });
  expect(thread).toMatchObject({
    status: 'active',
    isDeleted: false,
    threadContext: {
      filePath: '/talk.txt',
      rightFileStart: { line: 2, offset: 1 },
      rightFileEnd: { line: 2, offset: 4 },
    },
    pullRequestThreadContext,
    properties: { 'Portcullis.Key': { $type: 'System.String', $value: 'a' } },
    comments: [
      { id: 1, parentCommentId: 0, content: 'two?', commentType: 'text', author: { displayName: 'Portcullis' } },
    ],
  });
  const at = `${path}/threads/${thread.id}`;
  const reply = await sim.rest('author', 'POST', `${at}/comments`, { content: 'yes', parentCommentId: 1 });
  expect(reply).toMatchObject({ id: 2, parentCommentId: 1 });
  const patched = await sim.rest('author', 'PATCH', at, { status: 'wontFix', properties: { other: 'b' } });
  expect(patched).toMatchObject({ status: 'wontFix', properties: { 'Portcullis.Key': {}, other: { $value: 'b' } } });

  const foreign = await sim.call('author', 'PATCH', `Shop/_apis/${at}/comments/1`, { content: 'mine now' });
  expect(foreign.status).toBe(403);
  await sim.rest('bot', 'DELETE', `${at}/comments/1`);
  const half = await sim.rest('author', 'GET', at);
  expect(half).toMatchObject({
    isDeleted: false,
    comments: [
      { id: 1, isDeleted: true },
      { id: 2, content: 'yes' },
    ],
  });
  expect(half.comments[0]).not.toHaveProperty('content');
  await sim.rest('author', 'DELETE', `${at}/comments/2`);
  expect((await sim.rest('author', 'GET', at)).isDeleted).toBe(true);
  const other = await sim.rest('bot', 'POST', `${path}/threads`, { comments: [{ content: 'else' }], status: 'closed' });
  expect(present(other.comments[0]).id).toBe(1);
});

test('a comment has at most 150,000 characters, a thread 500 comments', async () => {
  const post = async (content: string): Promise<number> =>
    (await sim.call('bot', 'POST', `Shop/_apis/${path}/threads`, { comments: [{ content }] })).status;
  expect(await post('x'.repeat(150_000))).toBe(200);
  expect(await post('x'.repeat(150_001))).toBe(400);
  expect(await post('  ')).toBe(400);
  const comments = Array.from({ length: 500 }, (_, index) => ({ content: `${index}` }));
  const full = await sim.rest('bot', 'POST', `${path}/threads`, { comments, status: 4 });
  const more = await sim.call('bot', 'POST', `Shop/_apis/${path}/threads/${full.id}/comments`, { content: 'more' });
  expect(more.status).toBe(400);
});

test('votes are told by system threads, which have no status, and only for oneself', async () => {
  const identities = listOf(await sim.control('GET', 'identities'));
  const reviewer = present(identities.find((each) => each.key === 'reviewer')).id;
  const voted = await sim.rest('reviewer', 'PUT', `${path}/reviewers/${reviewer}`, { vote: 10 });
  expect(voted).toMatchObject({ vote: 10, hasDeclined: false, isFlagged: false, displayName: 'Rex Reviewer' });
  const foreign = await sim.call('author', 'PUT', `Shop/_apis/${path}/reviewers/${reviewer}`, { vote: -10 });
  expect(foreign.status).toBe(403);
  const { value } = await sim.rest('author', 'GET', `${path}/threads`);
  const thread = value.find((each) => each.properties['CodeReviewThreadType']?.$value === 'VoteUpdate');
  expect(thread).toMatchObject({
    comments: [{ commentType: 'system', content: 'Rex Reviewer voted 10' }],
    properties: { CodeReviewVoteResult: { $type: 'System.String', $value: '10' } },
  });
  expect(thread).not.toHaveProperty('status');
  await sim.rest('author', 'DELETE', `${path}/reviewers/${reviewer}`);
  expect((await sim.rest('author', 'GET', `${path}/reviewers`)).value).toEqual([]);
});

test('labels by id or name; the same name is the same label', async () => {
  const label = await sim.rest('author', 'POST', `${path}/labels`, { name: 'urgent' });
  const again = await sim.rest('author', 'POST', `${path}/labels`, { name: 'Urgent' });
  expect(again.id).toBe(label.id);
  expect((await sim.rest('author', 'GET', path)).labels).toEqual([
    expect.objectContaining({ name: 'urgent', active: true }),
  ]);
  await sim.rest('author', 'DELETE', `${path}/labels/urgent`);
  expect((await sim.rest('author', 'GET', `${path}/labels`)).value).toEqual([]);
});

test('work items: linked by artifact in either case, seen from the pull request, unlinked again', async () => {
  const { artifactId } = await sim.rest('author', 'GET', path);
  const relation = {
    rel: 'ArtifactLink',
    url: artifactId.replaceAll('%2f', '%2F'),
    attributes: { name: 'Pull Request' },
  };
  const patch = (operations: unknown): Promise<Json> => sim.rest('author', 'PATCH', 'wit/workitems/2', operations);
  await patch([{ op: 'add', path: '/relations/-', value: relation }]);
  expect((await sim.rest('bot', 'GET', `${path}/workitems`)).value).toEqual([{ id: '2', url: expect.any(String) }]);
  const batch = await sim.rest('bot', 'POST', 'wit/workitemsbatch', {
    ids: [2, 99],
    fields: ['System.State', 'System.WorkItemType'],
    errorPolicy: 'omit',
  });
  expect(batch.value).toEqual([
    expect.objectContaining({ id: 2, fields: { 'System.State': 'New', 'System.WorkItemType': 'Bug' } }),
    null,
  ]);
  const expanded = await sim.rest('bot', 'GET', 'wit/workitems?ids=2&$expand=relations');
  expect(present(expanded.value[0]).relations).toEqual([relation]);
  await patch([{ op: 'remove', path: '/relations/0' }]);
  expect((await sim.rest('bot', 'GET', `${path}/workitems`)).value).toEqual([]);

  const created = await sim.rest('author', 'POST', 'wit/workitems/$User%20Story', [
    { op: 'add', path: '/fields/System.Title', value: 'Vouchers' },
  ]);
  expect(created).toMatchObject({ rev: 1, fields: { 'System.WorkItemType': 'User Story', 'System.State': 'New' } });
  const untitled = await sim.call('author', 'POST', 'Shop/_apis/wit/workitems/$Bug', []);
  expect(untitled.status).toBe(400);
  expect((await sim.call('author', 'GET', 'Shop/_apis/wit/workitems/99')).status).toBe(404);
});
