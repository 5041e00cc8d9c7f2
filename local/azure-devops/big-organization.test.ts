import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { present, type Json } from './testing/json';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** An organization of the size that the product is meant for, made in an instant. */
let sim: TestSimulator;
let made: Json;
let repositories: Json[];
let pullRequests: Json[];

const all = async (path: string): Promise<Json[]> => {
  const found: Json[] = [];
  for (;;) {
    const at = `${path}${path.includes('?') ? '&' : '?'}$top=1000&$skip=${found.length}`;
    const { value } = (await sim.call('admin', 'GET', at)).body;
    found.push(...value);
    if (value.length < 1_000) return found;
  }
};
const of = (pullRequest: Json, rest = ''): string =>
  `_apis/git/repositories/${String(pullRequest.repository.id)}/pullRequests/${pullRequest.pullRequestId}${rest}`;
const get = async (path: string): Promise<Json> => {
  const answer = await sim.call('author', 'GET', path);
  expect(answer.status).toBe(200);
  return answer.body;
};
const inRepository = (repository: Json, rest: string): string =>
  `_apis/git/repositories/${String(repository.id)}/${rest}`;
const mainOf = async (repository: Json): Promise<string> =>
  present((await get(inRepository(repository, 'refs?filter=heads/main'))).value[0]).objectId;

async function push(repository: Json, branch: string, path: string): Promise<number> {
  const [ref] = (await get(inRepository(repository, `refs?filter=heads/${branch}`))).value;
  const changes = [{ changeType: 'add', item: { path }, newContent: { content: 'x\n', contentType: 'rawtext' } }];
  const refUpdates = [{ name: `refs/heads/${branch}`, oldObjectId: present(ref).objectId }];
  const commits = [{ comment: 'more', changes }];
  return (await sim.call('author', 'POST', inRepository(repository, 'pushes'), { refUpdates, commits })).status;
}
async function until(path: string, isThere: (answer: Json) => boolean): Promise<Json> {
  for (;;) {
    const answer = await get(path);
    if (isThere(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

beforeAll(async () => {
  sim = await startTestSimulator();
  made = await sim.control('POST', 'organization', {});
  repositories = (await sim.call('admin', 'GET', '_apis/git/repositories')).body.value;
  pullRequests = await all('_apis/git/pullrequests?searchCriteria.status=active');
}, 60_000);
afterAll(() => sim.end());

test('it is as large as was asked for, in seconds and on little disk; asked again, nothing is added', async () => {
  expect(made).toMatchObject({ projects: 4, repositories: 1_000, pullRequests: 2_000 });
  expect(Number(made['milliseconds'])).toBeLessThan(5_000);
  expect([repositories.length, pullRequests.length]).toEqual([1_000, 2_000]);
  expect(new Set(pullRequests.map(({ repository }) => String(repository.id))).size).toBe(400);
  expect(await readdir(join(sim.dataDirectory, 'repositories'))).toHaveLength(2);
  expect(await sim.control('POST', 'organization', {})).toMatchObject({ repositories: 1_000, pullRequests: 2_000 });
});

test('projects: three with Git, one with TFVC alone, in pages', async () => {
  const first = await sim.call('admin', 'GET', '_apis/projects?$top=3');
  const token = first.headers.get('x-ms-continuationtoken');
  const second = await sim.call('admin', 'GET', `_apis/projects?$top=3&continuationToken=${token ?? ''}`);
  expect([first.body.count, second.body.count, second.headers.get('x-ms-continuationtoken')]).toEqual([3, 1, null]);
  const kinds = await Promise.all(
    [...first.body.value, ...second.body.value].map(async ({ name, id }) => {
      const project = await get(`_apis/projects/${String(id)}?includeCapabilities=true`);
      return [name, (project['capabilities'] as Json)['versioncontrol']];
    }),
  );
  const git = { sourceControlType: 'Git', gitEnabled: 'True', tfvcEnabled: 'False' };
  const tfvc = { sourceControlType: 'Tfvc', gitEnabled: 'False', tfvcEnabled: 'True' };
  expect(kinds).toEqual([
    ['Ledger', tfvc],
    ['Logistics', git],
    ['Payments', git],
    ['Shop', git],
  ]);
  expect((await get('Ledger/_apis/git/repositories')).value).toEqual([]);
});

test('a disabled repository is listed, and hides what it has', async () => {
  const [disabled, another] = repositories.filter((each) => each['isDisabled'] === true);
  expect(another).toBeUndefined();
  const repository = present(disabled);
  expect((await get(inRepository(repository, '').slice(0, -1)))['isDisabled']).toBe(true);
  for (const rest of ['refs', 'pullrequests', 'items?scopePath=/README.md']) {
    const { status, body } = await sim.call('admin', 'GET', inRepository(repository, rest));
    expect([status, body.typeKey]).toEqual([404, 'GitRepositoryNotFoundException']);
  }
  const enabled = await sim.call('admin', 'PATCH', inRepository(repository, '').slice(0, -1), { isDisabled: false });
  expect(enabled.status).toBe(200);
  expect((await get(inRepository(repository, 'refs'))).count).toBeGreaterThan(0);
});

test('each pull request can be judged: its iteration, changes, commits and files are there', async () => {
  const forked = pullRequests.filter((each) => 'forkSource' in each);
  expect(forked).toHaveLength(10);
  for (const pullRequest of [present(pullRequests[0]), present(pullRequests.at(-7)), present(forked[0])]) {
    const [iteration] = (await get(of(pullRequest, '/iterations'))).value;
    const { changeEntries } = await get(of(pullRequest, '/iterations/1/changes'));
    const { value: commits } = await get(of(pullRequest, '/commits'));
    expect(commits.map(({ commitId }) => commitId)).toEqual([present(iteration).sourceRefCommit.commitId]);
    expect(changeEntries.length).toBeGreaterThan(0);
    const [change] = changeEntries;
    const blob = inRepository(pullRequest.repository, `blobs/${present(change).item.objectId}?$format=json`);
    expect(Number((await get(blob))['size'])).toBeGreaterThan(10);
    const posted = await sim.call('bot', 'POST', of(pullRequest, '/statuses'), {
      state: 'succeeded',
      iterationId: 1,
      context: { genre: 'g', name: 'n' },
    });
    expect(posted.status).toBe(200);
  }
  // Nobody wrote to git.
  expect(await readdir(join(sim.dataDirectory, 'repositories'))).toHaveLength(2);
});

test('whoever pushes, by REST or by git, changes that repository alone, over a restart, too', async () => {
  const [byRest, byGit, untouched] = ['service-0020', 'service-0021', 'service-0022'].map((name) =>
    present(repositories.find((each) => each.name === name)),
  ) as [Json, Json, Json];
  const before = await mainOf(untouched);
  expect(await push(byRest, 'main', '/one.txt')).toBe(201);
  const clone = await sim.clone('author', `${byGit.project.name}/_git/${byGit.name}`);
  const pushed = await clone.commit({ 'two.txt': '2\n' });
  await clone.git('push', '--quiet', 'origin', 'HEAD:main');
  expect(await mainOf(byGit)).toBe(pushed);
  expect(await mainOf(byRest)).not.toBe(before);
  expect(await mainOf(untouched)).toBe(before);
  await sim.restart();
  expect([await mainOf(byGit), await mainOf(untouched)]).toEqual([pushed, before]);
  expect((await get(inRepository(byRest, 'items?scopePath=/one.txt'))).count).toBe(1);
});

test('a push makes an iteration, and a pull request is completed, as anywhere', async () => {
  const pullRequest = present(pullRequests.find(({ repository }) => repository.name === 'service-0030'));
  const branch = String(pullRequest['sourceRefName']).replace('refs/heads/', '');
  expect(await push(pullRequest.repository, branch, '/three.txt')).toBe(201);
  const ready = await until(of(pullRequest), ({ mergeStatus }) => mergeStatus === 'succeeded');
  expect((await get(of(pullRequest, '/iterations'))).count).toBe(2);
  const { lastMergeSourceCommit } = ready;
  await sim.call('author', 'PATCH', of(pullRequest), { status: 'completed', lastMergeSourceCommit });
  const done = await until(of(pullRequest), ({ status }) => status === 'completed');
  expect(await mainOf(pullRequest.repository)).toBe(done.lastMergeCommit.commitId);
  // Another of the same repository is merged again, and can be read as before.
  const other = present(
    pullRequests.find(
      (each) => each.repository.name === 'service-0030' && each.pullRequestId !== pullRequest.pullRequestId,
    ),
  );
  expect((await until(of(other), ({ mergeStatus }) => mergeStatus === 'succeeded')).status).toBe('active');
});
