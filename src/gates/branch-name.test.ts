import type { Outcome } from '../core/gate';

import { branchName } from './branch-name';
import { ordinaryPullRequest } from './testing/ordinary-pull-request';

type Options = Parameters<typeof branchName.options.parse>[0];

const judge = (name: string, options: Options = {}): Outcome =>
  branchName.evaluate(
    ordinaryPullRequest({ details: { sourceBranch: `refs/heads/${name}` } }, branchName.needs),
    branchName.options.parse(options),
  );

describe('which names will do', () => {
  test.each<[string, Options, string]>([
    ['feature/voucher', {}, 'succeeded'],
    ['users/ada/voucher/2', {}, 'succeeded'],
    ['hotfix/1', {}, 'succeeded'],
    ['voucher', {}, 'failed'],
    ['Feature/voucher', {}, 'failed'],
    ['features/voucher', {}, 'failed'],
    ['task/1', { allowed: ['task/*'] }, 'succeeded'],
    ['task/1/2', { allowed: ['task/*'] }, 'failed'],
    ['feature/voucher', { allowed: ['task/*'] }, 'failed'],
    ['t-12', { pattern: 't-\\d+' }, 'succeeded'],
    ['t-12x', { pattern: 't-\\d+' }, 'failed'],
    ['feature/voucher', { pattern: 't-\\d+' }, 'failed'],
    ['task/1', { allowed: ['task/*'], pattern: 't-\\d+' }, 'succeeded'],
    ['t-12', { allowed: ['task/*'], pattern: 't-\\d+' }, 'succeeded'],
    ['other', { allowed: ['task/*'], pattern: 't-\\d+' }, 'failed'],
    ['main', { exempt: ['main'] }, 'notApplicable'],
    ['main-2', { exempt: ['main'] }, 'failed'],
  ])('%s with %j: %s', (name, options, state) => {
    expect(judge(name, options).state).toBe(state);
  });

  test('only what stands before the name is left out', () => {
    expect(judge('refs/heads/feature/x').state).toBe('failed');
  });
});

test('an author is told what is wanted, in the words of the settings first', () => {
  expect(judge('voucher', { allowed: ['feature/*', 'fix/*'], help: 'Begin with feature/ or fix/.' }).findings).toEqual([
    {
      severity: 'low',
      key: 'name',
      message: 'The source branch "voucher" does not match `feature/*` or `fix/*`.',
      help: 'Begin with feature/ or fix/. Push the commits to a branch with such a name, and open a new pull request from there.',
    },
  ]);
  expect(judge('voucher', { allowed: ['a/*'], pattern: 'b-\\d' }).findings[0]?.message).toBe(
    'The source branch "voucher" does not match `a/*` or the pattern `b-\\d`.',
  );
  expect(judge('voucher').findings[0]?.message).toContain('`feature/**`, `bugfix/**`, `hotfix/**`');
});

test.each<[string, Options]>([
  ['a glob that can match nothing', { allowed: ['refs/heads/feature/*'] }],
  ['no glob at all', { allowed: [] }],
  ['a pattern that RE2 does not take', { pattern: '(?=x)' }],
])('%s is refused', (_, options) => {
  expect(branchName.options.safeParse(options).success).toBe(false);
});

test('a long and hostile name stays one quotation', () => {
  const { description, findings } = judge(`\`](http://evil.example)<img>${'x'.repeat(300)}`);
  expect(description.length).toBeLessThan(90);
  expect(findings[0]?.message).not.toMatch(/`\]/);
});
