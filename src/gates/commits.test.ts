import type { Outcome } from '../core/gate';
import type { BroughtCommit } from '../core/snapshot';

import { commits } from './commits';
import { ordinaryPullRequest } from './testing/ordinary-pull-request';

type Options = Parameters<typeof commits.options.parse>[0];

const judge = (brought: BroughtCommit[], options: Options = {}): Outcome =>
  commits.evaluate(ordinaryPullRequest({ commits: brought }, commits.needs), commits.options.parse(options));

const commit = (message: string, changes: Partial<BroughtCommit> = {}): BroughtCommit => ({
  id: '1a2b3c4d'.repeat(5),
  message,
  author: { name: 'Ada', email: 'ada@contoso.com' },
  isMerge: false,
  ...changes,
});
const merge = commit("Merge branch 'main' into basket", { isMerge: true });
const from = (email: string): BroughtCommit => commit('fix: x', { author: { name: 'Ada', email } });
const conventional = { convention: 'conventional-commits' } as const;
const signed = 'fix: x\n\nBecause.\n\nSigned-off-by: Ada <ada@contoso.com>';

describe('what is asked of commits', () => {
  test.each<[string, BroughtCommit[], Options, string, string]>([
    ['none', [], {}, 'succeeded', 'no commits'],
    ['any words', [commit('x'), commit('y')], {}, 'succeeded', '2 commits'],
    ['as many as allowed', [commit('x')], { maximum: 1 }, 'succeeded', '1 commit'],
    ['too many', [commit('x'), commit('y')], { maximum: 1 }, 'failed', '2 > 1 commit'],
    ['conventional', [commit('feat(a)!: x\n\nmore')], conventional, 'succeeded', '1 commit'],
    ['not conventional', [commit('x'), commit('fix: x')], conventional, 'failed', '1 of 2 commits not conventional'],
    ['a merge is not worded by people', [merge], conventional, 'succeeded', '1 commit'],
    [
      'another type',
      [commit('chore: x')],
      { ...conventional, types: ['fix'] },
      'failed',
      '1 of 1 commit not conventional',
    ],
    ['types without the convention', [commit('chore: x')], { types: ['fix'] }, 'succeeded', '1 commit'],
    ['a scope', [commit('fix(API): x')], { ...conventional, scopes: ['api'] }, 'succeeded', '1 commit'],
    ['no scope', [commit('fix: x')], { ...conventional, scopes: ['api'] }, 'failed', '1 of 1 commit not conventional'],
    ['the pattern', [commit('ABC-1 x\n\nmore'), merge], { pattern: '[A-Z]+-\\d+ .+' }, 'succeeded', '2 commits'],
    [
      'not the pattern',
      [commit('x')],
      { pattern: '[A-Z]+-\\d+ .+' },
      'failed',
      '1 of 1 commit does not match the pattern',
    ],
    [
      'the whole line',
      [commit('see ABC-1 x'), commit('x')],
      { pattern: '[A-Z]+-\\d+ .+' },
      'failed',
      '2 of 2 commits do not match the pattern',
    ],
    ['to be folded', [commit('FIXUP! x')], {}, 'failed', '1 of 1 commit begins with "fixup!"'],
    ['to be folded, elsewhere', [commit('fixup! x')], { forbiddenBeginnings: [] }, 'succeeded', '1 commit'],
    ['our domain', [from('ada@Contoso.com')], { authorDomains: ['contoso.com'] }, 'succeeded', '1 commit'],
    [
      'a subdomain',
      [from('a@x.contoso.com')],
      { authorDomains: ['contoso.com'] },
      'failed',
      '1 of 1 commit by another domain',
    ],
    [
      'a domain that ends alike',
      [from('a@evilcontoso.com')],
      { authorDomains: ['contoso.com'] },
      'failed',
      '1 of 1 commit by another domain',
    ],
    [
      'two @',
      [from('a@contoso.com@evil.example')],
      { authorDomains: ['contoso.com'] },
      'failed',
      '1 of 1 commit by another domain',
    ],
    ['a quoted @', [from('"a@b"@contoso.com')], { authorDomains: ['contoso.com'] }, 'succeeded', '1 commit'],
    ['no address', [from('')], { authorDomains: ['contoso.com'] }, 'failed', '1 of 1 commit by another domain'],
    ['signed off', [commit(signed)], { signOff: true }, 'succeeded', '1 commit'],
    [
      'signed off, with Windows lines',
      [commit(signed.replaceAll('\n', '\r\n'))],
      { signOff: true },
      'succeeded',
      '1 commit',
    ],
    ['not signed off', [commit('fix: x')], { signOff: true }, 'failed', '1 of 1 commit not signed off'],
    [
      'signed off by somebody else',
      [commit(signed, { author: { name: 'Eve', email: 'eve@contoso.com' } })],
      { signOff: true },
      'failed',
      '1 of 1 commit not signed off',
    ],
    [
      'signed off in the middle of a line',
      [commit('x Signed-off-by: A <ada@contoso.com>')],
      { signOff: true },
      'failed',
      '1 of 1 commit not signed off',
    ],
    ['a merge needs no sign-off', [merge], { signOff: true }, 'succeeded', '1 commit'],
    ['a merge', [commit('x'), merge], { mergeCommits: 'refuse' }, 'failed', '1 of 2 commits merges'],
    ['a merge, allowed', [merge], {}, 'succeeded', '1 commit'],
  ])('%s', (_, brought, options, state, description) => {
    expect(judge(brought, options)).toMatchObject({ state, description });
  });
});

test('an author is told which, what is wrong and how to mend it', () => {
  const options = {
    ...conventional,
    types: ['feat', 'fix'],
    authorDomains: ['contoso.com'],
    signOff: true,
    mergeCommits: 'refuse',
  } as const;
  const brought = [commit('tidy up', { author: { name: 'Ada', email: 'ada@home.example' } }), merge];
  expect(judge(brought, options).findings.map(({ key, message, help }) => [key, message, help])).toEqual([
    [
      'convention',
      'Commit 1a2b3c4d ("tidy up") does not follow Conventional Commits.',
      'Begin like `fix(basket): round down`. The type is "feat" or "fix". Reword with `git rebase --interactive`, and push with --force-with-lease.',
    ],
    [
      'authorDomains',
      'Commit 1a2b3c4d ("tidy up") has an author whose address is of "home.example"; "contoso.com" is asked for.',
      'Set `git config user.email`, renew the author with `git rebase --exec "git commit --amend --reset-author --no-edit"`, and push with --force-with-lease.',
    ],
    [
      'signOff',
      'Commit 1a2b3c4d ("tidy up") is not signed off by its author.',
      'Sign off with `git rebase --signoff`, or `git commit --amend --signoff` for the last one, and push with --force-with-lease.',
    ],
    [
      'mergeCommits',
      'Commit 1a2b3c4d ("Merge branch \'main\' into basket") merges another branch.',
      'Rebase onto the target branch instead of merging it, and push with --force-with-lease.',
    ],
  ]);
});

test('of many commits the first are named', () => {
  const [finding] = judge(
    Array.from({ length: 8 }, () => commit('x')),
    conventional,
  ).findings;
  expect(finding?.message).toMatch(/^Commits (1a2b3c4d \("x"\), ){4}1a2b3c4d \("x"\) and 3 others do not follow/);
});

test('a hostile message and address stay one line of plain words', () => {
  const evil = '`](http://evil.example)\u2028# x';
  const { findings } = judge([commit(evil, { author: { name: evil, email: `a@${evil}` } })], {
    ...conventional,
    authorDomains: ['contoso.com'],
  });
  expect(findings).toHaveLength(2);
  for (const { message } of findings) expect(message).not.toMatch(/[`\n\u2028]/);
});

describe('where pull requests are squashed', () => {
  const squashed = (title: string, brought: BroughtCommit[], options: Options = {}): Outcome =>
    commits.evaluate(
      ordinaryPullRequest({ details: { title }, commits: brought, mergeStrategies: ['squash'] }, commits.needs),
      commits.options.parse(options),
    );
  const pattern = '[A-Z]+-\\d+ .+';

  test.each<[string, string, BroughtCommit[], Options, string, string]>([
    ['the title counts', 'fix: x', [commit('x')], conventional, 'succeeded', '1 commit, squashed'],
    ['and not the message', 'x', [commit('fix: x')], conventional, 'failed', 'title not conventional'],
    ['its type', 'chore: x', [], { ...conventional, types: ['fix'] }, 'failed', 'title not conventional'],
    ['the pattern', 'ABC-1 x', [commit('x')], { pattern }, 'succeeded', '1 commit, squashed'],
    ['not the pattern', 'see ABC-1 x', [commit('ABC-1 x')], { pattern }, 'failed', 'title does not match the pattern'],
    ['how it begins', ' Fixup! x', [commit('x')], {}, 'failed', 'title begins with "fixup!"'],
    ['how commits begin', 'x', [commit('fixup! x')], {}, 'succeeded', '1 commit, squashed'],
    ['how many', 'x', [commit('x'), commit('y')], { maximum: 1 }, 'succeeded', '2 commits, squashed'],
    ['merges', 'x', [merge], { mergeCommits: 'refuse' }, 'succeeded', '1 commit, squashed'],
    [
      'domains still',
      'x',
      [from('a@b.c')],
      { authorDomains: ['contoso.com'] },
      'failed',
      '1 of 1 commit by another domain',
    ],
    ['signing off still', 'x', [commit('x')], { signOff: true }, 'failed', '1 of 1 commit not signed off'],
    [
      'unless the commits are to count',
      'x',
      [commit('x')],
      { ...conventional, underSquash: 'commits' },
      'failed',
      '1 of 1 commit not conventional',
    ],
  ])('%s', (_, title, brought, options, state, description) => {
    expect(squashed(title, brought, options)).toMatchObject({ state, description });
  });

  test.each([[['squash', 'rebase'] as const], [[] as const], [['noFastForward'] as const]])(
    'is nowhere else: with %j the commits count',
    (mergeStrategies) => {
      const given = { details: { title: 'x' }, commits: [commit('fix: x')], mergeStrategies: [...mergeStrategies] };
      const outcome = commits.evaluate(ordinaryPullRequest(given, commits.needs), commits.options.parse(conventional));
      expect(outcome).toMatchObject({ state: 'succeeded', description: '1 commit' });
    },
  );

  test('says so', () => {
    const [finding] = squashed('Vouchers', [], conventional).findings;
    expect(finding?.message).toBe(
      'The title "Vouchers" does not begin like `type(scope): description`. Pull requests are squashed here, so it becomes the message of the one commit that is left.',
    );
    expect(finding?.help).toContain('`fix(basket): round down`');
  });

  test('policies are not read for options that do without', () => {
    expect(commits.asks?.(commits.options.parse({ underSquash: 'commits' }))).toEqual({ spares: ['mergeStrategies'] });
    expect(commits.asks?.(commits.options.parse({}))).toEqual({});
  });
});
