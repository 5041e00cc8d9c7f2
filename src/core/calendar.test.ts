import { isTime, isTimeZone, localText, orderProblem, spansAround } from './calendar';

const now = new Date('2026-03-04T12:00:00Z');

/** Begin and end as `2026-03-04T12:00Z`. */
function spans(from: string, to: string, timeZone: string, at = now): string[] {
  const minute = (time: Date) => `${time.toISOString().slice(0, 16)}Z`;
  return spansAround({ from, to }, timeZone, at).map(({ begin, end }) => `${minute(begin)} ${minute(end)}`);
}

describe('times', () => {
  test.each([
    ['2026-12-18T18:00', true],
    ['2026-12-18T18:00:30', true],
    ['2026-12-18T18:00Z', true],
    ['2026-12-18T18:00+05:45', true],
    ['Friday 18:00', true],
    ['2026-12-18', false],
    ['2026-12-18 18:00', false],
    ['2026-02-30T18:00', false],
    ['2026-13-01T18:00', false],
    ['2026-12-18T24:00', false],
    ['2026-12-18T18:60', false],
    ['2026-12-18T18:00+99:99', false],
    ['fri 18:00', false],
    ['friday 24:00', false],
    ['friday', false],
    ['', false],
  ])('%j', (text, expected) => {
    expect(isTime(text)).toBe(expected);
  });

  test.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Asia/Kathmandu', true],
    ['Berlin', false],
    ['', false],
  ])('the time zone %j', (name, expected) => {
    expect(isTimeZone(name)).toBe(expected);
  });

  test.each<[string, string, boolean]>([
    ['2026-12-18T18:00', '2026-12-18T18:01', true],
    ['2026-12-18T18:00', '2026-12-18T18:00', false],
    ['2026-12-18T18:00', '2026-12-17T18:00', false],
    ['2026-12-18T18:00+01:00', '2026-12-18T17:30Z', true],
    ['2026-12-18T18:00+01:00', '2026-12-18T17:00Z', false],
    ['2026-12-18T18:00', '2026-12-19T17:30Z', false],
    ['friday 18:00', '2026-12-19T17:30', false],
    ['friday 18:00', 'friday 18:00', false],
    ['friday 18:00', 'friday 17:00', true],
    ['saturday 18:00', 'sunday 17:00', true],
  ])('%s to %s', (from, to, expected) => {
    expect(orderProblem({ from, to }) === undefined).toBe(expected);
  });
});

describe('once', () => {
  test.each<[string, string, string, string, string]>([
    ['UTC', '2026-03-04T08:00', '2026-03-05T08:00', 'UTC', '2026-03-04T08:00Z 2026-03-05T08:00Z'],
    ['another zone', '2026-03-04T08:00', '2026-07-04T08:00', 'Europe/Berlin', '2026-03-04T07:00Z 2026-07-04T06:00Z'],
    [
      'its own offset',
      '2026-03-04T08:00-05:00',
      '2026-03-04T14:00Z',
      'Asia/Tokyo',
      '2026-03-04T13:00Z 2026-03-04T14:00Z',
    ],
    ['a year ahead', '2027-03-04T08:00', '2027-03-05T08:00', 'UTC', '2027-03-04T08:00Z 2027-03-05T08:00Z'],
    // In Berlin 02:00 becomes 03:00 on the 29th of March, and 03:00 becomes 02:00 on the 25th of October.
    [
      'skipped at its begin',
      '2026-03-29T02:30',
      '2026-03-29T04:00',
      'Europe/Berlin',
      '2026-03-29T00:30Z 2026-03-29T02:00Z',
    ],
    [
      'skipped at its end',
      '2026-03-29T01:00',
      '2026-03-29T02:30',
      'Europe/Berlin',
      '2026-03-29T00:00Z 2026-03-29T01:30Z',
    ],
    [
      'shown twice at its begin',
      '2026-10-25T02:30',
      '2026-10-25T04:00',
      'Europe/Berlin',
      '2026-10-25T00:30Z 2026-10-25T03:00Z',
    ],
    [
      'shown twice at its end',
      '2026-10-25T01:00',
      '2026-10-25T02:30',
      'Europe/Berlin',
      '2026-10-24T23:00Z 2026-10-25T01:30Z',
    ],
    [
      'just before they change',
      '2026-03-29T01:59',
      '2026-03-29T03:00',
      'Europe/Berlin',
      '2026-03-29T00:59Z 2026-03-29T01:00Z',
    ],
    [
      'half an hour',
      '2026-04-05T01:45',
      '2026-04-05T03:00',
      'Australia/Lord_Howe',
      '2026-04-04T14:45Z 2026-04-04T16:30Z',
    ],
  ])('%s', (_, from, to, timeZone, expected) => {
    expect(spans(from, to, timeZone)).toEqual([expected]);
  });
});

describe('every week', () => {
  test('the ones before, now and next', () => {
    expect(spans('wednesday 10:00', 'thursday 09:00', 'UTC')).toEqual([
      '2026-02-25T10:00Z 2026-02-26T09:00Z',
      '2026-03-04T10:00Z 2026-03-05T09:00Z',
      '2026-03-11T10:00Z 2026-03-12T09:00Z',
    ]);
  });

  test('over the end of a week, and nearly a whole one', () => {
    expect(spans('friday 16:00', 'monday 08:00', 'UTC')).toContain('2026-03-06T16:00Z 2026-03-09T08:00Z');
    expect(spans('friday 16:00', 'friday 15:00', 'UTC')).toContain('2026-02-27T16:00Z 2026-03-06T15:00Z');
  });

  test('keeps to the clocks on the wall when they change', () => {
    const easter = new Date('2026-03-28T12:00:00Z');
    expect(spans('saturday 08:00', 'monday 08:00', 'Europe/Berlin', easter)).toContain(
      '2026-03-28T07:00Z 2026-03-30T06:00Z',
    );
    expect(spans('sunday 02:30', 'sunday 03:30', 'Europe/Berlin', easter)).toContain(
      '2026-03-29T00:30Z 2026-03-29T01:30Z',
    );
  });

  test('by the weekday that it is there', () => {
    // Tuesday night in UTC is Wednesday in Tokyo.
    expect(spans('wednesday 00:00', 'wednesday 12:00', 'Asia/Tokyo')).toContain('2026-03-03T15:00Z 2026-03-04T03:00Z');
  });
});

test('a time as the clocks show it', () => {
  expect(localText(now, 'Europe/Berlin')).toBe('2026-03-04 13:00');
  expect(localText(new Date('2026-03-04T18:30:59Z'), 'Asia/Kathmandu')).toBe('2026-03-05 00:15');
});
