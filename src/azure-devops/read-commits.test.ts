import { failureOf, key, pullRequestPath, repositoryId, wireList } from './testing/fixtures';
import { type ScriptedAnswer } from './testing/scripted-server';
import { setScene } from './testing/scene';

const scene = setScene();
const id = (number: number): string => `${number}`.padStart(40, '0');
const iteration = (sourceCommit: string) => ({
  id: 1,
  sourceCommit,
  targetCommit: id(900),
  commonCommit: id(900),
  hasMultipleMergeBases: false,
});
const read = (source = 1) => scene.door.readCommits(key, iteration(id(source)));

/** So many commits, each its predecessor's child, in pages of 100; `whole` answers one of them. */
function script(amount: number, whole: (number: number) => Record<string, unknown> = () => ({})): void {
  scene.script = ({ path, query }): ScriptedAnswer => {
    if (path !== `${pullRequestPath}/commits`) {
      const number = Number(path.split('/').at(-1));
      const author = { name: 'Ada', email: 'ada@contoso.com', date: 'x' };
      return {
        json: { commitId: id(number), comment: `fix: ${number}`, author, parents: [id(901)], ...whole(number) },
      };
    }
    const after = Number(query.get('continuationToken') ?? 0);
    const size = Math.min(Number(query.get('$top')), amount - after);
    const value = Array.from({ length: size }, (_, index) => ({ commitId: id(after + index + 1), comment: 'cut' }));
    const next = after + size;
    return {
      json: wireList(...value),
      ...(next < amount ? { headers: { 'x-ms-continuationtoken': `${next}` } } : {}),
    };
  };
}

const paths = () => scene.server.requests.map(({ path }) => path.split('/').at(-1));

describe('readCommits', () => {
  test('whole messages, authors and whether a commit merges', async () => {
    script(2, (number) => (number === 2 ? { comment: 'Merge\n\nmain', parents: [id(902), id(903)] } : {}));
    const author = { name: 'Ada', email: 'ada@contoso.com' };
    await expect(read()).resolves.toEqual([
      { id: id(1), message: 'fix: 1', author, isMerge: false },
      { id: id(2), message: 'Merge\n\nmain', author, isMerge: true },
    ]);
    expect(scene.server.requests[1]?.path.toLowerCase()).toContain(`/repositories/${repositoryId}/commits/`);
  });

  test('paged to the end', async () => {
    script(230);
    const commits = await read();
    expect(commits.map((commit) => commit.id)).toEqual(Array.from({ length: 230 }, (_, index) => id(index + 1)));
    expect(paths().filter((path) => path === 'commits')).toHaveLength(3);
  });

  test('a commit is asked for once', async () => {
    script(3);
    await read();
    script(4);
    await read(4);
    expect(paths()).toEqual(['commits', id(1), id(2), id(3), 'commits', id(4)]);
  });

  test('none, when the target has them all', async () => {
    script(0);
    await expect(read()).resolves.toEqual([]);
  });

  test('of a long message both ends', async () => {
    script(1, () => ({ comment: `fix: it\n${'x'.repeat(9_000)}\nSigned-off-by: Ada <ada@contoso.com>` }));
    const [commit] = await read();
    expect(commit?.message.length).toBeLessThan(4_100);
    expect(commit?.message).toMatch(/^fix: it\n[^]*\nSigned-off-by: Ada <ada@contoso.com>$/);
  });

  test('another push while they are read is no failure of the gate', async () => {
    script(2);
    expect(await failureOf(read(99))).toMatchObject({ kind: 'superseded' });
  });

  test('more than 250 are told, not read', async () => {
    script(251);
    expect(await failureOf(read())).toMatchObject({
      kind: 'tooLarge',
      remedy: 'more than 250 commits: squash or split',
    });
    expect(paths()).toEqual(['commits', 'commits', 'commits']);
  });

  test('a token that leads nowhere ends the list', async () => {
    scene.script = ({ path }) =>
      path.endsWith('/commits')
        ? { json: wireList({ commitId: id(1) }), headers: { 'x-ms-continuationtoken': 'again' } }
        : { json: { comment: 'x', author: {}, parents: [] } };
    await expect(read()).resolves.toHaveLength(1);
    expect(paths()).toEqual(['commits', 'commits', id(1)]);
  });

  test.each<[string, ScriptedAnswer, string]>([
    ['the sign-in page', { status: 203, raw: '<html>' }, 'credentialRefused'],
    ['not allowed', { status: 403, json: { message: 'no' } }, 'permissionMissing'],
    ['gone', { status: 404, json: { message: 'TF401180' } }, 'notFound'],
    ['a list that was cut', { json: { count: 2, value: [{ commitId: id(1) }] } }, 'unexpected'],
  ])('%s is not "no commits"', async (_, answer, kind) => {
    scene.script = () => answer;
    expect((await failureOf(read())).kind).toBe(kind);
  });

  test('a commit without parents told is no root commit', async () => {
    script(1, () => ({ parents: null }));
    expect((await failureOf(read())).kind).toBe('unexpected');
  });
});
