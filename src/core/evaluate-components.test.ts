import { ordinary } from '../gates/testing/ordinary-pull-request';

import { evaluate, type EnabledGate } from './evaluate';
import { Failure } from './failures';
import type { PullRequestSnapshot } from './snapshot';

const now = new Date('2026-10-01T12:00:00Z');
const { details, iteration } = ordinary;

/** A gate that says what it sees. */
const counting = (over: Partial<EnabledGate>): EnabledGate => ({
  name: 'size',
  mode: 'block',
  needs: ['changes', 'lineCounts'],
  asks: {},
  component: null,
  files: { include: null, exclude: [] },
  circumstances: [
    {
      enabled: true,
      phase: 'enforce',
      branches: { include: ['**'], exclude: [] },
      drafts: 'skip',
      bots: { identities: [], exempt: [] },
    },
  ],
  when: undefined,
  evaluate: ({ changes, lineCounts }) => ({
    state: 'succeeded',
    description: `${changes.map(({ path }) => path).join(' ')} | ${lineCounts.length}`,
    findings: [],
  }),
  ...over,
});
const parts = [
  counting({ files: { include: null, exclude: ['pay/**', 'shop/**'] } }),
  counting({ component: 'pay', files: { include: ['pay/**'], exclude: [] } }),
  counting({ component: 'shop', files: { include: ['shop/**'], exclude: [] } }),
];
const changing = (...files: (string | [string, string])[]): PullRequestSnapshot => {
  const value = files.map((file) =>
    typeof file === 'string'
      ? { path: file, kinds: ['edit' as const] }
      : { path: file[1], originalPath: file[0], kinds: ['rename' as const] },
  );
  const counts = value.map(({ path }) => ({ path, additions: 1, deletions: 0 }));
  return { details, iteration, changes: { ok: true, value }, lineCounts: { ok: true, value: counts } };
};
const said = (pullRequest: PullRequestSnapshot, gates = parts) =>
  evaluate(pullRequest, gates, now).outcomes.map(
    ({ component, state, description }) => `${component ?? 'all'} ${state}: ${description}`,
  );

test.each<[string, PullRequestSnapshot, string[]]>([
  [
    'each sees its own files, and the rest is seen above',
    changing('/pay/a', '/pay/b', '/readme.md', '/shop/a'),
    ['all succeeded: /readme.md | 1', 'pay succeeded: /pay/a /pay/b | 2', 'shop succeeded: /shop/a | 1'],
  ],
  [
    'one that is not touched has no outcome',
    changing('/pay/a', '/x'),
    ['all succeeded: /x | 1', 'pay succeeded: /pay/a | 1'],
  ],
  [
    'above there may be nothing left',
    changing('/pay/a'),
    ['all notApplicable: every changed file belongs to a component', 'pay succeeded: /pay/a | 1'],
  ],
  ['without a component there is everything above', changing('/x', '/y'), ['all succeeded: /x /y | 2']],
  [
    'a file moved out of a component is judged on both sides',
    changing(['/pay/a', '/lib/a']),
    ['all succeeded: /lib/a | 1', 'pay succeeded: /lib/a | 1'],
  ],
  [
    'a file moved into one, too',
    changing(['/lib/a', '/pay/a']),
    ['all succeeded: /pay/a | 1', 'pay succeeded: /pay/a | 1'],
  ],
  [
    'a file moved between two is theirs alone',
    changing(['/pay/a', '/shop/a']),
    [
      'all notApplicable: every changed file belongs to a component',
      'pay succeeded: /shop/a | 1',
      'shop succeeded: /shop/a | 1',
    ],
  ],
  ['a pull request that changes nothing is judged above alone', changing(), ['all succeeded:  | 0']],
])('%s', (_, pullRequest, expected) => {
  expect(said(pullRequest)).toEqual(expected);
});

test('where the changed files could not be read, every part is an error: none is taken for untouched', () => {
  const failure = new Failure({ kind: 'unavailable', message: 'The changes could not be read.' });
  const unread = 'error: could not judge: The changes could not be read.';
  expect(said({ details, iteration, lineCounts: { ok: true, value: [] }, changes: { ok: false, failure } })).toEqual([
    `all ${unread}`,
    `pay ${unread}`,
    `shop ${unread}`,
  ]);
});

test('a condition is about the files of the part', () => {
  const when = { paths: ['pay/**'], size: { maximumFiles: 1 } };
  const conditional = parts.map((part) => ({ ...part, when }));
  expect(said(changing('/pay/a', '/shop/a', '/shop/b', '/x'), conditional)).toEqual([
    'all notApplicable: no changed file in pay/**',
    'pay succeeded: /pay/a | 1',
    'shop notApplicable: no changed file in pay/**',
  ]);
});

describe('a draft', () => {
  const draft = { ...details, isDraft: true };
  const waiting = (...places: string[]) => places.map((place) => `${place} pending: draft: judged when published`);

  test('waits, and so do the parts that it touches', () => {
    expect(said({ ...changing('/pay/a'), details: draft })).toEqual(waiting('all', 'pay'));
  });

  test('waits in every part as long as nobody read what it changes', () => {
    expect(said({ details: draft, iteration })).toEqual(waiting('all', 'pay', 'shop'));
  });
});
