import { parseCodeOwners } from '../core/code-owners';
import type { Outcome } from '../core/gate';
import type { ChangedFile, CodeOwners, Identity, OwningGroup, Push, Reviewer, Vote } from '../core/snapshot';

import { codeOwners } from './code-owners';
import { ordinaryPullRequest } from './testing/ordinary-pull-request';

const person = (digit: string, name: string): Identity => ({
  id: `${digit.repeat(8)}-1111-4111-8111-111111111111`,
  displayName: name,
  uniqueName: `${name.toLowerCase()}@contoso.com`,
});
const [ada, bob, eve] = [person('1', 'Ada'), person('2', 'Bob'), person('3', 'Eve')];
const at = (hour: number): string => `2026-03-04T${hour}:00:00.000Z`;
const voted = (identity: Identity, vote: Vote = 'approved', hour: number | null = 11): Reviewer => ({
  identity,
  isGroup: false,
  isRequired: false,
  vote,
  votedAt: hour === null ? null : at(hour),
});
const pushed = (iterationId: number, by: Identity, hour: number): Push => ({
  iterationId,
  by,
  at: at(hour),
  isPush: true,
});
const edited = (path: string): ChangedFile => ({ path, kinds: ['edit'] });
const group = (name: string, ...members: Identity[]): OwningGroup => ({
  known: true,
  id: `id of ${name}`,
  name,
  memberIds: members.map(({ id }) => id),
});

interface Situation {
  file?: string;
  changes?: ChangedFile[];
  reviewers?: Reviewer[];
  pushes?: Push[];
  groups?: OwningGroup[];
  unknown?: string[];
  options?: Parameters<typeof codeOwners.options.parse>[0];
}

/** Ada's pull request; the slice is what the reader makes of the text of a file. */
function judge({ file = '', changes = [edited('/src/a.ts')], ...situation }: Situation): Outcome {
  const { reviewers = [], pushes = [pushed(1, ada, 10)], groups = [], unknown = [], options = {} } = situation;
  const parsed = parseCodeOwners(file);
  const paths = changes.flatMap(({ path, originalPath }) => [path, originalPath ?? path]);
  const rules = [...new Set(paths.flatMap((path) => parsed.rulesOf(path.slice(1))))];
  const slice: CodeOwners = {
    file: 'CODEOWNERS',
    rules: rules.map((rule) => ({ ...rule, owners: [...rule.owners] })),
    rulesByPath: Object.fromEntries(
      paths.map((path) => [
        path,
        parsed.rulesOf(path.slice(1)).map((rule) => rules.findIndex(({ line }) => line === rule.line)),
      ]),
    ),
    groups: Object.fromEntries([
      ...groups.map((each) => [each.known ? each.name.toLowerCase() : '', each]),
      ...unknown.map((name) => [name.toLowerCase(), { known: false, reason: 'There is no such group.' }]),
    ]),
  };
  const given = { details: { author: ada }, changes, reviewers, pushes, codeOwners: slice };
  return codeOwners.evaluate(ordinaryPullRequest(given, codeOwners.needs), codeOwners.options.parse(options));
}

const told = ({ findings }: Outcome): string =>
  findings.map(({ message, help }) => `${message} ${help ?? ''}`).join('\n');

describe('who may approve', () => {
  const BOB = '* bob@contoso.com';
  const TEAM = '* @[Shop]\\Reviewers';
  const [need, needTeam] = ['* needs an approval by bob@contoso.com', '* needs an approval by [Shop]\\Reviewers'];
  test.each<[string, Situation, string, string]>([
    ['nobody has', { file: BOB }, 'pending', need],
    ['the owner has', { file: BOB, reviewers: [voted(bob)] }, 'succeeded', '1 owned file'],
    [
      'the owner has, with suggestions',
      { file: BOB, reviewers: [voted(bob, 'approvedWithSuggestions')] },
      'succeeded',
      '1 owned file',
    ],
    ['the owner has not voted', { file: BOB, reviewers: [voted(bob, 'none')] }, 'pending', need],
    ['the owner waits', { file: BOB, reviewers: [voted(bob, 'waitingForAuthor')] }, 'pending', need],
    ['the owner rejected', { file: BOB, reviewers: [voted(bob, 'rejected')] }, 'pending', need],
    ['somebody else has', { file: BOB, reviewers: [voted(eve)] }, 'pending', need],
    ['in another case', { file: '* BOB@Contoso.COM', reviewers: [voted(bob)] }, 'succeeded', '1 owned file'],
    ['by id', { file: `* ${bob.id.toUpperCase()}`, reviewers: [voted(bob)] }, 'succeeded', '1 owned file'],
    [
      'the same name elsewhere',
      { file: BOB, reviewers: [voted({ ...bob, uniqueName: 'bob@contoso.com.evil.example' })] },
      'pending',
      need,
    ],
    [
      'the same display name',
      { file: '* @Bob', reviewers: [voted({ ...eve, displayName: 'Bob' })] },
      'pending',
      '* needs an approval by Bob',
    ],
    [
      'a display name like an address',
      { file: BOB, reviewers: [voted({ ...eve, displayName: 'bob@contoso.com' })] },
      'pending',
      need,
    ],
    ['a name before an @', { file: '* @bob', reviewers: [voted(bob)] }, 'pending', '* needs an approval by bob'],
    [
      'a name in the domain',
      { file: '* @bob', reviewers: [voted(bob)], options: { userDomain: 'contoso.com' } },
      'succeeded',
      '1 owned file',
    ],
    [
      'a name in a domain of Windows',
      {
        file: '* @bob',
        reviewers: [voted({ ...bob, uniqueName: 'CONTOSO\\bob' })],
        options: { userDomain: 'CONTOSO' },
      },
      'succeeded',
      '1 owned file',
    ],
    [
      'a member of the group',
      { file: TEAM, reviewers: [voted(bob)], groups: [group('[Shop]\\Reviewers', bob)] },
      'succeeded',
      '1 owned file',
    ],
    [
      'the group in another case',
      { file: '* @[SHOP]\\reviewers', reviewers: [voted(bob)], groups: [group('[Shop]\\Reviewers', bob)] },
      'succeeded',
      '1 owned file',
    ],
    [
      'no member any more',
      { file: TEAM, reviewers: [voted(bob)], groups: [group('[Shop]\\Reviewers', eve)] },
      'pending',
      needTeam,
    ],
    [
      'the row of the group alone',
      {
        file: TEAM,
        reviewers: [{ ...voted({ ...eve, id: 'id of [Shop]\\Reviewers' }), isGroup: true }],
        groups: [group('[Shop]\\Reviewers', bob)],
      },
      'pending',
      needTeam,
    ],
    [
      'either of two',
      { file: '* eve@contoso.com bob@contoso.com', reviewers: [voted(bob)] },
      'succeeded',
      '1 owned file',
    ],
    [
      'the author, as owner',
      { file: '* ada@contoso.com', reviewers: [voted(ada)] },
      'pending',
      '* needs an approval by ada@contoso.com',
    ],
    [
      'the author, in the group',
      { file: TEAM, reviewers: [voted(ada)], groups: [group('[Shop]\\Reviewers', ada)] },
      'pending',
      needTeam,
    ],
    [
      'who pushed',
      { file: BOB, reviewers: [voted(bob, 'approved', 13)], pushes: [pushed(1, ada, 10), pushed(2, bob, 12)] },
      'pending',
      need,
    ],
    [
      'before the last push',
      { file: BOB, reviewers: [voted(bob)], pushes: [pushed(1, ada, 10), pushed(2, ada, 12)] },
      'pending',
      need,
    ],
    [
      'before the last push, which may be',
      {
        file: BOB,
        reviewers: [voted(bob)],
        pushes: [pushed(1, ada, 10), pushed(2, ada, 12)],
        options: { afterLastPush: false },
      },
      'succeeded',
      '1 owned file',
    ],
    [
      'at an unknown time after a push',
      { file: BOB, reviewers: [voted(bob, 'approved', null)], pushes: [pushed(1, ada, 10), pushed(2, ada, 12)] },
      'pending',
      need,
    ],
    [
      'without iterations',
      { file: BOB, reviewers: [voted(bob)], pushes: [] },
      'error',
      expect.stringContaining('could not judge: ') as never,
    ],
    ['without iterations, and nothing owned', { file: '', pushes: [] }, 'succeeded', 'no owned file'],
    [
      'two asked for by the settings',
      {
        file: TEAM,
        reviewers: [voted(bob)],
        groups: [group('[Shop]\\Reviewers', bob, eve)],
        options: { approvals: 2 },
      },
      'pending',
      '* needs 2 approvals by [Shop]\\Reviewers',
    ],
    [
      'two asked for, two there',
      {
        file: TEAM,
        reviewers: [voted(bob), voted(eve)],
        groups: [group('[Shop]\\Reviewers', bob, eve)],
        options: { approvals: 2 },
      },
      'succeeded',
      '1 owned file',
    ],
    [
      'two asked for by the section',
      { file: '[Docs][2]\n* bob@contoso.com eve@contoso.com', reviewers: [voted(bob)] },
      'pending',
      '* needs 2 approvals by bob@contoso.com or eve@contoso.com',
    ],
    [
      'a section of each',
      { file: '* bob@contoso.com\n[Docs]\n*.ts eve@contoso.com', reviewers: [voted(bob)] },
      'pending',
      '*.ts needs an approval by eve@contoso.com',
    ],
    ['an optional section', { file: '^[Docs]\n* eve@contoso.com' }, 'succeeded', 'no owned file'],
    ['a line without owners', { file: '* bob@contoso.com\n/src/' }, 'succeeded', 'no owned file'],
  ])('%s', (_, situation, state, description) => {
    expect(judge(situation)).toMatchObject({ state, description });
  });
});

describe('what changed', () => {
  const file = '/src/ bob@contoso.com\n/lib/ eve@contoso.com';
  const rename = (originalPath: string, path: string): ChangedFile => ({ path, originalPath, kinds: ['rename'] });
  test.each<[string, ChangedFile[], Reviewer[], string, string]>([
    [
      'two owners, one approved',
      [edited('/src/a'), edited('/lib/b')],
      [voted(bob)],
      'pending',
      '/lib/ needs an approval by eve@contoso.com',
    ],
    [
      'two owners, none approved',
      [edited('/src/a'), edited('/lib/b')],
      [],
      'pending',
      '/src/ needs an approval by bob@contoso.com (+1 more)',
    ],
    [
      'two owners, both approved',
      [edited('/src/a'), edited('/lib/b')],
      [voted(bob), voted(eve)],
      'succeeded',
      '2 owned files',
    ],
    [
      'renamed out of what is owned',
      [rename('/src/a', '/tmp/a')],
      [],
      'pending',
      '/src/ needs an approval by bob@contoso.com',
    ],
    [
      'renamed from one to the other',
      [rename('/src/a', '/lib/a')],
      [voted(bob)],
      'pending',
      '/lib/ needs an approval by eve@contoso.com',
    ],
    [
      'renamed from one to the other, both approved',
      [rename('/src/a', '/lib/a')],
      [voted(bob), voted(eve)],
      'succeeded',
      '2 owned files',
    ],
    ['deleted', [{ path: '/src/a', kinds: ['delete'] }], [], 'pending', '/src/ needs an approval by bob@contoso.com'],
    ['another letter that looks alike', [edited('/ѕrc/a')], [], 'succeeded', 'no owned file'],
  ])('%s', (_, changes, reviewers, state, description) => {
    expect(judge({ file, changes, reviewers })).toMatchObject({ state, description });
  });

  test.each<[string, ChangedFile[], string, string]>([
    ['each has an owner', [edited('/src/a')], 'succeeded', '1 owned file'],
    ['one has none', [edited('/src/a'), edited('/tmp/b')], 'failed', 'tmp/b has no owner'],
    ['two have none', [edited('/tmp/b'), edited('/tmp/c')], 'failed', 'tmp/b has no owner (+1 more)'],
    ['under its former name', [rename('/tmp/a', '/src/a')], 'failed', 'tmp/a has no owner'],
  ])('where every file must have one: %s', (_, changes, state, description) => {
    const outcome = judge({ file, changes, reviewers: [voted(bob)], options: { everyFile: true } });
    expect(outcome).toMatchObject({ state, description });
  });

  test('an owner in an optional section is none, where every file must have one', () => {
    const outcome = judge({ file: '^[Docs]\n* bob@contoso.com', options: { everyFile: true } });
    expect(outcome).toMatchObject({ state: 'failed', description: 'src/a.ts has no owner' });
  });
});

describe('what nobody can say', () => {
  test.each<[string, Situation, string, string]>([
    ['a line that cannot be read', { file: '!src/' }, 'error', 'could not judge: mend line 1 of CODEOWNERS'],
    [
      'a line that is about something else',
      { file: '!lib/\n/src/ bob@contoso.com', reviewers: [voted(bob)] },
      'succeeded',
      '1 owned file',
    ],
    [
      'a line that a later one overrules',
      { file: '!src/\n/src/ bob@contoso.com', reviewers: [voted(bob)] },
      'succeeded',
      '1 owned file',
    ],
    [
      'a group that is not there',
      { file: '* @[Shop]\\Gone', unknown: ['[Shop]\\Gone'] },
      'error',
      'could not judge: no group [Shop]\\Gone',
    ],
    [
      'such a group beside somebody who has approved',
      { file: '* @[Shop]\\Gone bob@contoso.com', unknown: ['[Shop]\\Gone'], reviewers: [voted(bob)] },
      'succeeded',
      '1 owned file',
    ],
    [
      'such a group beside somebody who has not',
      { file: '* @[Shop]\\Gone bob@contoso.com', unknown: ['[Shop]\\Gone'] },
      'error',
      'could not judge: no group [Shop]\\Gone',
    ],
    [
      'such a group of an optional section',
      { file: '^[S]\n* @[Shop]\\Gone', unknown: ['[Shop]\\Gone'] },
      'succeeded',
      'no owned file',
    ],
  ])('%s', (_, situation, state, description) => {
    expect(judge(situation)).toMatchObject({ state, description });
  });

  test('what surely lacks an approval is told beside it', () => {
    const file = '/src/ @[Shop]\\Gone\n/lib/ bob@contoso.com';
    const outcome = judge({ file, unknown: ['[Shop]\\Gone'], changes: [edited('/src/a'), edited('/lib/b')] });
    expect(outcome.state).toBe('error');
    expect(told(outcome)).toContain('`/lib/` needs an approval by `bob@contoso.com`');
  });
});

describe('no file on the target branch', () => {
  const without = (options: Situation['options']): Outcome =>
    codeOwners.evaluate(
      ordinaryPullRequest({ codeOwners: { file: null, rules: [], rulesByPath: {}, groups: {} } }, codeOwners.needs),
      codeOwners.options.parse(options),
    );
  test.each<[Situation['options'], string]>([
    [{}, 'notApplicable'],
    [{ missingFile: 'fail' }, 'failed'],
    [{ everyFile: true }, 'failed'],
  ])('%j: %s', (options, state) => {
    expect(without(options)).toMatchObject({ state, description: 'no CODEOWNERS on main' });
  });
});

describe('words', () => {
  test('who may approve what, and why somebody does not count', () => {
    const outcome = judge({
      file: '# owners\n/src/ @[Shop]\\Reviewers max@contoso.com\n/src/*.md @[Shop]\\Reviewers max@contoso.com',
      changes: [edited('/src/a.ts'), edited('/src/b.md'), edited('/src/c.ts')],
      groups: [group('[Shop]\\Reviewers', ada, bob, eve)],
      reviewers: [voted(bob), voted(eve, 'approved', 13)],
      pushes: [pushed(1, ada, 10), pushed(2, eve, 12)],
    });
    expect(outcome.findings).toEqual([
      {
        severity: 'medium',
        key: expect.stringContaining('[shop]\\\\reviewers'),
        message:
          '`/src/` and `/src/*.md` need an approval by `[Shop]\\Reviewers` or `max@contoso.com`: nobody of them has approved in a way that counts. ' +
          '3 changed files are theirs, such as `src/a.ts`. ' +
          'Not counted: "Ada" opened the pull request, "Bob" approved before the last push and "Eve" pushed to it.',
        help: 'Ask for a review of what is there now: whoever approved before resets the vote, and approves again.',
      },
    ]);
  });

  test('the only owner opened the pull request', () => {
    expect(told(judge({ file: '* ada@contoso.com' }))).toContain('Too few people own this to approve it');
  });

  test('a name without a domain is told', () => {
    expect(told(judge({ file: '* @bob' }))).toContain('`@bob` has no domain, and is nobody here');
  });

  test('a section is named', () => {
    const outcome = judge({ file: '[Docs][2]\n* bob@contoso.com eve@contoso.com', reviewers: [voted(bob)] });
    expect(told(outcome)).toContain('in its section "Docs": 1 of them has so far.');
  });

  test('ten at most, and the rest is counted', () => {
    const paths = Array.from({ length: 14 }, (_, index) => `/part-${index}/a`);
    const file = paths.map((path, index) => `${path} owner-${index}@contoso.com`).join('\n');
    const { findings, description } = judge({ file, changes: paths.map(edited) });
    expect(findings).toHaveLength(11);
    expect(findings.at(-1)?.message).toBe('4 other groups of owners must approve, too.');
    expect(description).toContain('(+13 more)');
  });

  test('a hostile path and a hostile line are code on one line', () => {
    const outcome = judge({
      file: '* bob@contoso.com\n!`](http://evil.example)/ x@y',
      changes: [edited('/`](http://evil.example)\n# x'), edited('/`](http://evil.example)/a')],
    });
    expect(told(outcome)).not.toMatch(/\n#|``/);
  });
});

describe('reviewers to add', () => {
  const file = '* @[Shop]\\Reviewers bob@contoso.com @max ada@contoso.com 99999999-1111-4111-8111-111111111111';
  const groups = [group('[Shop]\\Reviewers', eve)];
  const added = (situation: Situation): unknown =>
    judge({ file, groups, ...situation }).reviewers?.map(({ id, uniqueName, isRequired }) => [
      id ?? uniqueName,
      isRequired,
    ]);
  const team = 'id of [Shop]\\Reviewers';
  test.each<[string, Situation, unknown]>([
    ['nobody, by default', {}, undefined],
    [
      'all who may approve',
      { options: { addReviewers: 'optional' } },
      [
        [team, false],
        ['bob@contoso.com', false],
        ['99999999-1111-4111-8111-111111111111', false],
      ],
    ],
    [
      'as required ones',
      { options: { addReviewers: 'required' }, file: '* bob@contoso.com' },
      [['bob@contoso.com', true]],
    ],
    [
      'not who is one',
      {
        options: { addReviewers: 'optional' },
        reviewers: [voted(bob, 'none'), { ...voted({ ...eve, id: team }, 'none'), isGroup: true }],
      },
      [['99999999-1111-4111-8111-111111111111', false]],
    ],
    [
      'with the domain',
      { options: { addReviewers: 'optional', userDomain: 'contoso.com' }, file: '* @max' },
      [['max@contoso.com', false]],
    ],
    [
      'not who pushed',
      { options: { addReviewers: 'optional' }, file: '* bob@contoso.com', pushes: [pushed(1, bob, 10)] },
      undefined,
    ],
    ['nobody, where all have approved', { options: { addReviewers: 'optional' }, reviewers: [voted(bob)] }, undefined],
  ])('%s', (_, situation, reviewers) => {
    expect(added(situation)).toEqual(reviewers);
  });
});

test('many files of a line with many owners are judged before a test gives up', () => {
  const file = `* ${Array.from({ length: 20_000 }, (_, index) => `owner-${index}@contoso.com`).join(' ')}`;
  const changes = Array.from({ length: 20_000 }, (_, index) => edited(`/src/${index}`));
  const rule = { line: 1, pattern: '*', section: { name: '', approvals: 1, isOptional: false } };
  const { owners = [] } = parseCodeOwners(file).rules[0] ?? {};
  const slice: CodeOwners = {
    file: 'CODEOWNERS',
    rules: [{ ...rule, owners: [...owners] }],
    rulesByPath: Object.fromEntries(changes.map(({ path }) => [path, [0]])),
    groups: {},
  };
  const given = ordinaryPullRequest({ changes, codeOwners: slice, reviewers: [] }, codeOwners.needs);
  const outcome = codeOwners.evaluate(given, codeOwners.options.parse({ addReviewers: 'optional' }));
  expect(outcome.state).toBe('pending');
});
