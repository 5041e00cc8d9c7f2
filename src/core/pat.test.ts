import { isPat, patForms } from './pat';

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
