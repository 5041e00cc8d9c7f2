import type { Outcome } from '../core/gate';
import type { ChangedFile, LineCount } from '../core/snapshot';

import { size } from './size';
import { ordinaryPullRequest } from './testing/ordinary-pull-request';

type Options = Parameters<typeof size.options.parse>[0];
type File = LineCount & Pick<ChangedFile, 'originalPath'>;

const judge = (files: File[], options: Options = {}): Outcome =>
  size.evaluate(
    ordinaryPullRequest(
      {
        changes: files.map(({ path, originalPath }) => ({
          path,
          ...(originalPath === undefined ? {} : { originalPath }),
          kinds: ['edit'],
        })),
        lineCounts: files,
      },
      size.needs,
    ),
    size.options.parse(options),
  );

const file = (additions: number, deletions = 0, path = '/src/a.ts'): File => ({ path, additions, deletions });
const files = (amount: number): File[] => Array.from({ length: amount }, (_, index) => file(1, 0, `/src/${index}.ts`));
const keysOf = (outcome: Outcome): string[] => outcome.findings.map(({ key }) => key);

describe('lines', () => {
  test.each<[string, File[], Options, string, string]>([
    ['no file', [], {}, 'succeeded', '0 lines in 0 files'],
    ['one line', [file(1)], {}, 'succeeded', '1 line in 1 file'],
    ['added and deleted lines together', [file(400, 200)], {}, 'succeeded', '600 lines in 1 file'],
    ['one too many', [file(400, 201)], {}, 'failed', '601 > 600 lines'],
    ['over several files', [file(300), file(301, 0, '/b.ts')], {}, 'failed', '601 > 600 lines'],
    ['a limit of ones own', [file(2)], { maximumLines: 1 }, 'failed', '2 > 1 lines'],
    [
      'binary files have none',
      [{ path: '/logo.png', uncounted: 'binary' }],
      {},
      'succeeded',
      '0 lines in 1 file, 1 of them binary',
    ],
  ])('%s', (_, given, options, state, description) => {
    expect(judge(given, options)).toMatchObject({ state, description });
  });
});

describe('added and deleted lines apart', () => {
  test.each<[string, File[], Options, string, string]>([
    [
      'as many as may be',
      [file(10, 5)],
      { maximumAdditions: 10, maximumDeletions: 5 },
      'succeeded',
      '15 lines in 1 file',
    ],
    ['too many added', [file(11, 5)], { maximumAdditions: 10 }, 'failed', '11 > 10 added lines'],
    ['too many deleted', [file(1, 6)], { maximumDeletions: 5 }, 'failed', '6 > 5 deleted lines'],
    ['none may be deleted', [file(1, 1)], { maximumDeletions: 0 }, 'failed', '1 > 0 deleted lines'],
    ['deleted ones are not added ones', [file(1, 50)], { maximumAdditions: 1 }, 'succeeded', '51 lines in 1 file'],
    ['over several files', [file(6), file(5, 0, '/b.ts')], { maximumAdditions: 10 }, 'failed', '11 > 10 added lines'],
    ['the sum all the same', [file(400, 201)], { maximumAdditions: 400 }, 'failed', '601 > 600 lines'],
    [
      'all three',
      [file(11, 6)],
      { maximumLines: 1, maximumAdditions: 10, maximumDeletions: 5 },
      'failed',
      '17 > 1 lines (+2 more)',
    ],
  ])('%s', (_, given, options, state, description) => {
    expect(judge(given, options)).toMatchObject({ state, description });
  });

  test('the findings say which', () => {
    const { findings } = judge([file(11, 1)], { maximumAdditions: 10, maximumDeletions: 0 });
    expect(findings.map(({ key, message }) => [key, message])).toEqual([
      ['maximumAdditions', '11 lines are added; at most 10 are asked for.'],
      ['maximumDeletions', '1 line is deleted; at most 0 are asked for.'],
    ]);
  });
});

describe('weights', () => {
  const weights = [
    { paths: ['**/*.heavy.test.ts'], weight: 2 },
    { paths: ['**/*.test.ts'], weight: 0.5 },
    { paths: ['docs/**'], weight: 0 },
  ];
  const testFile = (lines: number): File => file(lines, 0, '/a.test.ts');
  test.each<[string, File[], Options, string, string]>([
    ['none that matches', [file(5)], { weights }, 'succeeded', '5 lines in 1 file'],
    ['half', [file(300), testFile(601)], { weights, maximumLines: 600 }, 'failed', '600.5 > 600 weighed lines'],
    [
      'half, as much as may be',
      [file(300), testFile(600)],
      { weights },
      'succeeded',
      '900 lines in 2 files, weighing 600',
    ],
    [
      'the first that matches',
      [file(5, 0, '/a.heavy.test.ts')],
      { weights },
      'succeeded',
      '5 lines in 1 file, weighing 10',
    ],
    ['nothing', [file(9_000, 0, '/docs/a.md')], { weights }, 'succeeded', '9000 lines in 1 file, weighing 0'],
    [
      'what weighs nothing is a file all the same',
      [file(1, 0, '/docs/a.md'), file(1, 0, '/docs/b.md')],
      { weights, maximumFiles: 1 },
      'failed',
      '2 > 1 files',
    ],
    [
      'too large, and weighs nothing',
      [{ path: '/docs/a', uncounted: 'tooLarge' }],
      { weights },
      'succeeded',
      '0 lines in 1 file',
    ],
    [
      'too large, and weighs half',
      [{ path: '/a.test.ts', uncounted: 'tooLarge' }],
      { weights },
      'failed',
      'a file is too large to count',
    ],
    ['added lines', [testFile(21)], { weights, maximumAdditions: 10 }, 'failed', '10.5 > 10 weighed added lines'],
    [
      'renamed to be lighter',
      [{ ...testFile(10), originalPath: '/a.ts' }],
      { weights, maximumLines: 9 },
      'failed',
      '10 > 9 lines',
    ],
    [
      'renamed from where it was',
      [{ ...file(10), originalPath: '/a.test.ts' }],
      { weights, maximumLines: 9 },
      'failed',
      '10 > 9 lines',
    ],
    [
      'renamed and as light as before',
      [{ ...testFile(10), originalPath: '/b.test.ts' }],
      { weights, maximumLines: 9 },
      'succeeded',
      '10 lines in 1 file, weighing 5',
    ],
    [
      'ten times a tenth',
      Array.from({ length: 10 }, (_, index) => file(1, 0, `/src/${index}.ts`)),
      { weights: [{ paths: ['**'], weight: 0.1 }], maximumLines: 1 },
      'succeeded',
      '10 lines in 10 files, weighing 1',
    ],
  ])('%s', (_, given, options, state, description) => {
    expect(judge(given, options)).toMatchObject({ state, description });
  });

  test('the finding says both numbers', () => {
    expect(judge([file(300), testFile(601)], { weights }).findings[0]?.message).toBe(
      '901 lines are added or deleted, weighing 600.5 by these settings; at most 600 are asked for.',
    );
  });

  test.each([-1, 11])('%d is none', (weight) => {
    expect(size.options.safeParse({ weights: [{ paths: ['**'], weight }] }).success).toBe(false);
  });
});

describe('files', () => {
  test.each<[string, File[], Options, string, string]>([
    ['fifty', files(50), {}, 'succeeded', '50 lines in 50 files'],
    ['fifty-one', files(51), {}, 'failed', '51 > 50 files'],
    ['a limit of ones own', files(2), { maximumFiles: 1 }, 'failed', '2 > 1 files'],
    ['both limits', files(51), { maximumLines: 50 }, 'failed', '51 > 50 lines (+1 more)'],
  ])('%s', (_, given, options, state, description) => {
    expect(judge(given, options)).toMatchObject({ state, description });
  });
});

describe('files that do not count', () => {
  test.each([
    '/package-lock.json',
    '/deep/in/a/package-lock.json',
    '/go.sum',
    '/wwwroot/site.min.js',
    '/wwwroot/site.min.css',
    '/src/__snapshots__/a.snap',
    '/.hidden/yarn.lock',
    '/src/Form1.Designer.cs',
    '/src/Form1.designer.cs',
  ])('%s by default', (path) => {
    expect(judge([file(9_000, 0, path)])).toMatchObject({ state: 'succeeded', description: '0 lines in 0 files' });
  });

  test.each(['/src/package-lock.json.ts', '/package-lock.jsonx', '/src/min.js', '/GO.SUM'])('but %s does', (path) => {
    expect(judge([file(601, 0, path)]).state).toBe('failed');
  });

  test('globs of ones own take the place of the default', () => {
    const options = { ignore: ['generated/**'] };
    expect(judge([file(601, 0, '/generated/.a/b.ts')], options).state).toBe('succeeded');
    expect(judge([file(601, 0, '/package-lock.json')], options).state).toBe('failed');
    expect(judge([file(601, 0, '/package-lock.json')], { ignore: [] }).state).toBe('failed');
  });

  test('a file that is renamed into them or out of them still counts', () => {
    expect(judge([{ ...file(601, 0, '/go.sum'), originalPath: '/src/a.go' }]).state).toBe('failed');
    expect(judge([{ ...file(601, 0, '/src/a.go'), originalPath: '/go.sum' }]).state).toBe('failed');
    expect(judge([{ ...file(601, 0, '/go.sum'), originalPath: '/old/go.sum' }]).state).toBe('succeeded');
  });
});

describe('a file too large to count', () => {
  test('fails, as its lines are unknown', () => {
    expect(judge([file(1), { path: '/data.csv', uncounted: 'tooLarge' }])).toMatchObject({
      state: 'failed',
      description: 'a file is too large to count',
      findings: [{ key: 'tooLarge /data.csv', message: '`/data.csv` is too large for its lines to be counted.' }],
    });
  });

  test('unless it does not count anyway', () => {
    expect(judge([{ path: '/package-lock.json', uncounted: 'tooLarge' }]).state).toBe('succeeded');
  });
});

test('findings stay the same when numbers and paths change', () => {
  const options = { maximumLines: 1, maximumFiles: 1 };
  const before = judge([file(5), file(5, 0, '/b.ts')], options);
  const after = judge([file(70), file(8, 0, '/c.ts'), file(9, 0, '/d.ts')], { ...options, maximumLines: 2 });
  expect(keysOf(before)).toEqual(['maximumLines', 'maximumFiles']);
  expect(keysOf(after)).toEqual(keysOf(before));
});

test('a hostile path is code on one line', () => {
  const [finding] = judge([{ path: '/`](http://evil.example)\n# x', uncounted: 'tooLarge' }]).findings;
  expect(finding?.message).toBe("`/'](http://evil.example) # x` is too large for its lines to be counted.");
});

test('the findings say what to do', () => {
  expect(judge([file(812)]).findings).toEqual([
    {
      severity: 'medium',
      key: 'maximumLines',
      message: '812 lines are added or deleted; at most 600 are asked for.',
      help: 'Split the change into pull requests that can be reviewed on their own.',
    },
  ]);
});
