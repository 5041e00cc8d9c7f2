import { mergeStrategies } from '../../core/merge-strategies';
import { emptySlices, type SliceName, type Slices } from '../../core/snapshot';

const TEMPLATE_PATH = '/.azuredevops/pull_request_template.md';

/** A pull request that nobody would complain about. Examples and tests say only what differs from it. */
export const ordinary: Slices = {
  details: {
    id: 42,
    title: 'feat: add a voucher field to the basket',
    description:
      'Customers ask for vouchers at the till, so the basket gets a field for one. Tested by hand and by unit tests.',
    status: 'active',
    isDraft: false,
    sourceBranch: 'refs/heads/feature/voucher',
    targetBranch: 'refs/heads/main',
    author: {
      id: '11111111-1111-4111-8111-111111111111',
      displayName: 'Ada Author',
      uniqueName: 'ada@contoso.com',
    },
    supportsIterations: true,
    isFork: false,
    project: { id: '22222222-2222-4222-8222-222222222222', name: 'Shop' },
    repository: { id: '33333333-3333-4333-8333-333333333333', name: 'web' },
    webUrl: 'https://dev.azure.com/contoso/Shop/_git/web/pullrequest/42',
  },
  iteration: {
    id: 1,
    sourceCommit: 'a'.repeat(40),
    targetCommit: 'b'.repeat(40),
    commonCommit: 'b'.repeat(40),
    hasMultipleMergeBases: false,
  },
  commits: [
    {
      id: 'a'.repeat(40),
      message: 'feat: add a voucher field to the basket',
      author: { name: 'Ada Author', email: 'ada@contoso.com' },
      isMerge: false,
    },
  ],
  workItems: [{ id: 7, type: 'User Story', state: 'Active', title: 'Vouchers in the basket' }],
  labels: [],
  merge: { status: 'succeeded' },
  behind: { commits: 0, sharedAt: null },
  openThreads: [],
  reviewers: [
    {
      identity: {
        id: '44444444-4444-4444-8444-444444444444',
        displayName: 'Rita Reviewer',
        uniqueName: 'rita@contoso.com',
      },
      isGroup: false,
      isRequired: false,
      vote: 'approved',
      votedAt: '2026-03-04T11:00:00.000Z',
    },
  ],
  pushes: [
    {
      iterationId: 1,
      by: {
        id: '11111111-1111-4111-8111-111111111111',
        displayName: 'Ada Author',
        uniqueName: 'ada@contoso.com',
      },
      at: '2026-03-04T10:00:00.000Z',
      isPush: true,
    },
  ],
  groups: {},
  codeOwners: {
    file: 'CODEOWNERS',
    rules: [],
    rulesByPath: { '/src/basket.ts': [], '/src/voucher.ts': [] },
    groups: {},
  },
  dependencies: {},
  template: null,
  mergeStrategies: [...mergeStrategies],
  changes: [
    { path: '/src/basket.ts', kinds: ['edit'], objectId: 'c'.repeat(40), originalObjectId: 'd'.repeat(40) },
    { path: '/src/voucher.ts', kinds: ['add'], objectId: 'e'.repeat(40) },
  ],
  lineCounts: [
    { path: '/src/basket.ts', additions: 12, deletions: 3 },
    { path: '/src/voucher.ts', additions: 40, deletions: 0 },
  ],
};

/** What differs from the ordinary pull request: some fields of a slice, or all entries of one that is a list. */
export type Given = { [Name in SliceName]?: Partial<Slices[Name]> | Slices[Name] };

/** What a gate is given, at noon of an ordinary day. */
export type OrdinaryInput = Slices & { now: Date };

/**
 * The ordinary pull request with what differs.
 *
 * @param needs the slices that may be looked at; looking at another throws, as nobody would have read it
 */
export function ordinaryPullRequest(given: Given = {}, needs?: readonly SliceName[]): OrdinaryInput {
  const input: OrdinaryInput = {
    details: { ...ordinary.details, ...given.details },
    iteration: { ...ordinary.iteration, ...given.iteration },
    commits: entries(given.commits) ?? ordinary.commits,
    workItems: entries(given.workItems) ?? ordinary.workItems,
    labels: entries(given.labels) ?? ordinary.labels,
    merge: { ...ordinary.merge, ...given.merge },
    behind: { ...ordinary.behind, ...given.behind },
    openThreads: entries(given.openThreads) ?? ordinary.openThreads,
    reviewers: entries(given.reviewers) ?? ordinary.reviewers,
    pushes: entries(given.pushes) ?? ordinary.pushes,
    codeOwners: { ...ordinary.codeOwners, ...given.codeOwners },
    groups: given.groups ? known(given.groups) : ordinary.groups,
    dependencies: given.dependencies ? known(given.dependencies) : ordinary.dependencies,
    template: given.template ? { path: TEMPLATE_PATH, text: '', ...given.template } : ordinary.template,
    mergeStrategies: entries(given.mergeStrategies) ?? ordinary.mergeStrategies,
    changes: entries(given.changes) ?? ordinary.changes,
    lineCounts: entries(given.lineCounts) ?? ordinary.lineCounts,
    now: new Date('2026-03-04T12:00:00Z'),
  };
  if (!needs) return input;
  const needed: readonly string[] = needs;
  for (const name of sliceNames.filter((slice) => !needed.includes(slice))) {
    Object.defineProperty(input, name, {
      get() {
        throw new Error(`The gate looks at ${name}, which is not among its needs.`);
      },
    });
  }
  return input;
}

const sliceNames: readonly string[] = ['details', 'iteration', ...Object.keys(emptySlices)];

function known<Entry>(given: Record<string, Entry | undefined>): Record<string, Entry> {
  return Object.fromEntries(Object.entries(given).flatMap(([name, entry]) => (entry ? [[name, entry] as const] : [])));
}

function entries<Entry>(given: readonly (Entry | undefined)[] | undefined): Entry[] | undefined {
  return given?.filter((entry) => entry !== undefined);
}
