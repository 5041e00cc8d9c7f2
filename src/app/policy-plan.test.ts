import { planPolicy, policyDiff, reportPolicies } from './policy-plan';
import type { PolicyTarget } from './policy-scope';
import type { BranchPolicy } from './ports';

const gate = 'b0700000-0000-4000-8000-000000000001';
const repositoryId = '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f';
const project = { id: '1f1f3a2b-61a4-4c2b-8f1e-0d3f0c9a7e11', name: 'Shop' };
const main: PolicyTarget = {
  project,
  repository: { id: repositoryId, name: 'web', defaultBranch: 'refs/heads/main' },
  refName: 'refs/heads/main',
};
const release: PolicyTarget = { ...main, refName: 'refs/heads/release/2' };
const everywhere: PolicyTarget = { project, repository: undefined, refName: null };
const everyMain: PolicyTarget = { project, repository: undefined, refName: 'refs/heads/main' };

function policy(changes: Record<string, unknown> = {}, state: Partial<BranchPolicy> = {}): BranchPolicy {
  const settings = {
    statusGenre: 'portcullis',
    statusName: 'verdict',
    authorId: gate,
    invalidateOnSourceUpdate: true,
    policyApplicability: null,
    defaultDisplayName: 'The gate',
    unknownToUs: { kept: true },
    scope: [{ repositoryId, refName: 'refs/heads/main', matchKind: 'Exact' }],
    ...changes,
  };
  return { id: 12, isEnabled: true, isBlocking: true, settings, ...state };
}

const fine = 'Pull requests into main of repository Shop/web need portcullis/verdict (policy 12).';

describe('where a policy applies', () => {
  const scope = (repository: string | null, refName: string | null, matchKind?: string): unknown => ({
    repositoryId: repository,
    refName,
    ...(matchKind === undefined ? {} : { matchKind }),
  });
  test.each<[string, unknown[], PolicyTarget, boolean]>([
    ['that branch', [scope(repositoryId, 'refs/heads/main', 'Exact')], main, true],
    ['that branch in other letters', [scope(repositoryId.toUpperCase(), 'refs/heads/main', 'exact')], main, true],
    ['that branch by default', [scope(repositoryId, 'refs/heads/main')], main, true],
    ['another branch', [scope(repositoryId, 'refs/heads/Main', 'Exact')], main, false],
    ['another repository', [scope(project.id, 'refs/heads/main', 'Exact')], main, false],
    ['one of several', [scope(project.id, 'refs/heads/main', 'Exact'), scope(repositoryId, null)], main, true],
    ['every branch', [scope(repositoryId, null)], main, true],
    ['that branch everywhere', [scope(null, 'refs/heads/main', 'Exact')], main, true],
    ['default branches', [scope(null, null, 'DefaultBranch')], main, true],
    ['default branches, of which it is none', [scope(null, null, 'DefaultBranch')], release, false],
    ['a folder of branches', [scope(repositoryId, 'refs/heads/release/', 'Prefix')], release, true],
    ['a folder of branches without a slash', [scope(repositoryId, 'refs/heads/release', 'Prefix')], release, true],
    ['half a name', [scope(repositoryId, 'refs/heads/rel', 'Prefix')], release, false],
    ['a way of matching of the future', [scope(repositoryId, 'refs/heads/main', 'Regex')], main, false],
    ['nowhere', [], main, false],
    ['one repository of a project', [scope(repositoryId, null)], everywhere, false],
    ['all of a project', [scope(null, null)], everywhere, true],
    ['default branches of a project', [scope(null, null, 'DefaultBranch')], everywhere, true],
    ['one branch of a project', [scope(null, 'refs/heads/main', 'Exact')], everywhere, false],
    ['default branches instead of one', [scope(null, null, 'DefaultBranch')], everyMain, false],
    ['that branch of a project', [scope(null, 'refs/heads/main', 'Exact')], everyMain, true],
  ])('%s', (_, scopes, target, isCovered) => {
    const { isFine, lines } = reportPolicies([policy({ scope: scopes })], target, gate);
    expect(isFine).toBe(isCovered);
    expect(lines[0]).toMatch(isCovered ? /^Pull requests into .* need / : /^Nothing requires portcullis\/verdict for/);
  });
});

test('a policy as it should be is fine, and not written again', () => {
  expect(reportPolicies([policy()], main, gate)).toEqual({ isFine: true, lines: [fine] });
  expect(planPolicy([policy()], main, gate)).toBeUndefined();
  // As other clients leave it.
  const bare = policy({ authorId: gate.toUpperCase(), policyApplicability: 0, filenamePatterns: null });
  expect(planPolicy([bare], main, gate)).toBeUndefined();
});

test.each<[string, BranchPolicy, RegExp, string[]]>([
  [
    'it is off',
    policy({}, { isEnabled: false }),
    /^Policy 12 is switched off/,
    ['- isEnabled: false', '+ isEnabled: true'],
  ],
  ['it is optional', policy({}, { isBlocking: false }), /is optional/, ['- isBlocking: false', '+ isBlocking: true']],
  [
    'it is conditional',
    policy({ policyApplicability: 1 }),
    /conditional.*while Portcullis is down/,
    ['- settings.policyApplicability: 1', '+ settings.policyApplicability: null'],
  ],
  [
    'it is conditional in words',
    policy({ policyApplicability: 'conditional' }),
    /conditional/,
    ['- settings.policyApplicability: "conditional"', '+ settings.policyApplicability: null'],
  ],
  [
    'it does not reset',
    policy({ invalidateOnSourceUpdate: false }),
    /does not reset/,
    ['- settings.invalidateOnSourceUpdate: false', '+ settings.invalidateOnSourceUpdate: true'],
  ],
  [
    'it says nothing of resetting',
    policy({ invalidateOnSourceUpdate: undefined }),
    /does not reset/,
    ['+ settings.invalidateOnSourceUpdate: true'],
  ],
  [
    'anybody may post',
    policy({ authorId: null }),
    /from anybody/,
    ['- settings.authorId: null', `+ settings.authorId: "${gate}"`],
  ],
  [
    'another identity posts',
    policy({ authorId: repositoryId }),
    /from another identity .*no verdict counts/,
    [`- settings.authorId: "${repositoryId}"`, `+ settings.authorId: "${gate}"`],
  ],
  [
    'it filters paths',
    policy({ filenamePatterns: ['/src/*', '!/src/test/*'] }),
    /certain paths \(\/src\/\*, !\/src\/test\/\*\)/,
    ['- settings.filenamePatterns: ["/src/*","!/src/test/*"]', '+ settings.filenamePatterns: []'],
  ],
  [
    'it is spelt with capitals',
    policy({ statusGenre: 'Portcullis', statusName: 'Verdict' }),
    /requires the status "Portcullis\/Verdict", which nobody posts/,
    [
      '- settings.statusGenre: "Portcullis"',
      '+ settings.statusGenre: "portcullis"',
      '- settings.statusName: "Verdict"',
      '+ settings.statusName: "verdict"',
    ],
  ],
  [
    'it is spelt into one field',
    policy({ statusGenre: null, statusName: 'portcullis/verdict' }),
    /"portcullis\/verdict" without a genre/,
    [
      '- settings.statusGenre: null',
      '+ settings.statusGenre: "portcullis"',
      '- settings.statusName: "portcullis/verdict"',
      '+ settings.statusName: "verdict"',
    ],
  ],
  [
    'it has typos',
    policy({ statusName: 'veridct' }),
    /"portcullis\/veridct"/,
    ['- settings.statusName: "veridct"', '+ settings.statusName: "verdict"'],
  ],
])('when %s, that is said and nothing else is changed', (_, found, message, diff) => {
  const before = structuredClone(found);
  const report = reportPolicies([found], main, gate);
  expect(report.isFine).toBe(false);
  expect(report.lines).toEqual([expect.stringMatching(message)]);
  const plan = planPolicy([found], main, gate);
  expect(plan && policyDiff(plan.before, plan.after)).toEqual(diff);
  expect(plan?.after.settings).toMatchObject({ unknownToUs: { kept: true }, defaultDisplayName: 'The gate' });
  expect(found).toEqual(before);
  const mended = plan && { ...plan.after, id: 12 };
  expect(reportPolicies(mended ? [mended] : [], main, gate)).toEqual({ isFine: true, lines: [fine] });
});

test.each([
  ['another tool', { statusGenre: 'sonar', statusName: 'verdict' }],
  ['a component', { statusName: 'payments' }],
  ['an evaluation by hand', { statusName: 'evaluate' }],
  ['settings that are none', { scope: 'everywhere' }],
  ['a very long name', { statusName: 'verdict'.repeat(10_000) }],
])('a policy of %s is none of ours', (_, changes) => {
  const { isFine, lines } = reportPolicies([policy(changes)], main, gate);
  expect({ isFine, lines }).toEqual({
    isFine: false,
    lines: [
      'Nothing requires portcullis/verdict for pull requests into main of repository Shop/web: they are completed without a verdict.',
    ],
  });
  expect(planPolicy([policy(changes)], main, gate)?.before).toBeUndefined();
});

test('a policy of the gate\u2019s own is created whole', () => {
  const plan = planPolicy([], main, gate);
  expect(plan).toEqual({
    before: undefined,
    place: 'main of repository Shop/web',
    after: {
      id: undefined,
      isEnabled: true,
      isBlocking: true,
      settings: {
        statusGenre: 'portcullis',
        statusName: 'verdict',
        authorId: gate,
        invalidateOnSourceUpdate: true,
        defaultDisplayName: 'Portcullis',
        policyApplicability: null,
        filenamePatterns: [],
        scope: [{ repositoryId, refName: 'refs/heads/main', matchKind: 'Exact' }],
      },
    },
  });
  expect(plan && policyDiff(plan.before, plan.after)).toHaveLength(10);
  const scopes = [everywhere, everyMain].map((target) => planPolicy([], target, gate)?.after.settings['scope']);
  expect(scopes).toEqual([
    [{ repositoryId: null, refName: null, matchKind: 'DefaultBranch' }],
    [{ repositoryId: null, refName: 'refs/heads/main', matchKind: 'Exact' }],
  ]);
});

test('of several that are wrong, the one that is nearest to right is mended, and what it covers is said', () => {
  const wide = [{ repositoryId: null, refName: null, matchKind: 'DefaultBranch' }];
  const all = [
    policy({ statusName: 'verdikt' }, { id: 1 }),
    policy({}, { id: 2, isEnabled: false }),
    policy({ scope: wide, policyApplicability: 1 }, { id: 3 }),
    policy({ authorId: null, policyApplicability: 1 }, { id: 4 }),
  ];
  expect(planPolicy(all, main, gate)).toMatchObject({
    before: { id: 3 },
    after: { id: 3, settings: { scope: wide } },
    place: 'the default branch of every repository',
  });
});

test('beside a good policy, one that can never be fulfilled is a problem, and one that counts for nothing is none', () => {
  const misspelt = policy({ statusName: 'verdikt' }, { id: 13 });
  expect(reportPolicies([policy(), misspelt], main, gate)).toMatchObject({
    isFine: false,
    lines: [fine, expect.stringContaining('Policy 13 requires'), expect.stringContaining('Delete')],
  });
  expect(planPolicy([policy(), misspelt], main, gate)).toBeUndefined();
  expect(reportPolicies([policy(), { ...misspelt, isBlocking: false }], main, gate).isFine).toBe(true);
});

test('without the gate\u2019s identity the authorized one is not compared, which is said', () => {
  const { isFine, lines } = reportPolicies([policy({ authorId: repositoryId })], main, undefined);
  expect(isFine).toBe(true);
  expect(lines).toEqual([fine, expect.stringContaining('was not checked: say it with --identity')]);
  expect(reportPolicies([policy({ authorId: null })], main, undefined).isFine).toBe(false);
});
