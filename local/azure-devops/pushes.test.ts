import { present } from './testing/json';
import { startTestSimulator, type Answer, type TestSimulator } from './testing/start-test-simulator';

/** Commits and refs by REST. */
let sim: TestSimulator;
const web = 'git/repositories/web';
const ZERO = '0'.repeat(40);

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterAll(() => sim.end());

const head = async (branch: string): Promise<string> =>
  present((await sim.rest('author', 'GET', `${web}/refs?filter=heads/${branch}`)).value[0]).objectId;

const push = (
  name: string,
  oldObjectId: string,
  changes: unknown[],
  more: Record<string, unknown> = {},
): Promise<Answer> =>
  sim.call('author', 'POST', `Shop/_apis/${web}/pushes`, {
    refUpdates: [{ name: `refs/heads/${name}`, oldObjectId }],
    commits: [{ comment: 'by REST', changes, ...more }],
  });

test('adds, edits, renames and deletes are one commit; base64 is bytes; modes stay', async () => {
  const clone = await sim.clone();
  await clone.git('checkout', '--quiet', '-b', 'rest');
  await clone.commit({ 'run.sh': '#!/bin/sh\n' });
  await clone.git('update-index', '--chmod=+x', 'run.sh');
  await clone.git('commit', '--quiet', '--message', 'executable');
  await clone.git('push', '--quiet', 'origin', 'rest');
  const before = await head('rest');
  const answer = await push('rest', before, [
    { changeType: 'add', item: { path: '/bytes.bin' }, newContent: { content: 'AAEC', contentType: 'base64Encoded' } },
    { changeType: 'edit', item: { path: '/run.sh' }, newContent: { content: '#!/bin/bash\n', contentType: 'rawtext' } },
    { changeType: 'rename', sourceServerItem: '/README.md', item: { path: '/docs/README.md' } },
    { changeType: 'delete', item: { path: 'src/log.ts' } },
  ]);
  expect(answer).toMatchObject({
    status: 201,
    body: { pushedBy: { displayName: 'Ada Author' }, commits: [{ comment: 'by REST' }] },
  });
  await clone.git('fetch', '--quiet', 'origin', 'rest');
  await clone.git('reset', '--quiet', '--hard', 'FETCH_HEAD');
  expect(await clone.git('diff', '--name-status', '-M', before, 'HEAD')).toBe(
    ['A\tbytes.bin', 'R100\tREADME.md\tdocs/README.md', 'M\trun.sh', 'D\tsrc/log.ts'].join('\n'),
  );
  expect(await clone.git('ls-tree', 'HEAD', 'run.sh')).toMatch(/^100755/);
});

test('a branch can begin at nothing, at a parent, or at the old object id', async () => {
  const main = await head('main');
  const add = [{ changeType: 1, item: { path: '/new.txt' }, newContent: { content: 'new', contentType: 0 } }];
  expect((await push('from-old', main, add)).status).toBe(201);
  expect((await push('from-parent', ZERO, add, { parents: [main] })).status).toBe(201);
  expect((await push('orphan', ZERO, add)).status).toBe(201);
  for (const [branch, parents] of [
    ['from-old', [main]],
    ['from-parent', [main]],
    ['orphan', []],
  ] as const) {
    const commit = await sim.rest('author', 'GET', `${web}/commits/${await head(branch)}`);
    expect(commit['parents']).toEqual(parents);
  }
});

test('what does not fit is refused: stale heads, files that are there or are not, wrong names', async () => {
  const main = await head('main');
  const add = (path: string): unknown[] => [{ changeType: 'add', item: { path }, newContent: { content: 'x' } }];
  await push('stale', main, add('/x.txt'));
  expect(await push('stale', main, add('/y.txt'))).toMatchObject({
    status: 409,
    body: { typeKey: 'GitReferenceStaleException' },
  });
  expect((await push('exists', main, add('/README.md'))).status).toBe(400);
  expect((await push('gone', main, [{ changeType: 'delete', item: { path: '/nothing' } }])).status).toBe(400);
  expect((await push('bad..name', main, add('/x.txt'))).status).toBe(400);
  const update = async (name: string, oldObjectId: string, newObjectId: string): Promise<unknown> => {
    const { value } = await sim.rest('author', 'POST', `${web}/refs`, [{ name, oldObjectId, newObjectId }]);
    return present(value[0])['updateStatus'];
  };
  expect(await update('refs/heads/fine', ZERO, main)).toBe('succeeded');
  expect(await update('refs/heads/fine', ZERO, main)).toBe('staleOldObjectId');
  expect(await update('refs/pull/1/merge', ZERO, main)).toBe('invalidRefName');
  expect(await update('refs/heads/none', ZERO, 'f'.repeat(40))).toBe('unresolvableToCommit');
  expect(await update('refs/heads/fine', main, ZERO)).toBe('succeeded');
  expect((await sim.rest('author', 'GET', `${web}/refs?filter=heads/fine`)).count).toBe(0);
});

test('only the service writes the merges that it tries out, and anyone may fetch them', async () => {
  await sim.branch('merged', { 'merged.txt': '1\n' });
  const { pullRequestId: id, lastMergeCommit } = await sim.open('merged');
  const clone = await sim.clone();
  await clone.git('fetch', '--quiet', 'origin', `refs/pull/${id}/merge`);
  expect(await clone.git('rev-parse', 'FETCH_HEAD')).toBe(lastMergeCommit.commitId);
  await expect(clone.git('push', '--quiet', 'origin', `main:refs/pull/${id}/merge`, '--force')).rejects.toThrow();
  expect(await clone.git('ls-remote', 'origin')).not.toContain('refs/simulator');
});

test('a push by REST to the source of a pull request makes an iteration, a deleted branch none', async () => {
  const first = await sim.branch('source', { 'source.txt': '1\n' });
  const { pullRequestId: id } = await sim.open('source');
  await push('source', first, [{ changeType: 'edit', item: { path: '/source.txt' }, newContent: { content: '2\n' } }]);
  const second = await head('source');
  await sim.rest('author', 'POST', `${web}/refs`, [
    { name: 'refs/heads/source', oldObjectId: second, newObjectId: ZERO },
  ]);
  const { value } = await sim.rest('author', 'GET', `${web}/pullRequests/${id}/iterations`);
  expect(value.map((iteration) => iteration.sourceRefCommit.commitId)).toEqual([first, second]);
  expect(await sim.rest('author', 'GET', `${web}/pullRequests/${id}`)).toMatchObject({ status: 'active' });
});
