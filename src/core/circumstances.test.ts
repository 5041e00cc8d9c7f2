import { ordinary } from '../gates/testing/ordinary-pull-request';

import { branchName, includesBranch, isOneOf, judgingOf, type Circumstances, type Judging } from './circumstances';
import type { PullRequestDetails } from './snapshot';

describe('includesBranch', () => {
  test.each<[string[], string[], string, boolean]>([
    [['**'], [], 'refs/heads/main', true],
    [['**'], [], 'refs/heads/a/b/c', true],
    [['**'], [], 'refs/heads/.hidden/x', true],
    [['main'], [], 'refs/heads/main', true],
    [['main'], [], 'refs/heads/Main', false],
    [['main'], [], 'refs/heads/main/x', false],
    [['main', 'release/*'], [], 'refs/heads/release/1.0', true],
    [['release/*'], [], 'refs/heads/release/1.0/fix', false],
    [['release/**'], [], 'refs/heads/release/1.0/fix', true],
    [['**'], ['main'], 'refs/heads/main', false],
    [['**'], ['users/**'], 'refs/heads/main', true],
    [['release/{1,2}.?'], [], 'refs/heads/release/2.0', true],
    [['release/[12].x'], [], 'refs/heads/release/3.x', false],
    // Only the prefix of a ref is cut, once.
    [['heads'], [], 'refs/heads/heads', true],
    [['main'], [], 'refs/heads/refs/heads/main', false],
  ])('include %j, exclude %j: %s is %s', (include, exclude, branch, expected) => {
    expect(includesBranch({ include, exclude }, branchName(branch))).toBe(expected);
  });
});

const always: Circumstances = {
  enabled: true,
  phase: 'enforce',
  branches: { include: ['**'], exclude: [] },
  drafts: 'skip',
  bots: { identities: [], exempt: [] },
};
const but = (over: Partial<Circumstances>): Circumstances => ({ ...always, ...over });
const spared = but({ bots: { identities: ['ADA@contoso.com'], exempt: ['size'] } });
const elsewhere = but({ branches: { include: ['release/*'], exclude: [] } });

const enforced: Judging = { kind: 'judged', shadow: false };
const shadowed: Judging = { kind: 'judged', shadow: true };
const waits: Judging = { kind: 'waits', reason: 'draft: judged when published' };
const off: Judging = { kind: 'exempt', reason: 'switched off in the settings', lifts: true };
const otherBranch: Judging = { kind: 'exempt', reason: 'pull requests into main are not gated', lifts: true };
const ofABot: Judging = { kind: 'exempt', reason: 'not asked of this bot', lifts: false };

describe('judgingOf, under the circumstances of one scope', () => {
  const draft = { isDraft: true };
  test.each<[string, Circumstances, Partial<PullRequestDetails>, Judging]>([
    ['as a rule', always, {}, enforced],
    ['tried out', but({ phase: 'shadow' }), {}, shadowed],
    ['switched off', but({ enabled: false }), {}, off],
    ['switched off, a draft into another branch', { ...elsewhere, enabled: false }, draft, off],
    ['into another branch', elsewhere, {}, otherBranch],
    ['into another branch, a draft', elsewhere, draft, otherBranch],
    // Without iterations a status would stay when the pull request is pointed elsewhere.
    [
      'into another branch, without iterations',
      elsewhere,
      { supportsIterations: false },
      { ...otherBranch, lifts: false },
    ],
    ['of a bot', spared, {}, ofABot],
    ['of a bot, a draft', spared, draft, ofABot],
    [
      'of a bot that is spared other gates',
      but({ bots: { identities: ['ada@contoso.com'], exempt: ['title'] } }),
      {},
      enforced,
    ],
    ['of somebody who is no bot', but({ bots: { identities: ['Ada Author', 'ada'], exempt: ['size'] } }), {}, enforced],
    ['a draft', always, draft, waits],
    ['a draft, tried out', but({ phase: 'shadow' }), draft, waits],
    ['a draft that is judged', but({ drafts: 'judge' }), draft, enforced],
  ])('%s', (_, circumstances, details, expected) => {
    expect(judgingOf([circumstances], 'size', { ...ordinary.details, ...details })).toEqual(expected);
  });

  test('a bot is spared gates, not the pull request as a whole', () => {
    expect(judgingOf([spared], undefined, ordinary.details)).toEqual(enforced);
  });
});

describe('judgingOf, under those of several scopes: the strictest holds, whatever their order', () => {
  const shadow = but({ phase: 'shadow', drafts: 'judge' });
  const judge = but({ drafts: 'judge' });
  test.each<[string, Circumstances[], Partial<PullRequestDetails>, Judging]>([
    ['judged rather than tried out', [shadow, judge], {}, enforced],
    ['judged rather than waiting', [always, judge], { isDraft: true }, enforced],
    ['waiting rather than tried out: a draft cannot be completed', [shadow, always], { isDraft: true }, waits],
    ['tried out rather than exempt', [elsewhere, shadow, but({ enabled: false })], {}, shadowed],
    ['waiting rather than exempt', [but({ enabled: false }), always, spared], { isDraft: true }, waits],
    ['a branch that one of them gates', [elsewhere, always], {}, enforced],
  ])('%s', (_, circumstances, details, expected) => {
    const all = { ...ordinary.details, ...details };
    expect(judgingOf(circumstances, 'size', all)).toEqual(expected);
    expect(judgingOf([...circumstances].reverse(), 'size', all)).toEqual(expected);
  });

  test('of several reasons to be exempt the first is told', () => {
    expect(judgingOf([elsewhere, but({ enabled: false })], 'size', ordinary.details)).toEqual(otherBranch);
  });
});

test.each<[string[], boolean]>([
  [['ada@contoso.com'], true],
  [['Ada@Contoso.COM'], true],
  [['11111111-1111-4111-8111-111111111111'], true],
  [['bob@contoso.com', 'ada@contoso.com'], true],
  [[], false],
  [['Ada Author'], false],
  [['ada@contoso.com.example'], false],
  [['*'], false],
  [[''], false],
])('isOneOf %j: %s', (names, expected) => {
  expect(isOneOf(ordinary.details.author, names)).toBe(expected);
});
