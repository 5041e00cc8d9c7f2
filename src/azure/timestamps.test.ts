import { compareTimestamps, isTimestamp, timestampDate } from './timestamps';

test('orders stamps to the ten-millionth of a second, with or without zeros at the end', () => {
  const stamps = [
    '2026-05-01T10:00:00Z',
    '2026-05-01T10:00:00.1Z',
    '2026-05-01T10:00:00.1000001Z',
    '2026-05-01T10:00:00.12Z',
    '2026-05-01T10:00:01Z',
  ];
  expect([...stamps].reverse().sort(compareTimestamps)).toEqual(stamps);
  expect(compareTimestamps('2026-05-01T10:00:00.10Z', '2026-05-01T10:00:00.1000000Z')).toBe(0);
});

test('rounds down to the millisecond', () => {
  expect(timestampDate('2026-05-01T10:00:00.1239999Z')).toEqual(new Date('2026-05-01T10:00:00.123Z'));
  expect(timestampDate('2026-05-01T10:00:00Z')).toEqual(new Date('2026-05-01T10:00:00.000Z'));
});

test('knows a stamp from other text', () => {
  expect(isTimestamp('2026-05-01T10:00:00.1234567Z')).toBe(true);
  expect(isTimestamp('2026-05-01')).toBe(false);
  expect(() => timestampDate('yesterday')).toThrow("'yesterday' is not a timestamp");
});
