import { ada, author, key, wireList } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();

describe('readStatuses', () => {
  test('oldest first, of iterations and of the whole', async () => {
    scene.answer({
      '/statuses': wireList(
        {
          id: 3,
          iterationId: 2,
          state: 'succeeded',
          description: 'ok',
          context: { genre: 'portcullis', name: 'verdict' },
          createdBy: author,
          targetUrl: 'https://x/',
        },
        { id: 1, state: 'notApplicable', context: { name: 'lint' } },
        {
          id: 2,
          iterationId: 0,
          state: 1,
          description: null,
          context: { name: 'build', genre: null },
          createdBy: null,
        },
      ),
    });
    const nobody = { id: '', displayName: '', uniqueName: '' };
    await expect(scene.door.readStatuses(key)).resolves.toEqual([
      {
        id: 1,
        iterationId: null,
        genre: '',
        name: 'lint',
        state: 'notApplicable',
        description: '',
        targetUrl: null,
        author: nobody,
      },
      {
        id: 2,
        iterationId: null,
        genre: '',
        name: 'build',
        state: 'pending',
        description: '',
        targetUrl: null,
        author: nobody,
      },
      {
        id: 3,
        iterationId: 2,
        genre: 'portcullis',
        name: 'verdict',
        state: 'succeeded',
        description: 'ok',
        targetUrl: 'https://x/',
        author: ada,
      },
    ]);
  });

  test("another tool's state that is not known succeeds for nobody and is logged once", async () => {
    const row = { id: 1, state: 'quantum', context: { name: 'x' } };
    scene.answer({
      '/statuses': wireList(
        row,
        { ...row, id: 2, state: 'partiallySucceeded' },
        { ...row, id: 3 },
        { ...row, id: 4, state: undefined },
      ),
    });
    const states = (await scene.door.readStatuses(key)).map(({ state }) => state);
    expect(states).toEqual(['notSet', 'failed', 'notSet', 'notSet']);
    expect(scene.log.lines.map(({ fields }) => fields?.['value'])).toEqual(['quantum']);
  });
});
