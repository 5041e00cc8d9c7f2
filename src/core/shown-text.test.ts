import { shownText } from './shown-text';

describe('shows nothing', () => {
  test.each([
    ['entities of blanks', '&nbsp;&#8203;&#x200B;&ZeroWidthSpace;&emsp13;'],
    ['a link around nothing', '[](https://example.com/abcdefghijkl)'],
    ['a link around what shows nothing', '[&nbsp;\u200B](https://example.com "title")'],
    ['several of them', '[](a)[](b) [](c)'],
    ['a rule', '- - - - - - -'],
    ['an empty row of a table', '|  |  |  |'],
    ['the line below the headings of a table', '|:--|==:|'],
    ['empty quotations', '> > > >'],
    ['backslashes', '\\\\\\\\'],
    ['a Braille blank', '\u2800'.repeat(20)],
    ['fillers', '\u3164\u115F\uFFA0'],
    ['variation selectors and marks on nothing', '\uFE0F\u180B\u0301\u{E0101}'],
    ['a note without a head', '\u{1D159}'],
  ])('%s', (_, line) => {
    expect(shownText(line)).toBe('');
  });
});

test.each([
  ['words', ' Customers&nbsp;ask. ', 'Customers ask.'],
  ['a link', '[Spec](https://example.com)', '[Spec](https://example.com)'],
  ['a picture', '![](till.png)', '![](till.png)'],
  ['an emoji', '❤️', '❤'],
  ['what is no entity', '&bogus; &amp;', '&bogus; &'],
  ['an item', '- [ ] tests', '- [ ] tests'],
])('%s', (_, line, seen) => {
  expect(shownText(line)).toBe(seen);
});

test.each(['[](', '[ ]', '&#', '[](a', '&nbsp;'])('a million characters of %s take no time', (part) => {
  const began = performance.now();
  shownText(part.repeat(1_000_000 / part.length));
  expect(performance.now() - began).toBeLessThan(1_500);
});
