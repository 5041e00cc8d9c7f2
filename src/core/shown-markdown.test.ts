import { shownLines } from './shown-markdown';

const shown = (markdown: string): string =>
  shownLines(markdown)
    .map(({ text }) => text)
    .join('\n');

describe('link definitions', () => {
  test.each([
    ['alone', '[a]: https://example.com', ''],
    ['with a title', '[a]: b "one\ntwo" \nshown', '\nshown'],
    ['with a title on the next line', '[a]:\n  <b>\n  (hidden)\nshown', '\nshown'],
    ['as a comment', 'before\n[//]: # (hidden)\nshown', 'before\n\nshown'],
    ['one behind the other', '[a]: b\n[c]: d', '\n'],
    ['not: more behind the target', '[a]: b shown', '[a]: b shown'],
    ['not: more behind the title', '[a]: b "c" shown', '[a]: b "c" shown'],
    ['without the title that is more than a title', '[a]: b\n"c" shown', '\n"c" shown'],
    ['not: no target', '[a]:', '[a]:'],
    ['not: inside a line', 'see [a]: b', 'see [a]: b'],
    ['not: a footnote that is empty', '[]: b', '[]: b'],
  ])('%s', (_, markdown, left) => {
    expect(shown(markdown)).toBe(left);
  });
});

test.each([
  ['blanks behind a target', `[a]: b${' '.repeat(4_000)}x`],
  ['blanks in front of a target', `[a]:${' '.repeat(1_000_000)}<`],
  ['blanks in front of a title', `[a]: b${' '.repeat(500_000)}\n${' '.repeat(500_000)}"x`],
  ['titles that nobody closes', '[a]: b "\n[a]: b (\n[a]: b \'\n'.repeat(40_000)],
  ['labels', '[a\\'.repeat(300_000)],
])('%s take no time', (_, markdown) => {
  const begin = performance.now();
  shownLines(markdown);
  expect(performance.now() - begin).toBeLessThan(1_500);
});
