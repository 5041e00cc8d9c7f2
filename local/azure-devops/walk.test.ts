import { present, type Json } from './testing/json';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** A pull request's life with plain git and plain REST. */
let sim: TestSimulator;
const one = 'git/repositories/web/pullRequests';

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterAll(() => sim.end());

test('clone, push, pull request, iteration: the changes come in pages until nextSkip and nextTop are 0', async () => {
  const clone = await sim.clone();
  expect(await clone.git('log', '--format=%s')).toBe('The shop as it stands');
  await clone.git('checkout', '--quiet', '-b', 'many');
  const files = Array.from({ length: 250 }, (_, index) => [`many/file-${index}.txt`, `file ${index}\n`] as const);
  const head = await clone.commit(Object.fromEntries(files));
  await clone.git('push', '--quiet', 'origin', 'many');

  const opened = await sim.open('many');
  expect(opened).toMatchObject({
    status: 'active',
    mergeStatus: 'succeeded',
    supportsIterations: true,
    isDraft: false,
  });
  expect(opened.lastMergeSourceCommit.commitId).toBe(head);
  expect(opened.lastMergeCommit.comment).toBe(`Merge pull request ${opened.pullRequestId} from many into main`);

  const iterations = await sim.rest('author', 'GET', `${one}/${opened.pullRequestId}/iterations`);
  expect(iterations.value).toHaveLength(1);
  expect(iterations.value[0]).toMatchObject({ id: 1, reason: 'create', sourceRefCommit: { commitId: head } });

  const paths: string[] = [];
  const pages: [number, number, number][] = [];
  let [skip, top] = [0, 0];
  do {
    const query = top === 0 ? '' : `?$skip=${skip}&$top=${top}`;
    const page = await sim.rest('author', 'GET', `${one}/${opened.pullRequestId}/iterations/1/changes${query}`);
    paths.push(...page.changeEntries.map((entry) => entry.item.path));
    pages.push([page.changeEntries.length, page.nextSkip, page.nextTop]);
    [skip, top] = [page.nextSkip, page.nextTop];
  } while (skip > 0);
  expect(pages).toEqual([
    [100, 100, 100],
    [100, 200, 50],
    [50, 0, 0],
  ]);
  expect(new Set(paths).size).toBe(250);
  const all = await sim.rest('author', 'GET', `${one}/${opened.pullRequestId}/iterations/1/changes?$top=5000`);
  expect(all.changeEntries).toHaveLength(250);
});

test('each push makes an iteration; edits, renames and deletes keep their tracking ids and say what they were', async () => {
  const clone = await sim.clone();
  await clone.git('checkout', '--quiet', '-b', 'renames');
  await clone.commit({ 'src/money.ts': 'export const money = 1;\n', 'docs/decisions.md': null, 'new.txt': 'new\n' });
  await clone.git('push', '--quiet', 'origin', 'renames');
  const { pullRequestId: id } = await sim.open('renames');
  const changes = async (iteration: number, compareTo = 0): Promise<Record<string, Json>> => {
    const path = `${one}/${id}/iterations/${iteration}/changes?$compareTo=${compareTo}`;
    const { changeEntries } = await sim.rest('author', 'GET', path);
    return Object.fromEntries(changeEntries.map((entry) => [entry.item.path, entry]));
  };
  const first = await changes(1);
  expect(Object.keys(first).sort()).toEqual(['/docs/decisions.md', '/new.txt', '/src/money.ts']);
  expect(first['/src/money.ts']).toMatchObject({ changeType: 'edit' });
  expect(first['/docs/decisions.md']).toMatchObject({ changeType: 'delete' });
  expect(present(first['/docs/decisions.md']).item).not.toHaveProperty('objectId');

  await clone.git('mv', 'src/catalogue/products.ts', 'src/catalogue/goods.ts');
  await clone.git('mv', 'README.md', 'READ.md');
  const readme = await clone.git('show', 'HEAD:README.md');
  await clone.commit({ 'READ.md': `${readme}\n\nOne more line.\n` });
  await clone.git('push', '--quiet', 'origin', 'renames');
  const second = await changes(2);
  expect(second['/src/catalogue/goods.ts']).toMatchObject({
    changeType: 'rename',
    originalPath: '/src/catalogue/products.ts',
  });
  expect(second['/READ.md']).toMatchObject({ changeType: 'edit, rename', originalPath: '/README.md' });
  const readItem = present(second['/READ.md']).item;
  expect(readItem.objectId).not.toBe(readItem.originalObjectId);
  expect(present(second['/src/money.ts']).changeTrackingId).toBe(present(first['/src/money.ts']).changeTrackingId);
  expect(Object.keys(await changes(2, 1)).sort()).toEqual(['/READ.md', '/src/catalogue/goods.ts']);
  const ids = Object.values(second).map((entry) => entry.changeTrackingId);
  expect(new Set(ids).size).toBe(ids.length);

  const { value } = await sim.rest('author', 'GET', `${one}/${id}/iterations`);
  expect(value.map((iteration) => iteration.reason)).toEqual(['create', 'push']);
});

test('a force push is told as one, and back to an old commit repeats that commit under a new number', async () => {
  const clone = await sim.clone();
  await clone.git('checkout', '--quiet', '-b', 'forced');
  const first = await clone.commit({ 'forced.txt': '1\n' });
  await clone.git('push', '--quiet', 'origin', 'forced');
  const { pullRequestId: id } = await sim.open('forced');
  await clone.commit({ 'forced.txt': '2\n' });
  await clone.git('push', '--quiet', 'origin', 'forced');
  await clone.git('reset', '--quiet', '--hard', first);
  await clone.git('push', '--quiet', '--force', 'origin', 'forced');
  const { value } = await sim.rest('author', 'GET', `${one}/${id}/iterations`);
  expect(value.map((iteration) => iteration.reason)).toEqual(['create', 'push', 'forcePush']);
  expect(present(value[2]).sourceRefCommit.commitId).toBe(first);
  // What the first commit replaced stays readable: threads and statuses speak of it.
  const gone = present(value[1]).sourceRefCommit.commitId;
  expect((await sim.rest('author', 'GET', `git/repositories/web/commits/${gone}`)).commitId).toBe(gone);
});

test('conflicts show in mergeStatus without a merge commit, and go when the source is repaired', async () => {
  const clone = await sim.clone();
  await clone.git('checkout', '--quiet', '-b', 'conflicting');
  await clone.commit({ 'src/log.ts': 'export const log = "mine";\n' });
  await clone.git('push', '--quiet', 'origin', 'conflicting');
  const { pullRequestId: id } = await sim.open('conflicting');
  await clone.git('checkout', '--quiet', 'main');
  await clone.commit({ 'src/log.ts': 'export const log = "theirs";\n' });
  await clone.git('push', '--quiet', 'origin', 'main');
  const conflicting = await sim.until(id, (each) => each.mergeStatus === 'conflicts');
  expect(conflicting).not.toHaveProperty('lastMergeCommit');
  const { value: iterations } = await sim.rest('author', 'GET', `${one}/${id}/iterations`);
  expect(iterations).toHaveLength(1);

  await clone.git('checkout', '--quiet', 'conflicting');
  await clone.git('rebase', '--quiet', '-X', 'theirs', 'main');
  await clone.git('push', '--quiet', '--force', 'origin', 'conflicting');
  const repaired = await sim.until(id, (each) => each.mergeStatus === 'succeeded');
  expect(repaired.lastMergeTargetCommit.commitId).toBe(await clone.git('rev-parse', 'main'));
});

test('two merge bases are told, and the common commit of the iteration is one of them', async () => {
  const clone = await sim.clone();
  await clone.git('checkout', '--quiet', '-b', 'left');
  const left = await clone.commit({ 'left.txt': 'left\n' });
  await clone.git('checkout', '--quiet', '-b', 'right', 'main');
  const right = await clone.commit({ 'right.txt': 'right\n' });
  await clone.git('merge', '--quiet', '--no-edit', left);
  await clone.git('checkout', '--quiet', 'left');
  await clone.git('merge', '--quiet', '--no-edit', right);
  await clone.commit({ 'more.txt': 'more\n' });
  await clone.git('push', '--quiet', 'origin', 'left', 'right');
  const opened = await sim.open('left', { targetRefName: 'refs/heads/right' });
  expect(opened.hasMultipleMergeBases).toBe(true);
  const { value } = await sim.rest('author', 'GET', `${one}/${opened.pullRequestId}/iterations`);
  expect([left, right]).toContain(present(value[0]).commonRefCommit.commitId);
});

test('retargeting makes an iteration that names both targets', async () => {
  await sim.branch('release', { 'release.txt': '1\n' });
  await sim.branch('retargeted', { 'retargeted.txt': '1\n' });
  const { pullRequestId: id } = await sim.open('retargeted');
  await sim.rest('author', 'PATCH', `${one}/${id}`, { targetRefName: 'refs/heads/release' });
  const { value } = await sim.rest('author', 'GET', `${one}/${id}/iterations`);
  expect(value[1]).toMatchObject({
    reason: 'retarget',
    oldTargetRefName: 'refs/heads/main',
    newTargetRefName: 'refs/heads/release',
  });
});

test('a fork: forkSource is told, and its commits are readable through the target by id', async () => {
  const fork = await sim.control('POST', 'forks', { repository: 'web', project: 'Ada', owner: 'author' });
  expect(fork).toMatchObject({ name: 'web', isFork: true, parentRepository: { name: 'web' } });
  const clone = await sim.clone('author', 'Ada/_git/web');
  await clone.git('checkout', '--quiet', '-b', 'from-fork');
  const head = await clone.commit({ 'forked.txt': 'forked\n' });
  await clone.git('push', '--quiet', 'origin', 'from-fork');
  const opened = await sim.open('from-fork', { forkSource: { repository: { id: fork.id } } });
  expect(opened.forkSource).toMatchObject({ name: 'refs/heads/from-fork', repository: { id: fork.id } });
  expect((await sim.rest('author', 'GET', `git/repositories/web/commits/${head}`)).commitId).toBe(head);

  const next = await clone.commit({ 'forked.txt': 'forked again\n' });
  await clone.git('push', '--quiet', 'origin', 'from-fork');
  const { value } = await sim.rest('author', 'GET', `${one}/${opened.pullRequestId}/iterations`);
  expect(value.map((iteration) => iteration.sourceRefCommit.commitId)).toEqual([head, next]);
  const refs = await sim.rest('author', 'GET', 'git/repositories/web/refs');
  expect(refs.value.map((ref) => ref.name)).not.toContain('refs/heads/from-fork');
});

test('without iterations a pull request has none, and a status on one is refused', async () => {
  await sim.branch('legacy', { 'legacy.txt': '1\n' });
  const opened = await sim.rest('author', 'POST', 'git/repositories/web/pullrequests', {
    sourceRefName: 'refs/heads/legacy',
    targetRefName: 'refs/heads/main',
    title: 'Legacy',
  });
  expect(opened).toMatchObject({ supportsIterations: false, mergeStatus: 'queued' });
  const path = `${one}/${opened.pullRequestId}`;
  expect((await sim.rest('author', 'GET', `${path}/iterations`)).value).toEqual([]);
  const status = { state: 'succeeded', context: { name: 'x' } };
  expect((await sim.call('bot', 'POST', `Shop/_apis/${path}/statuses`, { ...status, iterationId: 1 })).status).toBe(
    404,
  );
  expect((await sim.call('bot', 'POST', `Shop/_apis/${path}/statuses`, status)).status).toBe(200);
});

test('abandoning and reactivating; a second active pull request of the same branches is refused', async () => {
  await sim.branch('twice', { 'twice.txt': '1\n' });
  const { pullRequestId: id } = await sim.open('twice');
  const second = await sim.call('author', 'POST', 'Shop/_apis/git/repositories/web/pullrequests', {
    sourceRefName: 'refs/heads/twice',
    targetRefName: 'refs/heads/main',
    title: 'Again',
  });
  expect(second).toMatchObject({ status: 409, body: { typeKey: 'GitPullRequestExistsException' } });
  const abandoned = await sim.rest('author', 'PATCH', `${one}/${id}`, { status: 'abandoned' });
  expect(abandoned).toMatchObject({ status: 'abandoned', closedDate: expect.any(String) });
  const { value } = await sim.rest('author', 'GET', `${one}?searchCriteria.status=abandoned`);
  expect(value.map((each) => each.pullRequestId)).toContain(id);
  const active = await sim.rest('author', 'PATCH', `${one}/${id}`, { status: 'active' });
  expect(active.status).toBe('active');
  expect(active).not.toHaveProperty('closedDate');
});
