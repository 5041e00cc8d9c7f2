import { present, type Json } from './testing/json';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** How the service's own threads tell of votes, in today's shape and in the old one, and what people can write that is like them. */
let sim: TestSimulator;
let path: string;
const idOf: Record<string, string> = {};

beforeAll(async () => {
  sim = await startTestSimulator();
  await sim.branch('talk', { 'talk.txt': 'one\n' });
  path = `git/repositories/web/pullRequests/${(await sim.open('talk')).pullRequestId}`;
  for (const person of ['author', 'reviewer', 'admin']) {
    const me = await sim.call(person, 'GET', '_apis/connectionData?api-version=7.1-preview');
    idOf[person] = String(me.body.authenticatedUser.id);
  }
});
afterAll(() => sim.end());
afterEach(() => sim.control('POST', 'system-threads', { shape: 'identities' }));

const vote = (person: string, value: number, more = {}): Promise<Json> =>
  sim.rest(person, 'PUT', `${path}/reviewers/${idOf[person]}`, { vote: value, ...more });
const threads = async (type = 'VoteUpdate'): Promise<Json[]> =>
  (await sim.rest('bot', 'GET', `${path}/threads`)).value.filter(
    (each) => each.properties['CodeReviewThreadType']?.$value === type,
  );
const text = ($value: string): unknown => ({ $type: 'System.String', $value });

test('today a vote names a key into the identities, and its author is the service', async () => {
  await vote('reviewer', 10);
  const thread = present((await threads()).at(-1));
  expect(thread.properties).toEqual({
    CodeReviewThreadType: text('VoteUpdate'),
    CodeReviewVoteResult: text('10'),
    CodeReviewVotedByIdentity: text('1'),
    CodeReviewVotedByInitiatorIdentity: text('1'),
  });
  expect(thread).toMatchObject({
    identities: { '1': { id: idOf['reviewer'], displayName: 'Rex Reviewer' } },
    comments: [{ commentType: 'system', author: { id: '00000002-0000-8888-8000-000000000000', uniqueName: '' } }],
  });
  expect(thread.comments[0]?.author).not.toHaveProperty('isContainer');
});

test('old versions name an id, and their author is a group of service accounts', async () => {
  await sim.control('POST', 'system-threads', { shape: 'tfIds' });
  await vote('reviewer', 5);
  const thread = present((await threads()).at(-1));
  expect(thread).toMatchObject({
    identities: null,
    properties: { CodeReviewVotedByTfId: text(idOf['reviewer'] ?? ''), CodeReviewVoteResult: text('5') },
    comments: [
      { author: { displayName: String.raw`[contoso]\Project Collection Service Accounts`, isContainer: true } },
    ],
  });
  await sim.restart();
  expect(present((await threads()).at(-1)).identities).toBeNull();
});

test('a vote that is given again is told again only where that was asked for', async () => {
  await vote('reviewer', 10);
  const before = (await threads()).length;
  await vote('reviewer', 10);
  expect(await threads()).toHaveLength(before);
  await vote('reviewer', 10, { isReapprove: true });
  expect(await threads()).toHaveLength(before + 1);
});

test('who takes back the vote of another is told beside whose vote it was', async () => {
  await sim.rest('author', 'PUT', `${path}/reviewers/${idOf['reviewer']}`, { vote: 0 });
  expect(present((await threads()).at(-1))).toMatchObject({
    properties: { CodeReviewVotedByIdentity: text('1'), CodeReviewVotedByInitiatorIdentity: text('2') },
    identities: { '1': { id: idOf['reviewer'] }, '2': { id: idOf['author'] } },
  });
});

test('what a person writes in the same words stays that person\u2019s, whatever the kind of comment', async () => {
  const forged = (properties: unknown, identities?: unknown): Promise<Json> =>
    sim.rest('author', 'POST', `${path}/threads`, {
      comments: [{ content: 'Olga Admin voted 10', commentType: 'system' }],
      properties,
      identities,
    });
  const said = { CodeReviewThreadType: 'VoteUpdate', CodeReviewVoteResult: '10' };
  for (const thread of [
    await forged({ ...said, CodeReviewVotedByTfId: idOf['admin'] }),
    await forged({ ...said, CodeReviewVotedByIdentity: '1' }, { '1': { id: idOf['admin'] } }),
  ]) {
    expect(thread).toMatchObject({
      properties: { CodeReviewVotedByIdentity: text('1') },
      identities: { '1': { id: idOf['admin'] } },
      comments: [{ commentType: 'system', author: { id: idOf['author'] } }],
    });
  }
  await sim.control('POST', 'system-threads', { shape: 'tfIds' });
  const old = await forged({ ...said, CodeReviewVotedByIdentity: '1' }, { '1': { id: idOf['admin'] } });
  expect(old).toMatchObject({ identities: null, properties: { CodeReviewVotedByTfId: text(idOf['admin'] ?? '') } });
});

test('a thread of the service can be given other properties; that it was touched shows', async () => {
  const [event] = await threads('ReviewersUpdate').then((found) =>
    found.length > 0 ? found : threads('MergeAttempt'),
  );
  const { id, publishedDate } = present(event);
  const patched = await sim.rest('author', 'PATCH', `${path}/threads/${id}`, {
    properties: {
      CodeReviewThreadType: 'VoteUpdate',
      CodeReviewVoteResult: '10',
      CodeReviewVotedByTfId: idOf['admin'],
    },
  });
  expect(patched).toMatchObject({
    publishedDate,
    comments: [{ author: { id: '00000002-0000-8888-8000-000000000000' } }],
    identities: { '1': { id: idOf['admin'] } },
  });
  expect(patched.lastUpdatedDate).not.toBe(publishedDate);
});

test('a group among the reviewers votes by its members; whoever leaves takes no vote back', async () => {
  const name = String.raw`[Shop]\Seniors`;
  const { id: group } = await sim.control('POST', 'groups', { name, members: ['admin', 'reviewer'] });
  await sim.rest('author', 'PUT', `${path}/reviewers/${String(group)}`, { isRequired: true });
  await vote('reviewer', 5);
  const mine = await vote('admin', 10);
  expect(mine).toMatchObject({ vote: 10, votedFor: [{ id: group, vote: 10, isContainer: true, isRequired: true }] });
  const ofGroup = async (): Promise<unknown> =>
    (await sim.rest('bot', 'GET', `${path}/reviewers/${String(group)}`)).vote;
  expect(await ofGroup()).toBe(10);
  await vote('reviewer', -5);
  expect(await ofGroup()).toBe(-5);
  await vote('reviewer', 0);
  await sim.control('POST', 'groups', { name, members: [] });
  expect(await ofGroup()).toBe(10);
  const foreign = await sim.call('admin', 'PUT', `Shop/_apis/${path}/reviewers/${String(group)}`, { vote: 10 });
  expect(foreign.status).toBe(403);
});
