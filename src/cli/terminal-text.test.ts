import { columns, indented, visible, WIDTH, wrapped } from './terminal-text';

test.each([
  ['plain text, – and ✓', 'plain text, – and ✓'],
  ['two\r\nlines\tand a tab', 'two lines and a tab'],
  ['\u001b[2J', '⟨U+001B⟩[2J'],
  ['\u0007\u009b', '⟨U+0007⟩⟨U+009B⟩'],
  ['a\u202eb\u200bc\ufeff', 'a⟨U+202E⟩b⟨U+200B⟩c⟨U+FEFF⟩'],
  ['\ud800', '⟨U+D800⟩'],
  ['family 日本 🎉', 'family 日本 🎉'],
])('shows what %j hides', (text, expected) => {
  expect(visible(text)).toBe(expected);
});

test('wraps between words, with what stands in front of the first line as an indentation', () => {
  const text = wrapped('word '.repeat(60).trim(), '  - ');
  const lines = text.split('\n');
  expect(lines.length).toBe(4);
  expect(lines[0]).toMatch(/^ {2}- word/);
  for (const line of lines.slice(1)) expect(line).toMatch(/^ {4}word/);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(WIDTH);
  expect(text.match(/word/g)).toHaveLength(60);
});

test('leaves a long word whole', () => {
  const address = `https://example.com/${'a'.repeat(2 * WIDTH)}`;
  expect(wrapped(`see ${address} there`)).toBe(`see\n${address}\nthere`);
});

test.each([
  ['', ''],
  ['x', '- x'],
])('wraps %j', (text, expected) => {
  expect(wrapped(text, text === '' ? '' : '- ')).toBe(expected);
});

test('columns are as wide as their widest entry, whatever it consists of', () => {
  expect(
    columns([
      ['a', 'bb', 'last'],
      ['ccc', '🎉', 'is free'],
      ['d', '', ''],
    ]),
  ).toBe('a    bb  last\nccc  🎉   is free\nd');
});

test('indents lines that are not empty', () => {
  expect(indented('a\n\n  b', 2)).toBe('  a\n\n    b');
});
