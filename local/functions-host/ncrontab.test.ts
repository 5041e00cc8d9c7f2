import { parseNcrontab } from './ncrontab';

const next = (expression: string, after: string): string | undefined => {
  const found = parseNcrontab(expression).next(Date.parse(after));
  return found === undefined ? undefined : new Date(found).toISOString().replace('.000Z', 'Z');
};

test.each([
  ['0 */5 * * * *', '2026-03-01T10:00:00Z', '2026-03-01T10:05:00Z'],
  ['0 */5 * * * *', '2026-03-01T10:04:59.999Z', '2026-03-01T10:05:00Z'],
  ['*/5 * * * *', '2026-03-01T23:59:00Z', '2026-03-02T00:00:00Z'],
  ['* * * * * *', '2026-03-01T10:00:00.500Z', '2026-03-01T10:00:01Z'],
  ['30 15,45 9-17 * * *', '2026-03-01T17:45:30Z', '2026-03-02T09:15:30Z'],
  ['0 0 2 * * 1-5', '2026-03-06T02:00:00Z', '2026-03-09T02:00:00Z'],
  ['0 0 0 1 Jan *', '2026-03-06T02:00:00Z', '2027-01-01T00:00:00Z'],
  ['0 0 0 * * Sunday', '2026-03-06T02:00:00Z', '2026-03-08T00:00:00Z'],
  ['0 0 0 29 2 *', '2026-03-06T02:00:00Z', '2028-02-29T00:00:00Z'],
  // Both must match: a Friday that is a thirteenth.
  ['0 0 12 13 * Fri', '2026-03-14T00:00:00Z', '2026-11-13T12:00:00Z'],
  ['0 10/20 * * * *', '2026-03-01T10:31:00Z', '2026-03-01T10:50:00Z'],
  ['0 0 0 30 2 *', '2026-03-01T10:31:00Z', undefined],
])('%s after %s is %s', (expression, after, expected) => {
  expect(next(expression, after)).toBe(expected);
});

test.each([
  '',
  '* * * *',
  '60 * * * * *',
  '0 0 24 * * *',
  '0 */0 * * * *',
  '0 5-1 * * * *',
  '0 0 0 0 * *',
  '0 x * * * *',
  '1/2/3 * * * * *',
])('%j is refused', (expression) => {
  expect(() => parseNcrontab(expression)).toThrow(/^The schedule '.*' is not valid/);
});
