import { visibleText } from './visible-text';

test.each([
  ['W\u200BIP', 'WIP'],
  ['ＷＩＰ', 'WIP'],
  ['do\u00A0not  merge', 'do not merge'],
  ['\u200B'.repeat(30), ''],
  ['\u3164 \u034F', ''],
  ['a title\u202E', 'a title'],
  ['naïve', 'naïve'],
])('%j is read as %j', (text, seen) => {
  expect(visibleText(text)).toBe(seen);
});
