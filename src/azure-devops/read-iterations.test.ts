import { failureOf, key, wireIteration, wireList, wirePullRequest } from './testing/fixtures';
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
      },
      expect.objectContaining({ id: 2, hasMultipleMergeBases: true }),
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
