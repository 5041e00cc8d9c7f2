import { openThreads } from './open-threads';
import type { Thread } from './ports';
import { key } from './testing/samples';

const author = { id: 'rita', displayName: 'Rita', uniqueName: 'rita@contoso.com' };
const gate = { ...author, id: 'gate' };

const comment = (id: number, content = 'Why?', more: Partial<Thread['comments'][number]> = {}) => ({
  id,
  author,
  content,
  isDeleted: false,
  isSystem: false,
  ...more,
});
const thread = (more: Partial<Thread> = {}): Thread => ({
  id: 5,
  status: 'active',
  isDeleted: false,
  properties: {},
  comments: [comment(1)],
  ...more,
});
const isOurs = ({ comments }: Thread): boolean => comments[0]?.author.id === 'gate';
const open = (given: Thread): number => openThreads(key, [given], isOurs).length;

describe('which threads wait for somebody', () => {
  test.each<[string, Thread, number]>([
    ['active', thread(), 1],
    ['pending', thread({ status: 'pending' }), 1],
    ['fixed', thread({ status: 'fixed' }), 0],
    ["won't fix", thread({ status: 'wontFix' }), 0],
    ['closed', thread({ status: 'closed' }), 0],
    ['by design', thread({ status: 'byDesign' }), 0],
    ['without a status', thread({ status: 'unknown' }), 0],
    ['deleted', thread({ isDeleted: true }), 0],
    ['of the service', thread({ comments: [comment(1, 'voted', { isSystem: true })] }), 0],
    ['ours, with a reply', thread({ comments: [comment(1, 'Summary', { author: gate }), comment(2)] }), 0],
    ['with our reply', thread({ comments: [comment(1), comment(2, 'Judged again.', { author: gate })] }), 1],
    ['whose first comment is gone', thread({ comments: [comment(1, '', { isDeleted: true }), comment(2)] }), 1],
    ['a command', thread({ comments: [comment(1, '/gate re-run')] }), 0],
    ['a command in a discussion', thread({ comments: [comment(1), comment(2, '/gate re-run')] }), 1],
    ['a discussion that begins with a command', thread({ comments: [comment(1, '/gate re-run'), comment(2)] }), 1],
    ['without comments', thread({ comments: [] }), 0],
  ])('%s: %#', (_, given, expected) => {
    expect(open(given)).toBe(expected);
  });
});

test('who began it, and nothing that changes while it stands', () => {
  const others = { ...author, id: 'bo' };
  const given = thread({ comments: [comment(1), comment(2, 'Because.', { author: others })] });
  expect(openThreads(key, [given], isOurs)).toEqual([{ id: 5, author }]);
});

test('what is not understood is not guessed, unless it is nobody’s question anyway', () => {
  const unclear = { status: 'unknown', isUnclear: true } as const;
  expect(() => open(thread(unclear))).toThrow(/^Comment thread 5 of pull request 7 has a status/);
  expect(open(thread({ ...unclear, isDeleted: true }))).toBe(0);
  expect(open(thread({ ...unclear, comments: [comment(1, 'Summary', { author: gate })] }))).toBe(0);
});
