import { groupKey } from '../core/group-name';

import type { Outcome } from '../core/gate';

import { targetBranch } from './target-branch';
import { ordinary, ordinaryPullRequest } from './testing/ordinary-pull-request';

type Options = Parameters<typeof targetBranch.options.parse>[0];

const judge = (source: string, target: string, options: Options, isFork = false): Outcome =>
  targetBranch.evaluate(
    ordinaryPullRequest(
      { details: { sourceBranch: `refs/heads/${source}`, targetBranch: `refs/heads/${target}`, isFork } },
      targetBranch.needs,
    ),
    targetBranch.options.parse(options),
  );

const releases = { into: ['main', 'stable/*'], from: ['release/*', 'hotfix/*'] };

describe('who may aim where', () => {
  test.each<[string, string, Options, string]>([
    ['release/1', 'main', { rules: [releases] }, 'succeeded'],
    ['hotfix/1', 'stable/1', { rules: [releases] }, 'succeeded'],
    ['feature/1', 'main', { rules: [releases] }, 'failed'],
    ['release/1/2', 'main', { rules: [releases] }, 'failed'],
    ['feature/1', 'develop', { rules: [releases] }, 'succeeded'],
    ['feature/1', 'main-2', { rules: [releases] }, 'succeeded'],
    ['feature/1', 'develop', { rules: [releases], targets: ['main'] }, 'failed'],
    ['release/1', 'main', { rules: [releases], targets: ['main'] }, 'succeeded'],
    ['feature/1', 'main', { rules: [releases], targets: ['main'] }, 'failed'],
    ['feature/1', 'main', { targets: ['main'] }, 'succeeded'],
    ['feature/1', 'main-2', { targets: ['main', 'x/*'] }, 'failed'],
    ['feature/1', 'main', {}, 'succeeded'],
  ])('%s into %s with %j: %s', (source, target, options, state) => {
    expect(judge(source, target, options).state).toBe(state);
  });

  test('every rule that names the target must hold, so that a rule only ever tightens', () => {
    const rules = [releases, { into: ['**'], from: ['hotfix/*'] }];
    expect(judge('hotfix/1', 'main', { rules }).state).toBe('succeeded');
    expect(judge('release/1', 'main', { rules }).findings.map(({ key }) => key)).toEqual(['rule **']);
    expect(judge('x', 'main', { rules })).toMatchObject({ description: '"x" may not go into "main" (+1 more)' });
  });

  test('a rule for a target does not open it, so that under a lock rules may be added', () => {
    const rules = [{ into: ['experiment'], from: ['**'] }];
    expect(judge('x', 'experiment', { rules, targets: ['main'] })).toMatchObject({
      state: 'failed',
      description: 'nothing may go into "experiment"',
    });
  });

  test('anybody names the branches of a fork: they may where the rule says so', () => {
    expect(judge('release/1', 'main', { rules: [releases] }, true).state).toBe('failed');
    expect(judge('release/1', 'main', { rules: [{ ...releases, forks: true }] }, true).state).toBe('succeeded');
    expect(judge('feature/1', 'main', { rules: [{ ...releases, forks: true }] }, true).state).toBe('failed');
    expect(judge('feature/1', 'develop', { rules: [releases] }, true).state).toBe('succeeded');
  });
});

test('an author is told what may, and what to do', () => {
  expect(judge('feature/1', 'main', { rules: [releases] }).findings).toEqual([
    {
      severity: 'medium',
      key: 'rule main stable/*',
      message: 'Only branches that match `release/*` or `hotfix/*` may be merged into "main"; this one is "feature/1".',
      help: "Change the target branch on the pull request's page, or merge by way of such a branch.",
    },
  ]);
  expect(judge('release/1', 'main', { rules: [releases] }, true).findings[0]?.message).toBe(
    'Only branches of this repository that match `release/*` or `hotfix/*` may be merged into "main"; "release/1" is a fork\'s.',
  );
  expect(judge('x', 'old', { targets: ['main', 'stable/*'] }).findings[0]).toMatchObject({
    message: 'Pull requests may go into `main` or `stable/*`; this one aims at "old".',
    help: "Change the target branch on the pull request's page.",
  });
});

test.each<[string, unknown]>([
  ['no source', { rules: [{ into: ['main'], from: [] }] }],
  ['no target', { rules: [{ from: ['main'] }] }],
  ['a glob that can match nothing', { rules: [{ into: ['refs/heads/main'], from: ['**'] }] }],
  ['an unknown key', { rules: [{ ...releases, fork: true }] }],
])('a rule with %s is refused', (_, options) => {
  expect(targetBranch.options.safeParse(options).success).toBe(false);
});

describe('whose pull requests', () => {
  const releasers = '[Shop]\\Releasers';
  const rules = [{ into: ['main'], from: ['release/*'], authorGroups: [releasers, '[Shop]\\Admins'] }];
  const given = (target: string, ...memberIds: string[]) => ({
    details: { sourceBranch: 'refs/heads/release/1', targetBranch: `refs/heads/${target}` },
    groups: { [groupKey(releasers)]: { id: 'r', name: releasers, memberIds } },
  });
  const judgeBy = (target: string, ...memberIds: string[]) =>
    targetBranch.evaluate(
      ordinaryPullRequest(given(target, ...memberIds), targetBranch.needs),
      targetBranch.options.parse({ rules }),
    );

  test('one of them may', () => {
    expect(judgeBy('main', ordinary.details.author.id).state).toBe('succeeded');
  });

  test('somebody else may not, and may elsewhere', () => {
    expect(judgeBy('main', 'somebody').findings).toEqual([
      {
        severity: 'medium',
        key: 'authors main',
        message:
          'Only members of [Shop]\\Releasers or [Shop]\\Admins open pull requests into "main"; "Ada Author" is none.',
        help: 'Choose another target branch, or ask one of them to open the pull request.',
      },
    ]);
    expect(judgeBy('dev', 'somebody').state).toBe('succeeded');
  });

  test('groups are asked for where they are named', () => {
    expect(targetBranch.asks?.(targetBranch.options.parse({ rules }))).toEqual({
      groups: [releasers, '[Shop]\\Admins'],
      spares: [],
    });
    expect(targetBranch.asks?.(targetBranch.options.parse({}))).toEqual({ groups: [], spares: ['groups'] });
  });
});
