import { failureOf, key, repositoryId } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();
const source = 'a'.repeat(40);
const shared = 'c'.repeat(40);
const iteration = {
  id: 1,
  sourceCommit: source,
  targetCommit: 'b'.repeat(40),
  commonCommit: shared,
  hasMultipleMergeBases: false,
};
const read = () => scene.door.readBehind(key, iteration, 'refs/heads/release/1');
const commit = { commitId: shared, committer: { name: 'x', date: '2026-01-02T03:04:05Z' } };

describe('readBehind', () => {
  test('by what the target is ahead, since the commit that both share', async () => {
    scene.answer({
      '/diffs/commits': { aheadCount: 3, behindCount: 9, commonCommit: shared, changes: [{}] },
      [`/commits/${shared}`]: commit,
    });
    await expect(read()).resolves.toEqual({ commits: 3, sharedAt: '2026-01-02T03:04:05.000Z' });
    const [compared, asked] = scene.server.requests;
    const url = new URL(compared?.url ?? '', scene.server.url);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      $top: '1',
      baseVersion: source,
      baseVersionType: '2',
      targetVersion: 'release/1',
      targetVersionType: '0',
    });
    expect(asked?.path.toLowerCase()).toContain(`/repositories/${repositoryId}/commits/`);
  });

  test('a commit never changes: its time is asked for once', async () => {
    scene.answer({ '/diffs/commits': { aheadCount: 3, commonCommit: shared }, [`/commits/${shared}`]: commit });
    await read();
    await read();
    expect(scene.server.requests.map(({ path }) => path.split('/').at(-1))).toEqual(['commits', shared, 'commits']);
  });

  test('where nothing is missing no more is asked', async () => {
    scene.answer({ '/diffs/commits': { aheadCount: 0, behindCount: 2, commonCommit: shared } });
    await expect(read()).resolves.toEqual({ commits: 0, sharedAt: null });
    expect(scene.server.requests).toHaveLength(1);
  });

  test('branches without a common commit are behind since nobody knows when', async () => {
    scene.answer({ '/diffs/commits': { aheadCount: 2, commonCommit: null } });
    await expect(read()).resolves.toEqual({ commits: 2, sharedAt: null });
  });

  test.each([
    ['a sign-in page', { status: 203, raw: '<html>' }, 'credentialRefused'],
    ['a branch that is gone', { status: 404, json: { message: 'TF401175' } }, 'notFound'],
    ['not allowed', { status: 403, json: { message: 'no' } }, 'permissionMissing'],
    ['no count', { json: { commonCommit: shared } }, 'unexpected'],
  ])('%s is not up to date', async (_, answer, kind) => {
    scene.script = () => answer;
    expect((await failureOf(read())).kind).toBe(kind);
  });
});
