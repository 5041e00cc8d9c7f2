import { readRichText } from './rich-text';

describe('text', () => {
  test.each([
    ['nothing', '', ''],
    ['what the editor leaves of an emptied field', '<div><br></div>', ''],
    ['the same in other words', '<p>&nbsp;</p>\r\n<p><span style="font-size:14px"></span><br/></p>', ''],
    ['spaces that nobody sees', '<div>\u200b&#8203;&#xFEFF;</div>', ''],
    ['a comment', '<!-- none -->', ''],
    ['a hidden element', '<div style="display:none">none</div>', ''],
    ['HTML', '<div>Given <b>a basket</b></div><ul><li>when &lt;i&gt; pay</li></ul>', 'Given a basket when <i> pay'],
    ['Markdown', '## Done when\n- **all** is paid', '## Done when - **all** is paid'],
    ['a picture', '<div><img src="https://dev.azure.com/a.png"></div>', '(picture)'],
    ['smaller than', 'fewer than 3 &amp; a < b, b > c', 'fewer than 3 & a < b, b > c'],
    ['an entity that is none', '&#0; &#x110000; &bogus;', '&#0; &#x110000; &bogus;'],
  ])('%s', (_, value, text) => {
    expect(readRichText(value).text).toBe(text);
  });
});

describe('items of checklists', () => {
  const marks = (value: string): string =>
    readRichText(value)
      .items.map(({ text, isTicked }) => `${isTicked ? '+' : '-'}${text}`)
      .join('|');

  test.each([
    ['no list', '<ul><li>paid</li></ul>', ''],
    ['Markdown', '- [ ] one\n- [x] two\n* [X] three\n1. [ ] four', '-one|+two|+three|-four'],
    ['Markdown with Windows line ends', '- [ ] one\r\n- [x] two\r\n', '-one|+two'],
    ['Markdown within an HTML field', '<div>- [ ] one</div><div>- [x] two</div>', '-one|+two'],
    ['lines of an HTML field', '- [ ] one<br>- [x] two<br />[ ] three', '-one|+two|-three'],
    ['brackets in list items', '<ul><li>[ ] one</li><li>[x] two</li><li>[] three</li></ul>', '-one|+two|-three'],
    ['a space that does not break', '<li>[&nbsp;] one</li>', '-one'],
    ['checkboxes', '<li><input type="checkbox" disabled /> one</li><li><input type=checkbox checked> two', '-one|+two'],
    ['attributes in any order', "<li><input checked='' class=x TYPE='checkbox'>one</li>", '+one'],
    ['no tick in another attribute', '<input type="checkbox" title="not checked yet" data-checked>one', '-one'],
    ['another kind of input', '<input type="radio" checked>one', ''],
    [
      'boxes',
      '<ul><li>☐ one</li><li>☑ two</li><li>&#9744; three</li><li>&#x2611; four</li></ul>',
      '-one|+two|-three|+four',
    ],
    ['several in a line', '<div>☑ yes ☐ no</div>', '+yes|-no'],
    ['in a table', '<table><tr><td>☐</td><td>one</td></tr></table>', '-'],
    ['an emoji', '<div>✅ one</div><div>⬜ two</div>', '+one|-two'],
    ['in code', '```\n- [ ] one\n```', ''],
    ['in a comment', '<!-- - [ ] one\n<input type="checkbox"> -->', ''],
    ['hidden', '<div hidden><input type="checkbox">one</div>', ''],
    ['an index, a link, a footnote', 'a[ ] = 1\n[ ](https://example.com)\n[x]: done', ''],
    ['a tag as text', '&lt;input type=checkbox&gt; one', ''],
    ['a tag that nobody closes', '<li>[ ] one</li><input type="checkbox"', '-one'],
  ])('%s', (_, value, items) => {
    expect(marks(value)).toBe(items);
  });
});

test.each([
  ['comments', 'a<!-- -->b '],
  ['comments that nobody closes', '<!--'],
  ['tags that nobody closes', '<a '],
  ['names that never end', '<aaaaaaaa'],
  ['attributes', '<input type="checkbox" '],
  ['equals signs', '<input a = '],
  ['blanks in a tag', `<input ${' '.repeat(50)}a`],
  ['blanks behind an attribute', `<input a${' '.repeat(999_000)}`],
  ['blanks behind a link definition', `[a]: b${' '.repeat(999_000)}x`],
  ['blanks before brackets', `-${' '.repeat(999_000)}[ ]`],
  ['hidden elements', '<a hidden>'],
  ['brackets', '[ '],
  ['boxes', '☐'],
  ['lists', '- '],
  ['entities', '&#'],
  ['link definitions', '[a]: b "\n'],
  ['titles that never end', '[a]: b "'],
  ['backticks', '`a'],
  ['fences', '```\n~~~\n'],
])('a million characters of %s are read at once', (_, part) => {
  const value = part.repeat(Math.ceil(1_000_000 / part.length));
  const started = process.cpuUsage();
  readRichText(value);
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(10_000);
});
