import { analyzeQuery } from './kusto';
import { alertQueries, LINES, workbookQueries } from './watch-queries';

const messagesOf = (text: string): string[] => analyzeQuery(text).problems.map(({ message }) => message);

/** What a rule over the log may not use, by Azure Monitor's documentation of log search alerts. */
const NOT_IN_ALERTS = /\bbag_unpack\b|\bpivot\b|\bnarrow\b|\bAggregatedValue\b|\bago\(|\bnow\(/;

describe('queries of alerts', () => {
  test.each(alertQueries().map(({ name, text }) => [name, text] as const))('%s is one', (_, text) => {
    expect(analyzeQuery(text).problems).toEqual([]);
    // The rule sets the time; what a query says of it besides would have it read two days each time.
    expect(text).not.toMatch(NOT_IN_ALERTS);
  });

  test.each(alertQueries().map(({ name, text }) => [name, text] as const))(
    '%s has columns of one type each, that an alert can be split by',
    (_, text) => {
      const { columns } = analyzeQuery(text);
      expect(Object.keys(columns)).not.toHaveLength(0);
      // A union of two types makes two columns of one name: `failed_int` and `failed_long`.
      expect(Object.keys(columns).filter((name) => /_(int|long|real|string|dynamic)$/.test(name))).toEqual([]);
      expect(Object.values(columns)).not.toContain('dynamic');
    },
  );
});

describe('queries of the workbook', () => {
  test.each(workbookQueries().map(({ name, text }) => [name, text] as const))('%s is one', (_, text) => {
    expect(analyzeQuery(text).problems).toEqual([]);
    expect(Object.keys(analyzeQuery(text).columns)).not.toHaveLength(0);
  });
});

describe('a planted fault is found', () => {
  test.each([
    ['a table that there is not', 'trace | count', /'trace' does not refer to any known table/],
    ['a column that there is not', 'traces | where text == "a"', /'text' does not refer to any known column/],
    ['an operator', 'traces | sumarize count()', /Query operator expected/],
    ['a function', 'traces | extend a = bagkeys(customDimensions)', /'bagkeys' does not refer to any known function/],
    ['a parenthesis', 'traces | where (severityLevel > 2', /Expected: \)/],
    ['too few arguments', 'traces | extend a = iff(true, 1)', /expects 3 arguments/],
    ['a name that needs brackets', 'traces | extend kind = 1', /needs to be bracketed/],
    ['an aggregate outside of summarize', 'traces | where count() > 1', /'count' is not allowed in this context/],
    [
      'a column that summarize has dropped',
      'traces | summarize by message | where severityLevel > 2',
      /'severityLevel'/,
    ],
  ])('%s', (_, text, problem) => {
    expect(messagesOf(text).join('\n')).toMatch(problem);
  });

  test('in what a query of ours says, too', () => {
    for (const { text } of alertQueries().filter((query) => query.text.includes('line.connectionId')))
      expect(messagesOf(text.replace('line.connectionId', 'lime.connectionId')).join('\n')).toMatch(/'lime'/);
    expect.assertions(4);
  });
});

test('the first line of queries has each line of the log by its message, and its fields', () => {
  expect(analyzeQuery(`${LINES}lines | project event, connectionId = tostring(line.connectionId)`)).toEqual({
    problems: [],
    columns: { event: 'string', connectionId: 'string' },
  });
});
