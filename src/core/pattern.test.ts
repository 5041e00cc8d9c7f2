import { matchesSomewhere, matchesWhole, patternSchema } from './pattern';

test('the whole text must match, or a part of it', () => {
  expect(matchesWhole('(feat|fix): .+', 'feat: vouchers')).toBe(true);
  expect(matchesWhole('(feat|fix): .+', 'a feat: vouchers')).toBe(false);
  expect(matchesWhole('feat', 'feature')).toBe(false);
  expect(matchesWhole('a.b', 'a\nb')).toBe(false);
  expect(matchesSomewhere('feat', 'a feature')).toBe(true);
  expect(matchesSomewhere('^feat$', 'a feature')).toBe(false);
});

test('patterns that stall a backtracking engine are linear here', () => {
  const text = `${'a'.repeat(20_000)}!`;
  expect(matchesWhole('(a+)+b', text)).toBe(false);
  expect(matchesWhole('(a|aa)+$', text)).toBe(false);
  expect(matchesSomewhere('(x+x+)+y', text)).toBe(false);
});

test('more patterns than are kept still match rightly', () => {
  for (let index = 0; index < 450; index += 1) expect(matchesWhole(`a${index}`, `a${index}`)).toBe(true);
  expect(matchesWhole('a0', 'a1')).toBe(false);
});

describe('a pattern in settings', () => {
  test.each([
    ['(feat|fix): .+'],
    ['\\p{Lu}.*'],
    ['x'],
    ['a{3,72}'],
    ['[A-Z]+-[0-9]{1,6} .{10,400}'],
    ['\\x{10FFFF}\\p{Greek}[{9999}]\\Q{9999}'],
    ['x'.repeat(1_000)],
  ])('%p is taken', (pattern) => {
    expect(patternSchema().safeParse(pattern).success).toBe(true);
  });

  test.each([
    ['not balanced', '(a', /RE2 syntax/],
    ['look-ahead', '(?=a)b', /no look-around and no back-references/],
    ['look-behind', '(?<!a)b', /no look-around/],
    ['a back-reference', '(a)\\1', /no back-references/],
    ['nothing', '', /./],
    ['too long', 'x'.repeat(1_001), /./],
    ['too many repetitions', '(a{1000}){1000}', /repeats too much: written out, it has more than 2,000 steps/],
    ['a long part, repeated', `(${'a'.repeat(900)}){3}`, /repeats too much/],
    ['many parts, each repeated', '(a?){500}'.repeat(100), /repeats too much/],
    ['a class, repeated', '[^]a\\]{2}]{1001,}'.repeat(3), /repeats too much/],
    ['braces that are not closed', '(a{1001}', /RE2 syntax/],
  ])('%s is refused with a sentence', (_, pattern, message) => {
    const parsed = patternSchema().safeParse(pattern);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues[0]?.message).toMatch(message);
  });
});

test('no pattern that settings take keeps anybody waiting', () => {
  const costly = '(a?){499}';
  expect(patternSchema().safeParse(costly).success).toBe(true);
  const began = performance.now();
  expect(matchesWhole(costly, 'a'.repeat(400))).toBe(true);
  expect(performance.now() - began).toBeLessThan(10_000);
});
