import { fitStatus } from './fit-status';

const gates = (amount: number, says: string): string =>
  `${amount} gates failed: ${Array.from({ length: amount }, (_, index) => `gate-${index} ${says}`).join(' · ')}`;

test('what fits is left as it is', () => {
  expect(fitStatus('x'.repeat(120))).toBe('x'.repeat(120));
  expect(fitStatus('2 of 7 gates failed: title wip · size 812 > 600 lines')).toBe(
    '2 of 7 gates failed: title wip · size 812 > 600 lines',
  );
});

test('gates that do not fit are counted', () => {
  expect(fitStatus(gates(6, 'is not as was agreed'))).toBe(
    '6 gates failed: gate-0 is not as was agreed · gate-1 is not as was agreed · gate-2 is not as was agreed · +3 more',
  );
});

test('of the first that does not fit, as much is shown as tells something', () => {
  const long = 'a description that goes on for longer than anybody reads';
  expect(fitStatus(gates(4, long))).toBe(
    '4 gates failed: gate-0 a description that goes on for longer than anybody reads · gate-1 a description that g… · +2 more',
  );
  expect(fitStatus(`5 gates passed · advice: size ${'x'.repeat(200)}`)).toMatch(/^5 gates passed · advice: size x+…$/);
});

test('one alone is cut', () => {
  expect(fitStatus('x'.repeat(121))).toBe(`${'x'.repeat(119)}…`);
  expect(fitStatus(`${'x'.repeat(200)} · y · z`)).toBe(`${'x'.repeat(109)}… · +2 more`);
});

test('what was cut before and has words before it now counts all that is missing', () => {
  const once = fitStatus(gates(6, 'is not as was agreed'));
  expect(fitStatus(`shadow: would have failed: ${once}`)).toBe(
    'shadow: would have failed: 6 gates failed: gate-0 is not as was agreed · gate-1 is not as was agreed · +4 more',
  );
});

test('nothing is longer than 120 characters, whatever it says, and nothing is cut twice', () => {
  for (let length = 0; length < 130; length += 1) {
    for (const amount of [2, 3, 30]) {
      const text = fitStatus(gates(amount, '𝒳'.repeat(length)));
      expect(Array.from(text).length).toBeLessThanOrEqual(120);
      expect(fitStatus(text)).toBe(text);
    }
  }
  expect(fitStatus(' · '.repeat(100_000)).length).toBeLessThanOrEqual(120);
});
