import { foundText, nearest, pathText, problemText } from './problem';

describe('nearest', () => {
  const gates = ['title', 'description', 'work-items', 'size', 'off'];
  test.each<[string, string | undefined]>([
    ['titel', 'title'],
    ['Title', 'title'],
    ['workItems', 'work-items'],
    ['work_item', 'work-items'],
    ['descritpion', 'description'],
    ['of', 'off'],
    ['on', undefined],
    ['zebra', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('%.20s', (found, expected) => {
    expect(nearest(found, gates)).toBe(expected);
  });
});

describe('pathText', () => {
  test.each<[PropertyKey[], string]>([
    [[], ''],
    [['gates', 'work-items', 'allowedTypes', 0], 'gates.work-items.allowedTypes[0]'],
    [['gates', 'a b'], 'gates["a b"]'],
    [['a.b', 'c'], '["a.b"].c'],
    [[0, 1], '[0][1]'],
    [['x'.repeat(70)], `["${'x'.repeat(58)}…]`],
  ])('%j', (path, expected) => {
    expect(pathText(path)).toBe(expected);
  });
});

test('foundText is one short line', () => {
  expect(foundText({ a: 'b\n' })).toBe('{"a":"b\\n"}');
  expect(foundText('x'.repeat(1_000_000))).toHaveLength(60);
  expect(foundText(undefined)).toBe('undefined');
});

test('problemText leaves out a path that is none', () => {
  expect(problemText({ path: 'a.b', message: 'is wrong.' })).toBe('a.b: is wrong.');
  expect(problemText({ path: '', message: 'is wrong.' })).toBe('is wrong.');
});
