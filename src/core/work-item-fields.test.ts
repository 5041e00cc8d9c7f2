import type { LinkedWorkItem } from './snapshot';
import { fieldOf, isFilled, isWithin, tagsOf } from './work-item-fields';

const item = (fields: LinkedWorkItem['fields']): LinkedWorkItem => ({
  id: 1,
  type: 'Bug',
  state: 'New',
  title: '',
  ...(fields ? { fields } : {}),
});

test.each([
  ['Shop', 'Shop', true],
  ['Shop\\Web', 'Shop', true],
  ['Shop\\Web\\Till', 'shop\\WEB', true],
  ['Shop\\Web', '\\Shop\\Web\\', true],
  ['Shop\\Web', 'Shop/Web', true],
  ['Shop', 'Shop\\Web', false],
  ['Shop\\Webstore', 'Shop\\Web', false],
  ['Other\\Shop', 'Shop', false],
  ['', 'Shop', false],
])('%j is within %j: %j', (path, above, expected) => {
  expect(isWithin(path, above)).toBe(expected);
});

test.each([
  [undefined, false],
  ['', false],
  [' \u200b', false],
  ['<div><br></div>', false],
  ['<p>yes</p>', true],
  ['none', true],
  [0, true],
  [false, true],
  [true, true],
])('%j is filled: %j', (value, expected) => {
  expect(isFilled(value)).toBe(expected);
});

test('a field is found by its name in any case', () => {
  expect(fieldOf(item({ 'system.parent': 3 }), 'System.Parent')).toBe(3);
  expect(fieldOf(item(undefined), 'System.Parent')).toBeUndefined();
});

test('tags', () => {
  expect(tagsOf(item({ 'system.tags': 'web; at the till ;;' }))).toEqual(['web', 'at the till']);
  expect(tagsOf(item({}))).toEqual([]);
});
