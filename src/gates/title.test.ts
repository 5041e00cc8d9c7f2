import type { Outcome } from '../core/gate';

import { ordinaryPullRequest } from './testing/ordinary-pull-request';
import { title } from './title';

type Options = Parameters<typeof title.options.parse>[0];

const judge = (text: string, options: Options = {}): Outcome =>
  title.evaluate(ordinaryPullRequest({ details: { title: text } }, title.needs), title.options.parse(options));

const keysOf = (outcome: Outcome): string[] => outcome.findings.map(({ key }) => key);

describe('length', () => {
  test.each([
    ['ten characters', 'x'.repeat(10), 'succeeded', 'fine'],
    ['nine', 'x'.repeat(9), 'failed', '9 characters < 10'],
    ['one', 'x', 'failed', '1 character < 10'],
    ['none', '', 'failed', '0 characters < 10'],
    ['white space does not count', ` \t ${'x'.repeat(9)}   `, 'failed', '9 characters < 10'],
    ['120', 'x'.repeat(120), 'succeeded', 'fine'],
    ['121', 'x'.repeat(121), 'failed', '121 characters > 120'],
    ['characters are counted, not halves of them', '😀'.repeat(10), 'succeeded', 'fine'],
    ['nine emoji are nine', '😀'.repeat(9), 'failed', '9 characters < 10'],
  ])('%s', (_, text, state, description) => {
    expect(judge(text)).toMatchObject({ state, description });
  });

  test('both limits move with the options', () => {
    expect(judge('abc', { minimumLength: 3, maximumLength: 3 }).state).toBe('succeeded');
    expect(judge('', { minimumLength: 0 }).state).toBe('succeeded');
    expect(judge('abcd', { minimumLength: 0, maximumLength: 3 }).description).toBe('4 characters > 3');
  });
});

test('lengths that no title could have are refused', () => {
  const problems = title.options.safeParse({ minimumLength: 50, maximumLength: 20 }).error?.issues;
  expect(problems).toMatchObject([
    { path: ['minimumLength'], message: 'is 50, more than maximumLength, which is 20: no title could pass.' },
  ]);
  expect(title.options.safeParse({ minimumLength: 121 }).success).toBe(false);
  expect(title.options.safeParse({ minimumLength: 20, maximumLength: 20 }).success).toBe(true);
});

describe('pattern', () => {
  const pattern = '(feat|fix): .+';
  test.each([
    ['the whole title matches', 'feat: add a voucher field', 'succeeded', 'fine'],
    ['a part of it does not do', 'the feat: add a voucher', 'failed', 'does not match the pattern'],
    ['nor does another case', 'Feat: add a voucher field', 'failed', 'does not match the pattern'],
    ['white space around it does not count', '  feat: add a voucher field ', 'succeeded', 'fine'],
    ['a second line does not slip through', 'feat: add a field\nWHATEVER', 'failed', 'does not match the pattern'],
  ])('%s', (_, text, state, description) => {
    expect(judge(text, { pattern })).toMatchObject({ state, description });
  });

  test('the finding quotes title and pattern, and gives the help that the settings give', () => {
    expect(judge('Vouchers at last', { pattern, patternHelp: 'Start with feat or fix.' }).findings).toEqual([
      {
        severity: 'medium',
        key: 'pattern',
        message: 'The title "Vouchers at last" does not match `(feat|fix): .+`.',
        help: 'Start with feat or fix.',
      },
    ]);
    expect(judge('Vouchers at last', { pattern }).findings[0]?.help).toBe(
      'Reword the title so that the whole of it matches the pattern.',
    );
  });

  test('a pattern that stalls others is judged at once', () => {
    expect(judge(`${'a'.repeat(399)}!`, { pattern: '(a+)+', maximumLength: 400 }).state).toBe('failed');
  });
});

describe('forbidden words', () => {
  test.each([
    ['in capitals', 'WIP: add a voucher field', 'contains "wip"'],
    ['in brackets', '[wip] add a voucher field', 'contains "wip"'],
    ['at the end', 'add a voucher field (WIP)', 'contains "wip"'],
    ['a phrase', 'add vouchers, Do Not Merge yet', 'contains "do not merge"'],
    ['with a mark at its end', 'fixup! add a voucher field', 'contains "fixup!"'],
    ['with a letter after the mark', 'fixup!add a voucher field', 'contains "fixup!"'],
    ['the second time it is a word', 'wiper and wip, both of them', 'contains "wip"'],
  ])('%s', (_, text, description) => {
    expect(judge(text)).toMatchObject({ state: 'failed', description });
  });

  test.each([
    ['a longer word', 'replace the wiper blades'],
    ['the end of a word', 'the jackwip machine'],
    ['a number behind it', 'support wip2 archives'],
    ['a letter of another alphabet behind it', 'add wipé to the menu'],
  ])('%s is no match', (_, text) => {
    expect(judge(text)).toMatchObject({ state: 'succeeded', description: 'fine' });
  });

  test('a list of ones own takes the place of the default', () => {
    expect(judge('WIP: add a voucher field', { forbiddenWords: [] }).state).toBe('succeeded');
    expect(judge('add a TODO to the basket', { forbiddenWords: ['todo', 'wip'] })).toMatchObject({
      description: 'contains "todo"',
      findings: [{ key: 'forbiddenWord todo' }],
    });
  });
});

test('all faults are findings, and the description counts the rest', () => {
  const outcome = judge('WIP', { pattern: 'feat: .+' });
  expect(outcome.description).toBe('does not match the pattern (+2 more)');
  expect(keysOf(outcome)).toEqual(['pattern', 'minimumLength', 'forbiddenWord wip']);
});

test('findings stay the same when the wording of title, settings and limits changes', () => {
  const before = judge('wip', { pattern: 'a+' });
  const after = judge('WIP !', { pattern: 'b+', patternHelp: 'Use b.', minimumLength: 20, forbiddenWords: ['WIP'] });
  expect(keysOf(after)).toEqual(keysOf(before));
});

describe('a hostile title', () => {
  test.each([
    ['markup', '`](http://evil.example/) **x** <img src=x onerror=a>'],
    ['an override of the reading direction', 'feat: \u202egnp.exe is fine'],
    ['control characters and line ends', 'a\u0000b\r\n\r\n# c\u2028d'],
    ['half a character', '\ud83d and more of it'],
    ['as much as there can be', '𝒳'.repeat(400)],
  ])('%s is quoted on one line, without a back-tick and no longer than 80 characters', (_, text) => {
    const message = judge(text, { pattern: 'never', maximumLength: 400 }).findings[0]?.message ?? '';
    const quoted = /^The title "(.*)" does not match `never`\.$/u.exec(message)?.[1] ?? '`';
    expect(quoted).not.toMatch(/[`\p{Cc}\p{Zl}\p{Zp}]/u);
    expect(Array.from(quoted).length).toBeLessThanOrEqual(80);
  });
});

test.each(['W\u200BIP: a voucher field', 'ＷＩＰ: a voucher field', 'W\u3164IP: a voucher field'])(
  'a forbidden word that is hidden is found: %j',
  (text) => {
    expect(judge(text)).toMatchObject({ state: 'failed', description: 'contains "wip"' });
  },
);

describe('Conventional Commits', () => {
  type Chosen = Partial<ReturnType<typeof title.options.parse>>;
  const outcomeOf = (text: string, options: Chosen, description = 'Nothing breaks.') =>
    title.evaluate(
      ordinaryPullRequest({ details: { title: text, description } }, title.needs),
      title.options.parse({ convention: 'conventional-commits', ...options }),
    );

  test.each<[string, Chosen, string, string]>([
    ['feat(basket)!: add vouchers', {}, '', 'fine'],
    ['Add vouchers', {}, '', 'not conventional'],
    ['Add vouchers', { convention: 'none', breakingChanges: 'refuse' }, 'BREAKING CHANGE: x', 'fine'],
    ['Feat: add vouchers', { types: ['feat'] }, '', 'fine'],
    ['chore: add vouchers', { types: ['feat'] }, '', 'not conventional'],
    ['feat: add vouchers', { scopes: ['basket'] }, '', 'not conventional'],
    ['feat(till): add vouchers', { scopes: ['basket'] }, '', 'not conventional'],
    ['feat(Basket): add vouchers', { scopes: ['basket'] }, '', 'fine'],
    ['feat: add vouchers', { breakingChanges: 'explain' }, '', 'fine'],
    ['feat!: add vouchers', { breakingChanges: 'explain' }, 'So:\r\nBREAKING CHANGE: none left', 'fine'],
    ['feat!: add vouchers', { breakingChanges: 'explain' }, 'So.', 'breaking change not explained'],
    ['feat: add vouchers', { breakingChanges: 'explain' }, 'BREAKING CHANGE: x', 'breaking change not marked'],
    ['feat!: add vouchers', { breakingChanges: 'refuse' }, '', 'breaking change'],
    ['feat: add vouchers', { breakingChanges: 'refuse' }, 'BREAKING CHANGE: x', 'breaking change'],
    ['feat: add vouchers', { breakingChanges: 'refuse' }, '', 'fine'],
    ['feat: add vouchers', { breakingChanges: 'refuse' }, '<!--\nBREAKING CHANGE: what\n-->', 'fine'],
    ['feat: add vouchers', { breakingChanges: 'refuse' }, '```\nBREAKING CHANGE: what\n```', 'fine'],
  ])('%s, %j, %j: %s', (text, options, description, says) => {
    expect(outcomeOf(text, options, description).description).toBe(says);
  });

  test('an author is told what is wrong with the title, and what would be right', () => {
    const [finding] = outcomeOf('chore: add vouchers', { types: ['feat', 'fix'], scopes: ['basket'] }).findings;
    expect([finding?.key, finding?.message, finding?.help]).toEqual([
      'convention',
      'The title "chore: add vouchers" has the type "chore".',
      'Begin like `fix(basket): round down`. The type is "feat" or "fix". The scope is "basket".',
    ]);
  });
});
