import { ada, author, failureOf, key, wireIteration, wireList, wirePullRequest } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();

describe('readIterations', () => {
  test('ascending, and a date that is none does no harm', async () => {
    scene.answer({ '/iterations': wireList(wireIteration(2, { hasMultipleMergeBases: true }), wireIteration(1)) });
    await expect(scene.door.readIterations(key)).resolves.toEqual([
      {
        id: 1,
        sourceCommit: '1'.repeat(40),
        targetCommit: 'b'.repeat(40),
        commonCommit: 'c'.repeat(40),
        hasMultipleMergeBases: false,
        author: { id: '', displayName: '', uniqueName: '' },
        createdAt: null,
        isPush: true,
      },
      expect.objectContaining({ id: 2, hasMultipleMergeBases: true }),
    ]);
  });

  test('who made them, when, and whether they pushed', async () => {
    const sourceRefCommit = { commitId: 'a'.repeat(40) };
    const made = { author, createdDate: '2026-03-04T10:00:00.1234567Z', sourceRefCommit };
    const reasons = ['push', 'Retarget', 16, 'rebase', 'resolveConflicts', 'push, retarget', 'teleport', undefined];
    scene.answer({
      '/iterations': wireList(...reasons.map((reason, index) => wireIteration(index + 1, { ...made, reason }))),
    });
    const found = await scene.door.readIterations(key);
    expect(found[0]).toMatchObject({ author: ada, createdAt: '2026-03-04T10:00:00.123Z' });
    expect(found.map(({ isPush }) => isPush)).toEqual([true, false, false, true, true, true, true, true]);
  });

  test('a change of the target branch that brings other commits is a push, too', async () => {
    const retarget = (id: number, commit: string) =>
      wireIteration(id, { reason: 'retarget', sourceRefCommit: { commitId: commit.repeat(40) } });
    scene.answer({ '/iterations': wireList(retarget(3, 'b'), retarget(2, 'b'), retarget(1, 'a')) });
    const found = await scene.door.readIterations(key);
    expect(found.map(({ id, isPush }) => [id, isPush])).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ]);
  });

  test('an iteration without its source commit is not passed over', async () => {
    scene.answer({
      '/iterations': wireList(wireIteration(1), wireIteration(2, { sourceRefCommit: undefined })),
      '/pullRequests/7': {},
    });
    expect(await failureOf(scene.door.readIterations(key))).toMatchObject({ kind: 'unexpected' });
  });

  test.each([400, 404])(
    'none, when the service answers %i and the pull request does not support them',
    async (status) => {
      let supportsIterations = false;
      scene.script = ({ path }) =>
        path.endsWith('/iterations')
          ? { status, json: { message: 'No.' } }
          : { json: wirePullRequest({ supportsIterations }) };
      await expect(scene.door.readIterations(key)).resolves.toEqual([]);
      supportsIterations = true;
      expect((await failureOf(scene.door.readIterations(key))).message).toContain('iterations');
    },
  );
});
