import { holdsPat, isPat, patForms, withoutPats } from './pat';

test.each([
  ['a'.repeat(84), true],
  ['!~', true],
  ['', false],
  ['two words', false],
  ['line\n', false],
  ['schlüssel', false],
  ['a'.repeat(1_001), false],
])('%# what can be a PAT', (text, expected) => {
  expect(isPat(text)).toBe(expected);
});

test('a PAT as it is, in a URL, and as credentials of either kind', () => {
  expect(patForms('p/1')).toEqual(['p/1', 'p%2F1', 'OnAvMQ==', 'UEFUOnAvMQ==']);
  expect(patForms('plain')).toHaveLength(3);
});

const OLD = 'abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst';
const NEW = `${'Ab1'.repeat(25)}cAZDO1abc`;

test.each([
  [OLD, true],
  [NEW, true],
  [`my PAT (${NEW}), for contoso`, true],
  [`https://me:${OLD}@dev.azure.com/contoso`, true],
  [`--pat=${OLD}`, true],
  // A hash, an id, a longer word, somebody's base 64.
  ['0123456789abcdef0123456789abcdef01234567', false],
  ['a1000000-0000-4000-8000-000000000001', false],
  [`${OLD}a`, false],
  [OLD.toUpperCase(), false],
  ['b'.repeat(84), false],
])('%# what looks like a PAT within a text', (text, expected) => {
  expect(holdsPat(text)).toBe(expected);
  expect(withoutPats(text) !== text).toBe(expected);
  // Asked again it says the same: a pattern that remembers where it was would not.
  expect(holdsPat(text)).toBe(expected);
});

test('a long text takes no time', () => {
  const start = performance.now();
  expect(holdsPat('a'.repeat(2_000_000))).toBe(false);
  expect(performance.now() - start).toBeLessThan(1_000);
});
