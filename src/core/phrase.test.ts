import { allOf, anyOf, code, count, quote, shorten } from './phrase';

test('values become one short line whose back-ticks cannot end the code they stand in', () => {
  expect(code('a`b')).toBe("`a'b`");
  expect(quote('two\nlines')).toBe('"two lines"');
  expect(shorten('x'.repeat(200))).toBe(`${'x'.repeat(79)}…`);
  expect(shorten('𝒳'.repeat(10), 5)).toBe('𝒳𝒳𝒳𝒳…');
});

test('lists and counts read as a person would write them', () => {
  expect(anyOf([])).toBe('');
  expect(anyOf(['a'])).toBe('a');
  expect(anyOf(['a', 'b', 'c'])).toBe('a, b or c');
  expect(allOf(['a', 'b'])).toBe('a and b');
  expect(count(1, 'file')).toBe('1 file');
  expect(count(0, 'entry', 'entries')).toBe('0 entries');
});
