/**
 * NCRONTAB expressions, as Azure Functions' timers take them: six fields (second, minute, hour, day, month, day of the
 * week), or five without the seconds, in UTC. Unlike in cron, day and day of the week must both match.
 */
export interface Schedule {
  /** The first due time strictly after `after`, both in milliseconds since the epoch; undefined when there is none. */
  next(after: number): number | undefined;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: { name: string; low: number; high: number; names?: string[] }[] = [
  { name: 'second', low: 0, high: 59 },
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  { name: 'day', low: 1, high: 31 },
  { name: 'month', low: 1, high: 12, names: MONTHS },
  { name: 'day of the week', low: 0, high: 6, names: DAYS },
];
const DAY = 86_400_000;
/** 29 February on a given day of the week comes back after 28 years, or 40 across a century without a leap year. */
const LONGEST_SEARCH_DAYS = 41 * 366;

function parseField(text: string, field: (typeof FIELDS)[number], expression: string): number[] {
  const fail = (): never => {
    throw new Error(`The schedule '${expression}' is not valid: '${text}' is no ${field.name}.`);
  };
  const number = (word: string): number => {
    const named = field.names?.indexOf(word.toLowerCase().slice(0, 3)) ?? -1;
    const value = named >= 0 ? named + field.low : /^\d+$/.test(word) ? Number(word) : fail();
    return value < field.low || value > field.high ? fail() : value;
  };
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', stepText, ...more] = part.split('/');
    const step = stepText === undefined ? 1 : /^[1-9]\d*$/.test(stepText) ? Number(stepText) : fail();
    const ends = range === '*' ? [] : range.split('-');
    if (more.length > 0 || ends.length > 2) fail();
    const low = ends[0] === undefined ? field.low : number(ends[0]);
    const high =
      ends[1] !== undefined ? number(ends[1]) : ends[0] === undefined || stepText !== undefined ? field.high : low;
    if (high < low) fail();
    for (let value = low; value <= high; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** Throws an error with a sentence when the expression is not valid. */
export function parseNcrontab(expression: string): Schedule {
  const words = expression.trim().split(/\s+/);
  const texts = words.length === 5 ? ['0', ...words] : words;
  if (texts.length !== 6) {
    throw new Error(`The schedule '${expression}' is not valid: it needs six fields, seconds first.`);
  }
  const [seconds = [], minutes = [], hours = [], days = [], months = [], weekdays = []] = FIELDS.map((field, index) =>
    parseField(texts[index] ?? '', field, expression),
  );

  const firstOn = (midnight: number, earliest: number): number | undefined => {
    for (const hour of hours) {
      for (const minute of minutes) {
        const start = midnight + (hour * 60 + minute) * 60_000;
        if (start + 59_000 < earliest) continue;
        const second = seconds.find((one) => start + one * 1000 >= earliest);
        if (second !== undefined) return start + second * 1000;
      }
    }
    return undefined;
  };

  return {
    next(after) {
      const earliest = Math.floor(after / 1000) * 1000 + 1000;
      const firstDay = Math.floor(earliest / DAY) * DAY;
      for (let count = 0; count < LONGEST_SEARCH_DAYS; count++) {
        const midnight = firstDay + count * DAY;
        const date = new Date(midnight);
        if (!months.includes(date.getUTCMonth() + 1)) continue;
        if (!days.includes(date.getUTCDate()) || !weekdays.includes(date.getUTCDay())) continue;
        const found = firstOn(midnight, earliest);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}
