import { groupKey } from './group-name';

test.each([
  ['[Shop]\\Reviewers', '[SHOP]\\reviewers'],
  ['[Shop]\\Prüfer', '[shop]\\PRÜFER'],
  ['[Shop]\\Ревизоры', '[shop]\\ревизоры'],
  ['[Shop]\\ΟΔΟΣ', '[shop]\\οδος'],
  ['[Shop]\\ΟΔΟΣ', '[shop]\\οδοσ'],
])('%s and %s are one group', (one, other) => {
  expect(groupKey(one)).toBe(groupKey(other));
});

test.each([
  ['the sign of Kelvin', '[Shop]\\Kernel', '[Shop]\\\u212Aernel'],
  ['the sign of Ångström', '[Shop]\\Ångström', '[Shop]\\\u212Bngström'],
  ['an I with a dot', '[Shop]\\Integration', '[Shop]\\\u0130ntegration'],
  ['what that is in lower case', '[Shop]\\\u0130ntegration', '[Shop]\\i\u0307ntegration'],
  ['an i without a dot', '[Shop]\\INTEGRATION', '[Shop]\\\u0131NTEGRATION'],
  ['a long s', '[Shop]\\Security', '[Shop]\\\u017Fecurity'],
  ['a sharp s', '[Shop]\\Strasse', '[Shop]\\Straße'],
  ['a ligature', '[Shop]\\Office', '[Shop]\\O\uFB03ce'],
  ['a Cyrillic letter', '[Shop]\\Reviewers', '[Shop]\\Revi\u0435wers'],
  ['letters with their marks apart', '[Shop]\\Pr\u00FCfer', '[Shop]\\Pru\u0308fer'],
  ['a wide letter', '[Shop]\\Reviewers', '[Shop]\\\uFF32eviewers'],
  ['a space', '[Shop]\\Reviewers', '[Shop]\\Reviewers\u00A0'],
])('%s makes another group', (_, one, other) => {
  expect(groupKey(one)).not.toBe(groupKey(other));
});
