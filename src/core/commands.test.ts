import { findCommands, type CommandThread } from './commands';

const GATE = 'gate';
const ours = new Set([GATE, 'gate before']);

type Comment = CommandThread['comments'][number];
const comment = (id: number, content: string, over: Partial<Comment> = {}): Comment => ({
  id,
  authorId: 'ada',
  content,
  isDeleted: false,
  isSystem: false,
  ...over,
});
const thread = (...comments: Comment[]): CommandThread => ({ id: 12, isDeleted: false, comments });
const found = (...threads: CommandThread[]) => findCommands(threads, ours);

describe('what asks for another run', () => {
  test.each([
    '/gate re-run',
    '/gate rerun',
    '/Gate RE-RUN',
    '/gate\tre-run',
    '/gate   re-run  ',
    '/gate re-run\n',
    '/gate re-run\r\nI have linked the work item.',
  ])('%j', (content) => {
    expect(found(thread(comment(1, content)))).toEqual([
      { threadId: 12, commentId: 1, isWholeThread: true, name: 're-run' },
    ]);
  });
});

describe('what does not', () => {
  test.each([
    ['something said before it', 'Please /gate re-run'],
    ['white space before it', ' /gate re-run'],
    ['on the second line', 'Thanks!\n/gate re-run'],
    ['on the second line of Windows', '\r\n/gate re-run'],
    ['quoted', '> /gate re-run'],
    ['code', '`/gate re-run`'],
    ['a block of code', '```\n/gate re-run\n```'],
    ['indented code', '    /gate re-run'],
    ['a list item', '- /gate re-run'],
    ['more on the line', '/gate re-run now'],
    ['a full stop', '/gate re-run.'],
    ['half of it', '/gate'],
    ['another command', '/gate explain'],
    ['another word', '/gates re-run'],
    ['one word', '/gatere-run'],
    ['two words for one', '/gate re run'],
    ['on two lines', '/gate\nre-run'],
    ['nothing', ''],
  ])('%s', (_, content) => {
    expect(found(thread(comment(1, content)))).toEqual([]);
  });

  test.each<[string, Partial<Comment>]>([
    ['deleted', { isDeleted: true }],
    ["Azure DevOps' own", { isSystem: true }],
    ['ours', { authorId: GATE }],
    ['ours under an account of before', { authorId: 'gate before' }],
  ])('a comment that is %s', (_, over) => {
    expect(found(thread(comment(1, '/gate re-run', over)))).toEqual([]);
  });

  test('a thread that is deleted', () => {
    expect(found({ ...thread(comment(1, '/gate re-run')), isDeleted: true })).toEqual([]);
  });

  test('one that was edited away', () => {
    expect(found(thread(comment(1, 'never mind')))).toEqual([]);
  });
});

describe('answered means that one of us wrote after it', () => {
  test.each<[string, Comment[], number | undefined]>([
    ['asked', [comment(1, 'Hm.'), comment(2, '/gate re-run')], 2],
    ['answered', [comment(1, '/gate re-run'), comment(2, 'Judged.', { authorId: GATE })], undefined],
    [
      'answered by a former account',
      [comment(1, '/gate re-run'), comment(2, 'Judged.', { authorId: 'gate before' })],
      undefined,
    ],
    ['answered by somebody else', [comment(1, '/gate re-run'), comment(2, 'Judged.', { authorId: 'bob' })], 1],
    [
      'asked again after the answer',
      [comment(1, '/gate re-run'), comment(2, 'Judged.', { authorId: GATE }), comment(3, '/gate re-run')],
      3,
    ],
    [
      'an answer that is deleted is an answer',
      [comment(1, '/gate re-run'), comment(2, '', { authorId: GATE, isDeleted: true })],
      undefined,
    ],
    ['asked three times', [comment(1, '/gate re-run'), comment(2, '/gate re-run'), comment(3, '/gate rerun')], 3],
    ['in our own thread', [comment(1, '### 1 gate blocks', { authorId: GATE }), comment(2, '/gate re-run')], 2],
    ['listed in another order', [comment(2, 'Judged.', { authorId: GATE }), comment(1, '/gate re-run')], undefined],
    ['listed in another order, unanswered', [comment(3, '/gate re-run'), comment(2, 'Judged.', { authorId: GATE })], 3],
  ])('%s', (_, comments, commentId) => {
    expect(found(thread(...comments)).map((command) => command.commentId)).toEqual(
      commentId === undefined ? [] : [commentId],
    );
  });

  test('one answer for each thread, in their order', () => {
    const other = { ...thread(comment(1, '/gate re-run'), comment(2, '/gate re-run')), id: 13 };
    const quiet = { ...thread(comment(1, 'LGTM')), id: 14 };
    expect(found(thread(comment(1, '/gate re-run')), other, quiet)).toEqual([
      { threadId: 12, commentId: 1, isWholeThread: true, name: 're-run' },
      { threadId: 13, commentId: 2, isWholeThread: true, name: 're-run' },
    ]);
  });
});

describe('a thread is the command as a whole', () => {
  test.each<[string, Comment[], boolean]>([
    ['when nothing else was said', [comment(1, '/gate re-run')], true],
    ['when it was said twice', [comment(1, '/gate re-run'), comment(2, '/gate re-run')], true],
    ['not when people talk in it', [comment(1, 'Why?'), comment(2, '/gate re-run')], false],
    ['not when somebody says something after it', [comment(1, '/gate re-run'), comment(2, 'Thanks')], false],
    ['not when it is ours', [comment(1, '### Gates', { authorId: GATE }), comment(2, '/gate re-run')], false],
    [
      'not when the command came again after an answer and a word',
      [
        comment(1, '/gate re-run'),
        comment(2, 'Judged.', { authorId: GATE }),
        comment(3, 'Really?'),
        comment(4, '/gate re-run'),
      ],
      false,
    ],
  ])('%s', (_, comments, isWholeThread) => {
    expect(found(thread(...comments)).map((command) => command.isWholeThread)).toEqual([isWholeThread]);
  });
});
