/** Times that people write into a calendar, once or every week, and the time zone that they mean. Pure: `now` is given. */

/** A window as it is written: both ends in the same way. */
export interface Window {
  from: string;
  to: string;
}

/** A window as it takes place: from `begin`, before `end`. */
export interface Span {
  begin: Date;
  end: Date;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A weekly window lasts a week at most, so those that begin further away neither hold nor come next. */
const DAYS_AROUND = 8;

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** `wall` counts from 1970 (`local`) or from Sunday (`weekly`), as a clock on the wall shows it; `at` is the time itself. */
type Time = { kind: 'fixed'; at: number } | { kind: 'local'; wall: number } | { kind: 'weekly'; wall: number };

export function isTime(text: string): boolean {
  return timeOf(text) !== undefined;
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What is wrong with the two ends together, as the rest of a sentence; what is wrong with one is told of it. */
export function orderProblem({ from, to }: Window): string | undefined {
  const [begin, end] = [timeOf(from), timeOf(to)];
  if (!begin || !end) return undefined;
  if (begin.kind !== end.kind) return 'has two ends that are written in different ways: both once or both every week';
  const isInOrder = begin.kind === 'weekly' ? instant(begin) !== instant(end) : instant(begin) < instant(end);
  return isInOrder ? undefined : 'ends before it has begun: from comes before to';
}

/** The times at which a window takes place that may hold now or come next. */
export function spansAround(window: Window, timeZone: string, now: Date): Span[] {
  const [from, to] = [timeOf(window.from), timeOf(window.to)];
  if (!from || !to) return [];
  if (from.kind !== 'weekly') {
    const begin = from.kind === 'fixed' ? from.at : earliest(from.wall, timeZone);
    const end = to.kind === 'fixed' ? to.at : latest(to.wall, timeZone);
    return [{ begin: new Date(begin), end: new Date(end) }];
  }
  const length = (instant(to) - from.wall + 7 * DAY) % (7 * DAY);
  const today = Math.floor((now.getTime() + offsetAt(now.getTime(), timeZone)) / DAY);
  const days = Array.from({ length: 2 * DAYS_AROUND + 1 }, (_, index) => today - DAYS_AROUND + index);
  return days
    .filter((day) => new Date(day * DAY).getUTCDay() === Math.floor(from.wall / DAY))
    .map((day) => {
      const wall = day * DAY + (from.wall % DAY);
      return { begin: new Date(earliest(wall, timeZone)), end: new Date(latest(wall + length, timeZone)) };
    });
}

/** `2026-12-18 18:00`, as a clock on the wall shows it there. */
export function localText(at: Date, timeZone: string): string {
  const wall = new Date(at.getTime() + offsetAt(at.getTime(), timeZone));
  return wall.toISOString().slice(0, 16).replace('T', ' ');
}

function timeOf(text: string): Time | undefined {
  const weekly = /^([a-z]+) ([01]\d|2[0-3]):([0-5]\d)$/i.exec(text);
  if (weekly) {
    const day = WEEKDAYS.indexOf((weekly[1] ?? '').toLowerCase());
    return day < 0
      ? undefined
      : { kind: 'weekly', wall: day * DAY + (Number(weekly[2]) * 60 + Number(weekly[3])) * MINUTE };
  }
  const once = /^(\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d)?(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  if (!once) return undefined;
  const [, minute = '', second = ':00', zone] = once;
  const wall = Date.parse(`${minute}${second}Z`);
  // The 30th of February is read as a day of March.
  if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 16) !== minute) return undefined;
  const at = zone === undefined ? undefined : Date.parse(`${minute}${second}${zone}`);
  if (at === undefined) return { kind: 'local', wall };
  return Number.isNaN(at) ? undefined : { kind: 'fixed', at };
}

function instant(time: Time): number {
  return time.kind === 'fixed' ? time.at : time.wall;
}

/** Of a time that the clocks skip or show twice, the earlier meaning; `latest` has the later one. */
function earliest(wall: number, timeZone: string): number {
  return Math.min(...meanings(wall, timeZone));
}

function latest(wall: number, timeZone: string): number {
  return Math.max(...meanings(wall, timeZone));
}

/** The times at which the clocks show this; where they skip it, by what they are put forward from and to. */
function meanings(wall: number, timeZone: string): number[] {
  const offsets = [wall - DAY, wall + DAY].map((near) => offsetAt(near, timeZone));
  const times = offsets.map((offset) => wall - offset);
  const shown = times.filter((at) => at + offsetAt(at, timeZone) === wall);
  return shown.length > 0 ? shown : times;
}

/** By time zone: to make one is slow, and there are a few hundred names at most. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the clocks of a time zone are ahead of UTC, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  formats.set(timeZone, format);
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return shown - Math.floor(at / 1_000) * 1_000;
}
