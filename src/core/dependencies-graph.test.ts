import {
  circleFrom,
  isCutShort,
  openOnes,
  waitsForNow,
  type Dependencies,
  type Dependency,
} from './dependencies-graph';

const open = (...waitsFor: number[]): Dependency => ({
  kind: 'found',
  title: 'Voucher API',
  status: 'active',
  isDraft: false,
  project: { id: 'p', name: 'Shop' },
  repository: { id: 'r', name: 'api' },
  waitsFor,
});

const completed = (...waitsFor: number[]): Dependency => ({
  kind: 'found',
  title: 'Voucher API',
  status: 'completed',
  isDraft: false,
  project: { id: 'p', name: 'Shop' },
  repository: { id: 'r', name: 'api' },
  waitsFor,
});

test('only what is open waits', () => {
  expect(waitsForNow(open(2, 3))).toEqual([2, 3]);
  expect(waitsForNow(completed(2))).toEqual([]);
  expect(waitsForNow({ kind: 'notFound' })).toEqual([]);
  expect(waitsForNow(undefined)).toEqual([]);
});

test('the open ones by number', () => {
  expect(openOnes({ 10: open(), 9: open(10), 8: completed(), 7: { kind: 'notFound' } })).toEqual([9, 10]);
});

test.each<[string, number[], Dependencies, number[] | undefined]>([
  ['nothing', [], {}, undefined],
  ['a chain', [2], { 2: open(3), 3: open() }, undefined],
  ['a diamond', [2, 3], { 2: open(4), 3: open(4), 4: open() }, undefined],
  ['itself', [1], {}, [1, 1]],
  ['two', [2], { 2: open(1) }, [1, 2, 1]],
  ['three', [2], { 2: open(3), 3: open(1) }, [1, 2, 3, 1]],
  ['the shortest', [2, 4], { 2: open(3), 3: open(1), 4: open(1) }, [1, 4, 1]],
  ['one through it before a shorter one elsewhere', [2], { 2: open(2, 3), 3: open(1) }, [1, 2, 3, 1]],
  ['one that it only leads to', [2], { 2: open(3), 3: open(4), 4: open(3) }, [3, 4, 3]],
  ['one that a completed pull request broke', [2], { 2: completed(1) }, undefined],
  ['one through what is not there', [2], { 2: open(3), 3: { kind: 'notFound' } }, undefined],
])('a circle: %s', (_, direct, graph, circle) => {
  expect(circleFrom(1, direct, graph)).toEqual(circle);
});

test.each<[string, number[], Dependencies, boolean]>([
  ['nothing', [], {}, false],
  ['all read', [2], { 2: open(3), 3: { kind: 'notFound' } }, false],
  ['itself, which is not read again', [1, 2], { 2: open(1) }, false],
  ['one not read', [2], { 2: open(3) }, true],
  ['one not read behind a completed one', [2], { 2: completed(3) }, false],
])('cut short: %s', (_, direct, graph, isCut) => {
  expect(isCutShort(direct, 1, graph)).toBe(isCut);
});
