import { ada, author, key, wireList } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();

describe('readThreads', () => {
  test('wrapped properties, system threads, deleted comments', async () => {
    scene.answer({
      '/threads': wireList(
        {
          id: 5,
          status: 'wontFix',
          properties: {
            'Portcullis.Role': { $type: 'System.String', $value: 'summary' },
            plain: 'also',
            number: { $type: 'System.Int32', $value: 1 },
            ['__proto__']: { $type: 'System.String', $value: 'x' },
          },
          comments: [
            { id: 2, author, commentType: 'text', isDeleted: true, content: 'still there' },
            { id: 1, author, commentType: 'text', content: 'Hello', publishedDate: 'nonsense' },
          ],
          isDeleted: false,
        },
        { id: 4, comments: [{ id: 1, author: null, commentType: 'system', content: 'Ada voted' }], properties: null },
        {
          id: 6,
          status: 'closed',
          isDeleted: true,
          comments: [{ id: 1, isDeleted: true, author, commentType: 'codeChange' }],
        },
      ),
    });
    const threads = await scene.door.readThreads(key);
    expect(threads).toEqual([
      {
        id: 4,
        status: 'unknown',
        isDeleted: false,
        properties: {},
        comments: [
          {
            id: 1,
            author: { id: '', displayName: '', uniqueName: '' },
            content: 'Ada voted',
            isDeleted: false,
            isSystem: true,
          },
        ],
      },
      expect.objectContaining({
        id: 5,
        status: 'wontFix',
        comments: [
          { id: 1, author: ada, content: 'Hello', isDeleted: false, isSystem: false },
          { id: 2, author: ada, content: '', isDeleted: true, isSystem: false },
        ],
      }),
      expect.objectContaining({
        id: 6,
        status: 'closed',
        isDeleted: true,
        comments: [expect.objectContaining({ isSystem: true, content: '' })],
      }),
    ]);
    expect(Object.getPrototypeOf(threads[1]?.properties)).toBe(Object.prototype);
    expect(threads[1]?.properties).toMatchObject({ 'Portcullis.Role': 'summary', plain: 'also' });
    expect(threads[1]?.properties).not.toHaveProperty('number');
  });

  test('words that are not known command and waive nothing, and are logged once', async () => {
    scene.answer({
      '/threads': wireList(
        ...[1, 2].map((id) => ({ id, status: 'parked', comments: [{ id: 1, commentType: 'poll' }] })),
      ),
    });
    const threads = await scene.door.readThreads(key);
    expect(threads.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
    expect(threads[0]?.comments[0]?.isSystem).toBe(true);
    expect(threads.map(({ isUnclear }) => isUnclear)).toEqual([true, true]);
    expect(scene.log.lines).toHaveLength(2);
  });

  test.each<[string, Record<string, unknown>, boolean]>([
    ['no status, as threads of the service have none', { comments: [{ id: 1, commentType: 'system' }] }, false],
    ['words that are known', { status: 'active', comments: [{ id: 1, commentType: 'text' }] }, false],
    ['an unknown status', { status: 'parked', comments: [{ id: 1, commentType: 'text' }] }, true],
    [
      'an unknown kind of comment first',
      { status: 'active', comments: [{ id: 2 }, { id: 1, commentType: 'poll' }] },
      true,
    ],
    [
      'an unknown kind of comment in reply',
      { status: 'active', comments: [{ id: 2, commentType: 'poll' }, { id: 1 }] },
      false,
    ],
  ])('what a gate may not guess about is marked: %s', async (_, thread, isUnclear) => {
    scene.answer({ '/threads': wireList({ id: 1, ...thread }) });
    const [read] = await scene.door.readThreads(key);
    expect(read?.isUnclear ?? false).toBe(isUnclear);
  });
});
