import { judged, waiting, type Fault } from './outcome';

const fault = (short: string): Fault => ({ short, finding: { severity: 'low', key: short, message: `${short}.` } });

test('without a fault it succeeded', () => {
  expect(judged([], 'fine')).toEqual({ state: 'succeeded', description: 'fine', findings: [] });
});

test('with faults it failed: described by the first, with all findings', () => {
  expect(judged([fault('too short')], 'fine')).toEqual({
    state: 'failed',
    description: 'too short',
    findings: [fault('too short').finding],
  });
  const outcome = judged([fault('a'), fault('b'), fault('c')], 'fine');
  expect(outcome.description).toBe('a (+2 more)');
  expect(outcome.findings.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
});

test('where somebody else has something to do first, it waits: described in the same way', () => {
  expect(waiting([fault('a'), fault('b')])).toEqual({ ...judged([fault('a'), fault('b')], ''), state: 'pending' });
});
