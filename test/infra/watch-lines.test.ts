import { alertQueries, fieldsIn, LINES, messagesIn, workbookQueries, type Query } from './watch-queries';
import { logLines, registeredFunctions, type LogLine } from './log-lines';

/** What a query asks of the log, and the code does not write there. */
function strangersIn(query: Query, lines: readonly LogLine[]): string[] {
  const named = messagesIn(query);
  // host.json's level.
  const kept = lines.filter(({ level }) => level !== 'debug');
  const matching = ({ message, isStart }: { message: string; isStart: boolean }): LogLine[] =>
    kept.filter((line) => (isStart ? line.message?.startsWith(message) : line.message === message));
  const found = named.flatMap(matching);
  // A query that names no message looks at all of them.
  const asked = named.length === 0 ? kept : found;
  const known = new Set(asked.flatMap((line) => line.fields));
  return [
    ...named.filter((each) => matching(each).length === 0).map(({ message }) => `nothing writes "${message}"`),
    ...fieldsIn(query)
      .filter((field) => !known.has(field))
      .map((field) => `nothing that it looks at has a field ${field}`),
  ];
}

/** Read with our own lines, so that they are compiled once. */
const PLANTED = `import type { Log } from './ports';
  const GONE = 'It is gone';
  interface Where { connectionId: string; projectId?: string }
  export const tell = (log: Log, where: Where, text: string) => {
    log.warn(GONE, { ...where, days: 3 });
    log.info(text);
    console.info('no line of the log');
  };`;

let lines: LogLine[];
let planted: LogLine[];

beforeAll(() => {
  const all = logLines(new Map([['src/app/planted.ts', PLANTED]]));
  planted = all.filter(({ at }) => at.startsWith('src/app/planted.ts'));
  lines = all.filter((line) => !planted.includes(line));
});

describe('the log', () => {
  test('has static messages, which the first line of queries can take apart', () => {
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.filter(({ message }) => message === undefined).map(({ at }) => at)).toEqual([]);
    // A quotation mark would end it there; see queries/lines.kql.
    expect(lines.filter(({ message }) => /["\\]/.test(message ?? '')).map(({ at }) => at)).toEqual([]);
  });

  test('has no field that would take the message’s place', () => {
    expect(lines.filter((line) => line.fields.includes('message')).map(({ at }) => at)).toEqual([]);
  });

  test('is read as it is written, constants and spread fields too', () => {
    expect(planted).toEqual([
      {
        message: 'It is gone',
        fields: ['days', 'connectionId', 'projectId'],
        level: 'warn',
        at: 'src/app/planted.ts:5',
      },
      { message: undefined, fields: [], level: 'info', at: 'src/app/planted.ts:6' },
    ]);
  });
});

describe('queries ask for what the code writes', () => {
  const queries = [...alertQueries(), ...workbookQueries()];

  test.each(queries.map((query) => [query.name, query] as const))('%s', (_, query) => {
    expect(strangersIn(query, lines)).toEqual([]);
  });

  test('every one of them is taken apart: messages and fields are found', () => {
    const without = queries.filter((query) => messagesIn(query).length + fieldsIn(query).length === 0);
    // Those that look at invocations, and not at the log.
    expect(without.map(({ name }) => name)).toEqual(['failed-invocations', 'functions']);
    expect(new Set(queries.flatMap(fieldsIn)).size).toBeGreaterThan(20);
  });

  test.each([
    ['another message', '| where event == "A PAT ended soon"', ['nothing writes "A PAT ended soon"']],
    ['a start', '| where event startswith "A service hook was lost"', ['nothing writes "A service hook was lost"']],
    [
      'a field of another message',
      '| where event == "The queue was looked at"\n| project line.oldestSeconds, line.projectId',
      ['nothing that it looks at has a field projectId'],
    ],
    [
      'a line that is not kept',
      '| where event == "A message tells nothing that was not seen"',
      ['nothing writes "A message tells nothing that was not seen"'],
    ],
    [
      'one message of several',
      '| where event in (\n    "The queue was looked at",\n    "A queue was looked at")',
      ['nothing writes "A queue was looked at"'],
    ],
  ])('a planted fault is found: %s', (name, text, problems) => {
    expect(strangersIn({ name, text: `${LINES}lines\n${text}` }, lines)).toEqual(problems);
  });

  test('functions that they name are registered', () => {
    const named = alertQueries().flatMap(({ text }) =>
      [...text.matchAll(/\b(?:name|operation_Name) == "([^"]+)"/g)].map(([, name]) => name),
    );
    expect(named).not.toHaveLength(0);
    expect(registeredFunctions()).toEqual(expect.arrayContaining(named));
  });
});
