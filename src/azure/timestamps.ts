/**
 * Table Storage stamps rows to a ten-millionth of a second and leaves zeros at the end away; a `Date` keeps thousandths.
 * Its stamps are therefore kept and compared as text, and only with each other: never with a worker's clock.
 */
const STAMP = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(?:Z|\+00:00)$/;

/** Less than zero when `a` is older; throws on what is no stamp. */
export function compareTimestamps(a: string, b: string): number {
  const [left, right] = [sortable(a), sortable(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** True for what Table Storage writes. */
export function isTimestamp(text: string): boolean {
  return STAMP.test(text);
}

/** To the millisecond, rounded down, so that it never seems later than it was. */
export function timestampDate(stamp: string): Date {
  return new Date(`${sortable(stamp).slice(0, 23)}Z`);
}

function sortable(stamp: string): string {
  const [, seconds, fraction = ''] = STAMP.exec(stamp) ?? [];
  if (seconds === undefined) throw new TypeError(`'${stamp}' is not a timestamp of Table Storage`);
  return `${seconds}.${fraction.padEnd(9, '0')}`;
}
