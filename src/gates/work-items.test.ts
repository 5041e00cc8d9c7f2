import type { Outcome } from '../core/gate';
import type { LinkedWorkItem } from '../core/snapshot';

import { ordinaryPullRequest } from './testing/ordinary-pull-request';
import { workItems } from './work-items';

type Options = Parameters<typeof workItems.options.parse>[0];

const judge = (linked: LinkedWorkItem[], options: Options = {}): Outcome =>
  workItems.evaluate(ordinaryPullRequest({ workItems: linked }, workItems.needs), workItems.options.parse(options));

const item = (id: number, type = 'User Story', state = 'Active', title = 'Vouchers'): LinkedWorkItem => ({
  id,
  type,
  state,
  title,
});

describe('how many count', () => {
  test.each<[string, LinkedWorkItem[], Options, string, string]>([
    ['none', [], {}, 'failed', 'none linked'],
    ['one', [item(1)], {}, 'succeeded', '1 linked'],
    ['three', [item(1), item(2), item(3)], {}, 'succeeded', '3 linked'],
    ['one of two', [item(1)], { minimum: 2 }, 'failed', '1 of 2 linked'],
    ['two of two', [item(1), item(2)], { minimum: 2 }, 'succeeded', '2 linked'],
    ['a wrong type', [item(9, 'Task')], { allowedTypes: ['Bug'] }, 'failed', '#9 is a Task (+1 more)'],
    ['a wrong state', [item(9, 'Bug', 'Closed')], { allowedStates: ['New'] }, 'failed', '#9 is Closed (+1 more)'],
    [
      'another case is the same name',
      [item(1)],
      { allowedTypes: ['user story'], allowedStates: ['ACTIVE'] },
      'succeeded',
      '1 linked',
    ],
    [
      'the wrong ones do not matter when enough count',
      [item(1), item(2, 'Task')],
      { allowedTypes: ['User Story'] },
      'succeeded',
      '1 linked',
    ],
    [
      'type is looked at before state',
      [item(1, 'Task', 'Closed')],
      { allowedTypes: ['Bug'], allowedStates: ['New'] },
      'failed',
      '#1 is a Task (+1 more)',
    ],
    [
      'wrong ones and too few',
      [item(1), item(2, 'Task')],
      { minimum: 2, allowedTypes: ['User Story'] },
      'failed',
      '#2 is a Task (+1 more)',
    ],
  ])('%s', (_, linked, options, state, description) => {
    expect(judge(linked, options)).toMatchObject({ state, description });
  });
});

test('an author without work items is told what to link', () => {
  expect(judge([], { allowedTypes: ['User Story', 'Bug'], allowedStates: ['Active'] }).findings).toEqual([
    {
      severity: 'medium',
      key: 'minimum',
      message: 'No work item is linked.',
      help: 'Add one of type "User Story" or "Bug" and in state "Active" on the pull request\'s page, under "Work items".',
    },
  ]);
  expect(judge([], { minimum: 3 }).findings[0]?.help).toBe('Add 3 on the pull request\'s page, under "Work items".');
});

test('each work item that does not count is told, and what is still missing', () => {
  const outcome = judge([item(12, 'Bug', 'Closed', 'Basket loses `items`'), item(13, 'Epic')], {
    minimum: 2,
    allowedTypes: ['User Story', 'Bug'],
    allowedStates: ['New', 'Active'],
  });
  expect(outcome.findings.map(({ key, message }) => [key, message])).toEqual([
    ['state 12', 'Work item 12, "Basket loses \'items\'", is in state "Closed"; only "New" or "Active" counts.'],
    ['type 13', 'Work item 13, "Vouchers", is of type "Epic"; only "User Story" or "Bug" counts.'],
    ['minimum', 'No linked work item counts; 2 are asked for.'],
  ]);
  expect(judge([item(1)], { minimum: 3, allowedTypes: ['Bug', 'User Story'] }).findings[0]).toMatchObject({
    message: '1 linked work item counts; 3 are asked for.',
    help: 'Add 2 more of type "Bug" or "User Story" on the pull request\'s page, under "Work items".',
  });
});

test('findings stay the same when titles, states and limits change', () => {
  const options = { allowedStates: ['Active'] };
  const before = judge([item(5, 'Bug', 'New', 'before')], options).findings.map(({ key }) => key);
  const after = judge([item(5, 'Bug', 'Closed', 'after')], { ...options, minimum: 4 }).findings.map(({ key }) => key);
  expect(before).toEqual(['state 5', 'minimum']);
  expect(after).toEqual(before);
});

test('hostile names of types, states and titles are quoted on one line without a back-tick', () => {
  const evil = '`](http://evil.example)\n# <img> \u0000'.repeat(10);
  const outcomes = [
    judge([item(1, evil, 'Active', evil)], { allowedTypes: ['Bug'] }),
    judge([item(1, 'Bug', evil, evil)], { allowedStates: ['Active'] }),
  ];
  for (const { description, findings } of outcomes) {
    for (const text of [description, ...findings.flatMap(({ message, help }) => [message, help ?? ''])]) {
      expect(text).not.toMatch(/[`\p{Cc}]/u);
      expect(text.length).toBeLessThan(400);
    }
  }
});
