import { daysFrom, dayOf, patEndProblem, warningStep } from './pat-expiry';

const now = new Date('2026-11-21T12:00:00Z');

test.each<[number, RegExp | undefined]>([
  [90, undefined],
  [365, undefined],
  [0.01, undefined],
  [0, /ended on 2026-11-21 is good for nothing/],
  [-1, /ended on 2026-11-20/],
  [400, /No PAT lasts until 2027-12-26: Azure DevOps gives none for more than a year/],
])('a PAT that ends in %d days', (days, problem) => {
  if (problem) expect(patEndProblem(daysFrom(now, days), now)).toMatch(problem);
  else expect(patEndProblem(daysFrom(now, days), now)).toBeUndefined();
});

test('an end that is no date', () => expect(patEndProblem(new Date('soon'), now)).toMatch(/is a date like/));

test.each<[string, string | undefined]>([
  ['2027-02-01', '2027-02-01T00:00:00.000Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
  ['2027-02-29', undefined],
  ['2027-13-01', undefined],
  ['01.02.2027', undefined],
  ['', undefined],
])('the day %p', (text, expected) => expect(dayOf(text)?.toISOString()).toBe(expected));

test.each<[number, number | null | undefined]>([
  [31, undefined],
  [30.001, undefined],
  [30, 30],
  [14.5, 30],
  [14, 14],
  [6, 7],
  [3, 3],
  [1.5, 3],
  [1, 1],
  [0.01, 1],
  [0, null],
  [-5, null],
])('with %d days left the step is %p', (days, step) => expect(warningStep(daysFrom(now, days), now)).toBe(step));
