import {
  planSummary,
  SUMMARY,
  summaryThreadId,
  THREAD_KIND,
  type ThreadOperation,
  type ThreadRow,
} from './plan-threads';

const wanted = { content: '### All gates passed', status: 'closed' } as const;
const marker = { [THREAD_KIND]: SUMMARY };

/** A summary thread as it stands after we created it with what is wanted. */
const summary = (id: number, over: Partial<ThreadRow> = {}, authorId = 'us'): ThreadRow => ({
  id,
  status: wanted.status,
  isDeleted: false,
  properties: marker,
  comments: [{ id: 1, authorId, content: wanted.content, isDeleted: false }],
  ...over,
});

const reply = (authorId: string) => ({ id: 2, authorId, content: 'Why?', isDeleted: false });
const comment = (content: string, authorId = 'us') => ({ id: 1, authorId, content, isDeleted: false });

const plan = (threads: ThreadRow[], identities: string[] = ['us']): ThreadOperation[] =>
  planSummary(threads, wanted, true, 'us', identities);

const create: ThreadOperation = { kind: 'createThread', ...wanted, properties: marker };

describe('there is one summary thread with the wanted text', () => {
  test('the first one is created', () => {
    expect(plan([])).toEqual([create]);
  });

  test('one that stands as wanted is left alone: a second run writes nothing', () => {
    expect(plan([summary(5)])).toEqual([]);
    expect(plan([summary(5, { comments: [comment(wanted.content), reply('human')] })])).toEqual([]);
  });

  test('another text is edited in place', () => {
    expect(plan([summary(5, { comments: [comment('old'), reply('human')] })])).toEqual([
      { kind: 'updateComment', threadId: 5, commentId: 1, content: wanted.content },
    ]);
  });

  test.each(['active', 'fixed', 'wontFix', 'byDesign', 'pending', 'unknown'])('status %s is set right', (status) => {
    expect(plan([summary(5, { status })])).toEqual([{ kind: 'updateThreadStatus', threadId: 5, status: 'closed' }]);
  });

  test('text and status together', () => {
    expect(plan([summary(5, { status: 'active', comments: [comment('old')] })])).toEqual([
      { kind: 'updateComment', threadId: 5, commentId: 1, content: wanted.content },
      { kind: 'updateThreadStatus', threadId: 5, status: 'closed' },
    ]);
  });

  test('the text is that of the first comment, whatever order the comments are listed in', () => {
    expect(plan([summary(5, { comments: [reply('human'), comment(wanted.content)] })])).toEqual([]);
  });
});

describe('whether a summary is begun', () => {
  test('nothing to say and none there: nothing is written', () => {
    expect(planSummary([], wanted, false, 'us', ['us'])).toEqual([]);
  });

  test('nothing to say, but one stands: it is kept true', () => {
    const standing = summary(5, { status: 'active', comments: [comment('1 gate blocks')] });
    expect(planSummary([standing], wanted, false, 'us', ['us'])).toEqual([
      { kind: 'updateComment', threadId: 5, commentId: 1, content: wanted.content },
      { kind: 'updateThreadStatus', threadId: 5, status: 'closed' },
    ]);
  });

  test('the settings want none: one that stands is closed and keeps its text, and none is begun', () => {
    expect(planSummary([], undefined, true, 'us', ['us'])).toEqual([]);
    const standing = summary(5, { status: 'active', comments: [comment('old')] });
    expect(planSummary([standing], undefined, true, 'us', ['us'])).toEqual([
      { kind: 'updateThreadStatus', threadId: 5, status: 'closed' },
    ]);
    expect(planSummary([summary(5, { comments: [comment('old')] })], undefined, true, 'us', ['us'])).toEqual([]);
  });
});

describe('doubles are folded', () => {
  test('the oldest stays, the others lose their text', () => {
    expect(plan([summary(9), summary(5), summary(7)])).toEqual([
      { kind: 'deleteComment', threadId: 7, commentId: 1 },
      { kind: 'deleteComment', threadId: 9, commentId: 1 },
    ]);
  });

  test('a double that is still active is closed first, as a reply in it would keep it standing', () => {
    expect(plan([summary(5), summary(7, { status: 'active' })])).toEqual([
      { kind: 'updateThreadStatus', threadId: 7, status: 'closed' },
      { kind: 'deleteComment', threadId: 7, commentId: 1 },
    ]);
  });

  test('a folded double with replies is not ours any more', () => {
    const folded = summary(7, { comments: [{ ...comment(''), isDeleted: true }, reply('human')] });
    expect(plan([summary(5), folded])).toEqual([]);
  });
});

describe('threads of other people are never touched', () => {
  test.each<[string, ThreadRow]>([
    ['a planted marker', summary(3, { status: 'active' }, 'mallory')],
    ['a planted marker under which we replied', summary(3, { comments: [comment('x', 'mallory'), reply('us')] })],
    ['an ordinary thread', summary(3, { properties: {}, status: 'active' }, 'human')],
    ['a thread of ours that is no summary', summary(3, { properties: { [THREAD_KIND]: 'finding' } })],
    ['another property', summary(3, { properties: { 'Other.Kind': SUMMARY } })],
    ['a thread without comments', summary(3, { comments: [] })],
  ])('%s', (_, thread) => {
    expect(plan([thread])).toEqual([create]);
    expect(plan([thread, summary(5)])).toEqual([]);
    expect(summaryThreadId([thread], 'us')).toBeUndefined();
  });

  test.each<[string, Partial<ThreadRow>]>([
    ['a deleted thread', { isDeleted: true }],
    ['a deleted first comment', { comments: [{ ...comment(''), isDeleted: true }, reply('us')] }],
  ])('%s is gone: a new one is begun', (_, over) => {
    expect(plan([summary(3, over)])).toEqual([create]);
    expect(summaryThreadId([summary(3, over)], 'us')).toBeUndefined();
  });
});

describe('the connection posts as another identity now', () => {
  const former = summary(3, { status: 'active', comments: [comment('old', 'former')] });

  test("the former identity's summary is closed, and a new one begun", () => {
    expect(plan([former], ['us', 'former'])).toEqual([
      create,
      { kind: 'updateThreadStatus', threadId: 3, status: 'closed' },
    ]);
  });

  test('once: afterwards nothing is written', () => {
    expect(plan([{ ...former, status: 'closed' }, summary(8)], ['us', 'former'])).toEqual([]);
  });

  test('an identity that the connection never had stays a stranger', () => {
    expect(plan([former], ['us'])).toEqual([create]);
  });

  test('statuses lead to our own summary, not to the former one', () => {
    expect(summaryThreadId([former, summary(8)], 'us')).toBe(8);
    expect(summaryThreadId([former], 'us')).toBeUndefined();
  });
});

test('statuses lead to the oldest summary, which is the one that stays', () => {
  expect(summaryThreadId([summary(9), summary(5)], 'us')).toBe(5);
  expect(summaryThreadId([], 'us')).toBeUndefined();
});
