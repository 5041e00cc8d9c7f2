import type { z } from 'zod';

import { groupKey } from '../core/group-name';
import type { Group, Identity, Push, Reviewer } from '../core/snapshot';

import { reviewers } from './reviewers';
import { ordinary, ordinaryPullRequest } from './testing/ordinary-pull-request';

type Options = z.input<typeof reviewers.options>;

const MAINTAINERS = '[Shop]\\Maintainers';
const person = (name: string): Identity => ({ id: name, displayName: name, uniqueName: `${name}@contoso.com` });
const votes = (name: string, over: Partial<Reviewer> = {}): Reviewer => ({
  identity: person(name),
  isGroup: false,
  isRequired: false,
  vote: 'approved',
  votedAt: '2026-03-04T11:00:00.000Z',
  ...over,
});
const group = (...memberIds: string[]): Record<string, Group> => ({
  [groupKey(MAINTAINERS)]: { id: 'g', name: MAINTAINERS, memberIds },
});
const pushes: Push[] = [
  { iterationId: 1, by: ordinary.details.author, at: '2026-03-04T10:00:00.000Z', isPush: true },
  { iterationId: 2, by: person('Paul'), at: '2026-03-04T10:30:00.000Z', isPush: true },
];
const judge = (reviewing: Reviewer[], options: Options = {}, groups = group()) =>
  reviewers.evaluate(
    ordinaryPullRequest({ reviewers: reviewing, pushes, groups }, reviewers.needs),
    reviewers.options.parse(options),
  );
const asked = (minimum = 1): Options => ({ groups: [{ group: MAINTAINERS, minimum }] });

describe('approvals', () => {
  test.each<[string, Reviewer[], Options, string]>([
    ['enough', [votes('Rita')], {}, 'succeeded: 1 approval'],
    ['more than enough', [votes('Rita'), votes('Olga')], {}, 'succeeded: 2 approvals'],
    ['too few', [votes('Rita')], { minimum: 2 }, 'pending: 1 of 2 approvals'],
    ['none, and none asked for', [], { minimum: 0 }, 'succeeded: 0 approvals'],
    ['by who pushed', [votes('Paul')], {}, 'pending: 0 of 1 approval'],
    ['by who pushed, allowed', [votes('Paul')], { byOthers: false }, 'succeeded: 1 approval'],
    ['before the push', [votes('Rita', { votedAt: '2026-03-04T10:15:00.000Z' })], {}, 'pending: 0 of 1 approval'],
    ['of a group alone', [votes('Team', { isGroup: true })], {}, 'pending: 0 of 1 approval'],
    ['with suggestions', [votes('Rita', { vote: 'approvedWithSuggestions' })], {}, 'succeeded: 1 approval'],
    [
      'with suggestions, not wanted',
      [votes('Rita', { vote: 'approvedWithSuggestions' })],
      { withoutSuggestions: true },
      'pending: 0 of 1 approval',
    ],
    ['beside a rejection', [votes('Rita'), votes('Rex', { vote: 'rejected' })], {}, 'failed: rejected by "Rex"'],
    [
      'beside a rejection that nobody minds',
      [votes('Rita'), votes('Rex', { vote: 'rejected' })],
      { votesAgainst: 'ignore' },
      'succeeded: 1 approval',
    ],
    ['beside one who waits', [votes('Rita'), votes('Rex', { vote: 'waitingForAuthor' })], {}, 'succeeded: 1 approval'],
    [
      'beside one who waits, which counts',
      [votes('Rita'), votes('Rex', { vote: 'waitingForAuthor' })],
      { votesAgainst: 'waiting' },
      'failed: held by "Rex"',
    ],
    [
      "beside a group's row that repeats a rejection",
      [votes('Rita'), votes('Team', { vote: 'rejected', isGroup: true }), votes('Rex', { vote: 'rejected' })],
      {},
      'failed: rejected by "Rex"',
    ],
  ])('%s', (_, reviewing, options, says) => {
    const { state, description } = judge(reviewing, options);
    expect(`${state}: ${description}`).toBe(says);
  });
});

describe('groups', () => {
  test.each<[string, Reviewer[], string[], Options, string]>([
    ['a member approved', [votes('Rita')], ['Rita'], asked(), 'succeeded: 1 approval'],
    ['nobody of them did', [votes('Rita')], ['Olga'], asked(), 'pending: 0 of 1 approval by [Shop]\\Maintainers'],
    [
      'too few of them',
      [votes('Rita'), votes('Olga')],
      ['Rita'],
      asked(2),
      'pending: 1 of 2 approvals by [Shop]\\Maintainers',
    ],
    [
      'a member who pushed',
      [votes('Paul'), votes('Rita')],
      ['Paul'],
      asked(),
      'pending: 0 of 1 approval by [Shop]\\Maintainers',
    ],
    ['both too few and nobody of them', [], [], asked(), 'pending: 0 of 1 approval (+1 more)'],
  ])('%s', (_, reviewing, members, options, says) => {
    const { state, description } = judge(reviewing, options, group(...members));
    expect(`${state}: ${description}`).toBe(says);
  });

  test('are asked for only where some are named', () => {
    expect(reviewers.asks?.(reviewers.options.parse({}))).toEqual({ groups: [], spares: ['groups'] });
    expect(reviewers.asks?.(reviewers.options.parse(asked()))).toEqual({ groups: [MAINTAINERS], spares: [] });
  });

  test.each(['Maintainers', 'Shop\\Maintainers', '[Shop]Maintainers', '[Shop]\\', '@Maintainers'])(
    'are not called %s',
    (name) => {
      const { error } = reviewers.options.safeParse({ groups: [{ group: name }] });
      expect(error?.issues[0]?.message).toContain('write [Project]\\Name');
    },
  );
});

test('the author reads who did not count, and why', () => {
  const [finding] = judge([votes('Paul'), votes('Rita', { votedAt: null })]).findings;
  expect(finding).toEqual({
    severity: 'medium',
    key: 'minimum',
    message:
      '1 approval is asked for; none counts so far. Not counted: "Paul" pushed to it and "Rita" approved at a time that Azure DevOps does not tell.',
    help: 'Ask for a review of what is there now: who approved before resets the vote and approves again.',
  });
});

test('who pushed is not asked to approve again', () => {
  expect(judge([votes('Paul')]).findings).toEqual([
    expect.objectContaining({ help: 'Ask somebody else for a review.' }),
  ]);
});

test('where nobody can say who pushed, nobody is judged', () => {
  const input = ordinaryPullRequest({ pushes: [] }, reviewers.needs);
  expect(reviewers.evaluate(input, reviewers.options.parse({}))).toMatchObject({
    state: 'error',
    findings: [{ message: expect.stringContaining('keeps no iterations') }],
  });
  const content = reviewers.options.parse({ byOthers: false, afterLastPush: false });
  expect(reviewers.evaluate(input, content).state).toBe('succeeded');
});
