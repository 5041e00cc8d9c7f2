import { coverageOf, MARGIN_SECONDS, settlingTime, SPACING_SECONDS, spacingLeft } from './coverage';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 9, 1, 12, 0, 0) + seconds * 1_000);

test('the margin and the spacing are those that the design promises', () => {
  expect([MARGIN_SECONDS, SPACING_SECONDS]).toEqual([15, 3]);
});

describe('a message is covered only by an evaluation that began long enough after it', () => {
  test.each([
    ['nothing is done yet', 0, undefined, 'uncovered'],
    ['enqueued after the evaluation began', 10.001, 10, 'uncovered'],
    ['enqueued in the same millisecond', 10, 10, 'settling'],
    ['enqueued a millisecond before', 10, 10.001, 'settling'],
    ['enqueued a millisecond less than the margin before', 0.001, 15, 'settling'],
    ['enqueued exactly the margin before', 0, 15, 'covered'],
    ['enqueued long before', 0, 3_600, 'covered'],
    ['enqueued long after', 3_600, 0, 'uncovered'],
  ])('%s', (_, enqueuedAt, beganAt, coverage) => {
    expect(coverageOf(at(enqueuedAt), beganAt === undefined ? undefined : at(beganAt))).toBe(coverage);
  });
});

describe('a settling message is due at a full 15 s of the clock', () => {
  test.each([
    [0, 15],
    [0.001, 30],
    [1, 30],
    [14.999, 30],
    [15, 30],
    [15.001, 45],
    [44, 60],
    [59.999, 75],
  ])('enqueued at %d s, due at %d s', (enqueuedAt, due) => {
    expect(settlingTime(at(enqueuedAt))).toEqual(at(due));
  });

  test('never sooner than the margin, never later than twice the margin, and the same for all of one window', () => {
    for (let milliseconds = 1; milliseconds <= 15_000; milliseconds += 7) {
      const enqueuedAt = at(milliseconds / 1_000);
      const due = settlingTime(enqueuedAt);
      expect(due.getTime() - enqueuedAt.getTime()).toBeGreaterThanOrEqual(15_000);
      expect(due).toEqual(at(30));
    }
  });

  test('an evaluation of the settling message covers every message that shares it', () => {
    expect(coverageOf(at(14.999), settlingTime(at(14.999)))).toBe('covered');
    expect(coverageOf(at(0.001), settlingTime(at(0.001)))).toBe('covered');
  });
});

describe('evaluations begin at least three seconds apart', () => {
  test.each([
    ['the first one ever', 0, undefined, 0],
    ['at the same time', 10, 10, 3],
    ['a second later', 11, 10, 2],
    ['a millisecond too soon', 12.999, 10, 0.001],
    ['exactly three seconds later', 13, 10, 0],
    ['long after', 100, 10, 0],
  ])('%s', (_, beganAt, previous, left) => {
    expect(spacingLeft(at(beganAt), previous === undefined ? undefined : at(previous))).toBeCloseTo(left, 6);
  });
});
