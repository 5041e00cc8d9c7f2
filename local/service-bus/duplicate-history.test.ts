import { DuplicateHistory } from './duplicate-history';

test('an id is remembered for the window from when it was first seen', () => {
  const history = new DuplicateHistory(100);
  expect(history.isDuplicate('a', 0)).toBe(false);
  expect(history.isDuplicate('b', 50)).toBe(false);
  expect(history.isDuplicate('a', 99)).toBe(true);
  expect(history.isDuplicate('a', 100)).toBe(false);
  expect(history.isDuplicate('b', 149)).toBe(true);
  expect(history.isDuplicate('a', 199)).toBe(true);
});

test('without a window nothing is remembered', () => {
  const history = new DuplicateHistory(null);
  expect(history.isDuplicate('a', 0)).toBe(false);
  expect(history.isDuplicate('a', 0)).toBe(false);
});
