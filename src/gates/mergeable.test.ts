import type { Outcome } from '../core/gate';
import type { BehindTarget, MergeAttempt } from '../core/snapshot';

import { mergeable } from './mergeable';
import { ordinaryPullRequest } from './testing/ordinary-pull-request';

type Options = Parameters<typeof mergeable.options.parse>[0];

/** Noon of the 4th of March 2026, as ordinaryPullRequest says. */
const judge = (
  status: MergeAttempt['status'],
  behind: BehindTarget = { commits: 0, sharedAt: null },
  options: Options = {},
): Outcome =>
  mergeable.evaluate(
    ordinaryPullRequest({ merge: { status }, behind }, mergeable.needs),
    mergeable.options.parse(options),
  );

describe('what Azure DevOps says of the merge', () => {
  test.each<[MergeAttempt['status'], string, string]>([
    ['succeeded', 'succeeded', 'merges'],
    ['rejectedByPolicy', 'succeeded', 'merges'],
    ['conflicts', 'failed', 'conflicts with the target branch'],
    ['queued', 'pending', 'not known yet'],
    ['notSet', 'pending', 'not known yet'],
    ['failure', 'error', 'the merge could not be tried out'],
  ])('%s: %s', (status, state, description) => {
    expect(judge(status)).toMatchObject({ state, description });
  });

  test('a merge that is being tried out is looked at again, should nobody tell how it ended', () => {
    expect(judge('queued').validUntil).toEqual(new Date('2026-03-04T12:05:00Z'));
    expect(judge('succeeded').validUntil).toBeUndefined();
  });
});

describe('how far behind', () => {
  const behind = (commits: number, sharedAt: string | null): BehindTarget => ({ commits, sharedAt });
  test.each<[string, BehindTarget, Options, string, string]>([
    ['nothing asked', behind(900, '2020-01-01T00:00:00Z'), {}, 'succeeded', 'merges, 900 commits behind'],
    ['as many as allowed', behind(5, null), { maximumCommitsBehind: 5 }, 'succeeded', 'merges, 5 commits behind'],
    ['one too many', behind(6, null), { maximumCommitsBehind: 5 }, 'failed', '6 > 5 commits behind'],
    ['none allowed', behind(1, null), { maximumCommitsBehind: 0 }, 'failed', '1 > 0 commits behind'],
    [
      'as old as allowed',
      behind(1, '2026-02-25T12:00:00Z'),
      { maximumDaysBehind: 7 },
      'succeeded',
      'merges, 1 commit behind',
    ],
    [
      'a second older',
      behind(1, '2026-02-25T11:59:59Z'),
      { maximumDaysBehind: 7 },
      'failed',
      'more than 7 days behind',
    ],
    ['old, and nothing is missing', behind(0, null), { maximumDaysBehind: 7 }, 'succeeded', 'merges'],
  ])('%s', (_, given, options, state, description) => {
    expect(judge('succeeded', given, options)).toMatchObject({ state, description });
  });

  test('holds only until the shared commit is too old', () => {
    const { state, validUntil } = judge('succeeded', behind(1, '2026-03-01T00:00:00Z'), { maximumDaysBehind: 7 });
    expect([state, validUntil]).toEqual(['succeeded', new Date('2026-03-08T00:00:00.001Z')]);
  });

  test('is told together with conflicts, and before a merge that is being tried out', () => {
    const options = { maximumCommitsBehind: 0 };
    expect(judge('conflicts', behind(1, null), options).findings.map(({ key }) => key)).toEqual([
      'conflicts',
      'maximumCommitsBehind',
    ]);
    expect(judge('queued', behind(1, null), options).state).toBe('failed');
  });
});

test('an author is told what to do', () => {
  const given = { commits: 1, sharedAt: '2026-02-01T12:00:00Z' };
  expect(judge('conflicts', given, { maximumCommitsBehind: 0, maximumDaysBehind: 14 }).findings).toMatchObject([
    {
      message: 'The source branch conflicts with the target branch, so it cannot be merged.',
      help: 'Merge the target branch into the source branch, resolve the conflicts there, and push.',
    },
    { message: '1 commit of the target branch is missing here; at most 0 may be.' },
    {
      message:
        'The target branch has moved on, and the newest commit that both branches share is of 2026-02-01; it may be at most 14 days old.',
      help: 'Merge the target branch into the source branch, or rebase onto it, and push.',
    },
  ]);
});
