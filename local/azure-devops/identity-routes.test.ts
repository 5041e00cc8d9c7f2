import { listOf, present, type Json } from './testing/json';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** People, groups, and what the identities route says of them. */
let sim: TestSimulator;
const idOf: Record<string, string> = {};
const group = (name: string): string => String.raw`[Shop]\ `.trim() + name;

const put = async (name: string, members: string[], rename?: string): Promise<string> =>
  String((await sim.control('POST', 'groups', { name, members, rename })).id);
const search = async (query: Record<string, string>, person = 'bot'): Promise<Json> =>
  (await sim.call(person, 'GET', `_apis/identities?${new URLSearchParams(query).toString()}`)).body;
const membersOf = async (id: string, queryMembership: string): Promise<unknown> =>
  [...present((await search({ identityIds: id, queryMembership })).value[0]).memberIds].sort();

beforeAll(async () => {
  sim = await startTestSimulator();
  await sim.control('POST', 'people', { key: 'maintainer', displayName: 'Mia Maintainer' });
  for (const { key, id } of listOf(await sim.control('GET', 'identities'))) idOf[key] = String(id);
  idOf['seniors'] = await put(group('Seniors'), ['maintainer']);
  idOf['backend'] = await put(group('Backend'), [group('Seniors'), 'admin']);
  idOf['reviewers'] = await put(group('Reviewers'), [group('Backend'), 'reviewer']);
});
afterAll(() => sim.end());

test('a person that a test adds signs in with a PAT of their own', async () => {
  const me = await sim.call('maintainer', 'GET', '_apis/connectionData?api-version=7.1-preview');
  expect(me.body.authenticatedUser).toMatchObject({ id: idOf['maintainer'], providerDisplayName: 'Mia Maintainer' });
});

test('a search also finds what is only near; lists that were not asked for are there, and empty', async () => {
  const found = await search({ searchFilter: 'General', filterValue: 'reviewer' });
  expect(found.value.map((each) => each.providerDisplayName)).toEqual(['Rex Reviewer', group('Reviewers')]);
  expect(found.value[1]).toMatchObject({
    id: idOf['reviewers'],
    descriptor: expect.stringMatching(/^Microsoft\.TeamFoundation\.Identity;S-1-9-[\d-]+$/),
    subjectDescriptor: expect.stringMatching(/^vssgp\./),
    isContainer: true,
    members: [],
    memberOf: [],
    memberIds: [],
    properties: { SchemaClassName: { $type: 'System.String', $value: 'Group' } },
  });
  expect(found.value[0]).not.toHaveProperty('isContainer');
  expect((await search({ searchFilter: 'LocalGroupName', filterValue: 'reviewer' })).count).toBe(1);
  expect((await search({ searchFilter: 'MailAddress', filterValue: 'reviewer@contoso.example' })).count).toBe(1);
  expect((await search({ searchFilter: 'General', filterValue: 'nobody' })).value).toEqual([]);
});

test('members of one level, of all levels, and the groups above', async () => {
  const { reviewers = '', backend = '', seniors = '', reviewer = '', admin = '', maintainer = '' } = idOf;
  expect(await membersOf(reviewers, 'direct')).toEqual([backend, reviewer].sort());
  expect(await membersOf(reviewers, 'ExpandedDown')).toEqual([backend, seniors, reviewer, admin, maintainer].sort());
  expect(await membersOf(reviewers, 'expandedUp')).toEqual([]);
  const [up] = (await search({ identityIds: maintainer, queryMembership: 'expandedUp' })).value;
  expect(up?.memberOf).toHaveLength(3);
  const [whole] = (await search({ identityIds: backend, queryMembership: 'expanded' })).value;
  expect([whole?.members.length, whole?.memberOf.length]).toEqual([3, 1]);
});

test('by ids and by either descriptor; a null stands for whom there is not', async () => {
  const [first, none] = (await search({ identityIds: `${idOf['seniors']},${'0'.repeat(8)}` })).value;
  expect(none).toBeNull();
  for (const name of ['descriptor', 'subjectDescriptor'] as const) {
    const answer = await search({ [`${name}s`]: String(present(first)[name]) });
    expect(answer.value).toMatchObject([{ id: idOf['seniors'] }]);
  }
});

test('whoever leaves is gone; groups in a circle end; a renamed group keeps its id', async () => {
  const a = await put(group('A'), ['reviewer']);
  await put(group('B'), [group('A'), 'admin']);
  await put(group('A'), [group('B')]);
  expect(await membersOf(a, 'expandedDown')).toEqual(
    [idOf['admin'], await put(group('B'), [group('A'), 'admin'])].sort(),
  );
  expect(await put(group('A'), [], group('Z'))).toBe(a);
  expect((await search({ identityIds: a })).value).toMatchObject([{ providerDisplayName: group('Z') }]);
  await sim.restart();
  expect((await search({ identityIds: a })).count).toBe(1);
});

test('queries that make no sense are refused', async () => {
  for (const query of [
    '',
    '?searchFilter=General',
    '?searchFilter=Mood&filterValue=x',
    '?identityIds=x&queryMembership=up',
  ]) {
    expect((await sim.call('bot', 'GET', `_apis/identities${query}`)).status).toBe(400);
  }
  await expect(put('Reviewers', [])).rejects.toThrow(/no group/);
  await expect(put(group('C'), ['nobody'])).rejects.toThrow(/no identity nobody/);
  await expect(put('author@contoso.example', [])).rejects.toThrow(/no group/);
});

test('a PAT with scopes may no more than they say', async () => {
  const at = `_apis/identities?identityIds=${idOf['seniors']}`;
  const repositories = 'Shop/_apis/git/repositories';
  const statusOf = async (method: string, path: string, body?: unknown): Promise<number> =>
    (await sim.call('bot', method, path, body)).status;
  await sim.control('POST', 'pats', { token: 'bot-pat', scopes: ['vso.code', 'vso.code_status', 'vso.threads_full'] });
  const refused = await sim.call('bot', 'GET', at);
  expect(refused).toMatchObject({ status: 401, body: { message: expect.stringContaining('TF400813') } });
  expect(await statusOf('GET', repositories)).toBe(200);
  expect(await statusOf('POST', repositories, { name: 'x' })).toBe(401);
  expect(await statusOf('GET', 'Shop/_apis/wit/workitems/1')).toBe(401);
  expect(await statusOf('GET', '_apis/connectionData?api-version=7.1-preview')).toBe(200);
  await sim.control('POST', 'pats', { token: 'bot-pat', scopes: ['vso.identity', 'vso.work'] });
  expect(await statusOf('GET', at)).toBe(200);
  expect(await statusOf('POST', 'Shop/_apis/wit/workitemsbatch', { ids: [1] })).toBe(200);
  expect(await statusOf('GET', repositories)).toBe(401);
  await sim.control('POST', 'pats', { token: 'bot-pat', scopes: null });
  expect(await statusOf('GET', repositories)).toBe(200);
});
