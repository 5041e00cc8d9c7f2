import type { Outcome } from '../core/gate';
import type { OpenThread } from '../core/snapshot';

import { comments } from './comments';
import { ordinaryPullRequest } from './testing/ordinary-pull-request';

type Options = Parameters<typeof comments.options.parse>[0];

const judge = (openThreads: OpenThread[], options: Options = {}): Outcome =>
  comments.evaluate(ordinaryPullRequest({ openThreads }, comments.needs), comments.options.parse(options));

const id = (number: number) => `44444444-4444-4444-8444-00000000000${number}`;
const by = (displayName: string, number = 1): OpenThread => ({
  id: number,
  author: { id: id(number), displayName, uniqueName: `person${number}@contoso.com` },
});

describe('how many are open', () => {
  test.each<[string, OpenThread[], Options, string, string]>([
    ['none', [], {}, 'succeeded', 'none open'],
    ['one', [by('Rita')], {}, 'failed', '1 open'],
    ['as many as allowed', [by('Rita'), by('Bo', 2)], { maximum: 2 }, 'succeeded', '2 open, 2 allowed'],
    ['one too many', [by('Rita'), by('Bo', 2)], { maximum: 1 }, 'failed', '2 open, 1 allowed'],
    ['an account by name', [by('Bot')], { ignoreAuthors: ['PERSON1@contoso.com'] }, 'succeeded', 'none open'],
    ['an account by id', [by('Bot')], { ignoreAuthors: [id(1).toUpperCase()] }, 'succeeded', 'none open'],
    ['never by display name', [by('Bot')], { ignoreAuthors: ['Bot'] }, 'failed', '1 open'],
    ['another account', [by('Bot'), by('Rita', 2)], { ignoreAuthors: [id(1)] }, 'failed', '1 open'],
  ])('%s', (_, open, options, state, description) => {
    expect(judge(open, options)).toMatchObject({ state, description });
  });
});

test('an author is told whose, and what to do', () => {
  expect(judge([by('Rita'), by('Rita', 2), by('Bo', 3)]).findings).toEqual([
    {
      severity: 'medium',
      key: 'maximum',
      message: '3 comment threads, begun by "Rita" and "Bo", are still open.',
      help: 'Answer each, and set it to resolved, won\'t fix or closed when its question is settled; then comment "/gate re-run", as changing a thread is noticed only later otherwise.',
    },
  ]);
  expect(judge([by('Rita'), by('Bo', 2)], { maximum: 1 }).findings[0]?.message).toBe(
    '2 comment threads, begun by "Rita" and "Bo", are still open; at most 1 may be.',
  );
  const many = Array.from({ length: 8 }, (_, index) => by(`Person ${index}`, index));
  expect(judge(many).findings[0]?.message).toContain('"Person 4" and 3 others, are still open.');
});

test('a hostile name is a quotation', () => {
  expect(judge([by('`](http://evil.example)\n# x')]).findings[0]?.message).toBe(
    '1 comment thread, begun by "\'](http://evil.example) # x", is still open.',
  );
});
