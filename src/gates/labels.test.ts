import type { Outcome } from '../core/gate';

import { labels } from './labels';
import { ordinaryPullRequest } from './testing/ordinary-pull-request';

type Options = Parameters<typeof labels.options.parse>[0];

const judge = (present: string[], options: Options = {}): Outcome =>
  labels.evaluate(ordinaryPullRequest({ labels: present }, labels.needs), labels.options.parse(options));

describe('required, forbidden, one of, exactly one of', () => {
  test.each<[string, string[], Options, string, string]>([
    ['none, and none asked for', [], {}, 'succeeded', 'no labels'],
    ['one, and none asked for', ['backend'], {}, 'succeeded', '1 label'],
    ['required and there', ['a', 'b'], { required: ['a', 'b'] }, 'succeeded', '2 labels'],
    ['in another case', ['Backend'], { required: ['backEND'] }, 'succeeded', '1 label'],
    ['one of two missing', ['a'], { required: ['a', 'b'] }, 'failed', '"b" is missing'],
    ['both missing', [], { required: ['a', 'b'] }, 'failed', '"a" is missing (+1 more)'],
    ['missing, told once', [], { required: ['a', 'A'] }, 'failed', '"a" is missing'],
    ['part of a name', ['backend'], { required: ['back'] }, 'failed', '"back" is missing'],
    ['forbidden by default', ['WIP'], {}, 'failed', '"WIP" is set'],
    ['forbidden elsewhere', ['wip'], { forbidden: [] }, 'succeeded', '1 label'],
    ['forbidden here', ['hold'], { forbidden: ['Hold'] }, 'failed', '"hold" is set'],
    ['any, first', ['a'], { anyOf: ['a', 'b'] }, 'succeeded', '1 label'],
    ['any, both', ['a', 'b'], { anyOf: ['a', 'b'] }, 'succeeded', '2 labels'],
    ['any, none', ['c'], { anyOf: ['a', 'b'] }, 'failed', 'none of "a" and "b" is set'],
    ['exactly one', ['A', 'c'], { exactlyOneOf: ['a', 'b'] }, 'succeeded', '2 labels'],
    ['exactly one, none', ['c'], { exactlyOneOf: ['a', 'b'] }, 'failed', 'none of "a" and "b" is set'],
    ['exactly one, two', ['a', 'b'], { exactlyOneOf: ['a', 'b'] }, 'failed', '2 of "a" and "b" are set'],
    ['exactly one, named twice', ['a'], { exactlyOneOf: ['a', 'A', 'b'] }, 'succeeded', '1 label'],
  ])('%s', (_, present, options, state, description) => {
    expect(judge(present, options)).toMatchObject({ state, description });
  });
});

test('an author is told which, and where to change it', () => {
  const options = { required: ['Docs'], anyOf: ['a', 'b'], exactlyOneOf: ['s', 'm', 'l'], forbidden: ['hold'] };
  expect(judge(['hold', 's', 'l'], options).findings.map(({ key, message, help }) => [key, message, help])).toEqual([
    [
      'required docs',
      'The label "Docs" is missing.',
      'Add it on the pull request\'s page, under "Tags", once it is true of this change.',
    ],
    [
      'anyOf',
      'None of the labels "a" and "b" is set; at least one is asked for.',
      'Add "a" or "b" on the pull request\'s page, under "Tags".',
    ],
    [
      'exactlyOneOf',
      'Exactly one of the labels "s", "m" and "l" is asked for; "s" and "l" are set.',
      'Leave the one that fits, and take the others off on the pull request\'s page, under "Tags".',
    ],
    [
      'forbidden hold',
      'The label "hold" is set, with which these settings let nothing be merged.',
      'Take it off on the pull request\'s page, under "Tags", once it is no longer true.',
    ],
  ]);
  expect(judge([], { exactlyOneOf: ['s', 'm'] }).findings[0]?.message).toBe(
    'Exactly one of the labels "s" and "m" is asked for; none is set.',
  );
});

test('findings stay the same when the case of a label changes', () => {
  const keys = (present: string[]) => judge(present).findings.map(({ key }) => key);
  expect(keys(['WIP'])).toEqual(keys(['wip']));
});

test('a hostile label is a quotation on one line', () => {
  const { description, findings } = judge(['`](http://evil.example)\n# x'.repeat(9)], {
    forbidden: ['`](http://evil.example)\n# x'.repeat(9).slice(0, 200)],
  });
  for (const text of [description, ...findings.flatMap(({ message }) => [message])]) expect(text).not.toMatch(/[`\n]/);
  const [evil] = judge(['`evil`'], { forbidden: ['`evil`'] }).findings;
  expect(evil?.message).toContain('"\'evil\'"');
});
