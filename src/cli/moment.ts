import { InvalidArgumentError } from 'commander';

const HOURS = { h: 1, d: 24, w: 7 * 24 } as const;

/** `30d`, `12h`, `2w`: so long ago; or a day like 2026-11-01, or a time of it as others print it. */
export function parseMoment(text: string): Date {
  const [, amount = '', unit = ''] = /^([1-9]\d{0,4})([hdw])$/.exec(text) ?? [];
  if (unit === 'h' || unit === 'd' || unit === 'w')
    return new Date(Date.now() - Number(amount) * HOURS[unit] * 3_600_000);
  const time = /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(text) ? new Date(text) : new Date(NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('It is like 30d, 12h or 2w, or a day like 2026-11-01.');
}
