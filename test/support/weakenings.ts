/** A sentence that an admin reads, and what it is about. */
interface Told {
  path: string;
  message: string;
}

/** How a repository would get a pull request past gates that its project locks. */
export interface Weakening {
  how: string;
  /** The repository's document. */
  document: Record<string, unknown>;
  /** What the pull request is opened with. */
  body?: Record<string, unknown>;
  /** What its status says while nothing is locked, and under the lock. */
  before: string;
  after: string;
  /** Told when it is saved while nothing is locked. */
  toldBefore?: Told[];
  /** Under the lock it is not saved, or it is and reaches nothing that is locked. */
  refused?: Told[];
  told?: Told[];
}

const LINES = 'size 15 > 10 lines';
const LINKS = 'work-items none linked';
const NEITHER = `failed: 2 of 4 gates failed: ${LINES} · ${LINKS}`;
/** The other gates do not apply. */
const NEITHER_ALONE = `failed: 2 of 2 gates failed: ${LINES} · ${LINKS}`;
const AUTHOR = 'author@contoso.example';

const kept = (path: string, found: string, locked: string): Told => ({
  path,
  message: `found ${found}; the project settings lock this: ${locked} holds, and may only be tightened.`,
});
const unset = (path: string, found: string): Told => ({
  path,
  message: `found ${found}; the project settings lock this: it stays unset.`,
});
const unreached = (path: string, found: string): Told => ({
  path,
  message: `${found} does not reach the gates work-items and size: the project settings lock them.`,
});
const UNJUDGED: Told = {
  path: 'components.all',
  message:
    'no gate judges this component by itself, so its status portcullis/all says error; name a gate in it, or take it out.',
};
const bothGates = (options: Record<string, unknown>) => ({ gates: { 'work-items': options, size: options } });
const elsewhere = { when: { targetBranch: ['release/*'] } };

/**
 * Against `work-items` (at least 2) and `size` (at most 10 lines, not waivable), both blocking, with drafts judged: a pull
 * request of 15 lines without a work item.
 */
export const weakenings: Weakening[] = [
  {
    how: 'mode: advise',
    document: bothGates({ mode: 'advise' }),
    before: `succeeded: 2 gates passed · advice: ${LINES} · ${LINKS}`,
    after: NEITHER,
    refused: ['work-items', 'size'].map((gate) => kept(`gates.${gate}.mode`, '"advise"', '"block"')),
  },
  {
    how: 'mode: off',
    document: bothGates({ mode: 'off' }),
    before: 'succeeded: 2 gates passed',
    after: NEITHER,
    refused: ['work-items', 'size'].map((gate) => kept(`gates.${gate}.mode`, '"off"', '"block"')),
  },
  {
    how: 'when',
    document: bothGates(elsewhere),
    before: 'succeeded: 2 gates passed',
    after: NEITHER,
    refused: ['work-items', 'size'].map((gate) => unset(`gates.${gate}.when.targetBranch`, '["release/*"]')),
  },
  {
    how: 'an option',
    document: { gates: { 'work-items': { minimum: 1 }, size: { maximumLines: 5_000 } } },
    before: `failed: 1 of 4 gates failed: ${LINKS}`,
    after: NEITHER,
    refused: [kept('gates.work-items.minimum', '1', '2'), kept('gates.size.maximumLines', '5000', '10')],
  },
  {
    how: 'waivable',
    document: { gates: { size: { waivable: true } } },
    before: NEITHER,
    after: NEITHER,
    refused: [
      {
        path: 'gates.size.waivable',
        message: 'found true; the project settings lock this: false holds, and may not be changed.',
      },
    ],
  },
  {
    how: 'waivers.authority',
    document: { waivers: { authority: [AUTHOR] } },
    before: NEITHER,
    after: NEITHER,
    told: [unreached('waivers.authority', `["${AUTHOR}"]`)],
  },
  {
    how: 'enabled',
    document: { enabled: false },
    before: 'notApplicable: switched off in the settings',
    after: NEITHER_ALONE,
    toldBefore: [{ path: 'enabled', message: 'gating is switched off: policies that require the verdict are lifted.' }],
    told: [unreached('enabled', 'false')],
  },
  {
    how: 'phase',
    document: { phase: 'shadow' },
    before: `succeeded: shadow: would have failed: 2 of 4 gates failed: ${LINES} · ${LINKS}`,
    after: NEITHER_ALONE,
    toldBefore: [{ path: 'phase', message: 'goes from enforce to shadow: nothing is blocked any more.' }],
    told: [unreached('phase', '"shadow"')],
  },
  {
    how: 'branches.include',
    document: { branches: { include: ['release/*'] } },
    before: 'notApplicable: pull requests into main are not gated',
    after: NEITHER_ALONE,
    told: [unreached('branches.include', '["release/*"]')],
  },
  {
    how: 'branches.exclude',
    document: { branches: { exclude: ['main'] } },
    before: 'notApplicable: pull requests into main are not gated',
    after: NEITHER_ALONE,
    told: [unreached('branches.exclude', '["main"]')],
  },
  {
    how: 'drafts',
    document: { drafts: 'skip' },
    body: { isDraft: true },
    before: 'pending: draft: judged when published',
    after: NEITHER,
    told: [unreached('drafts', '"skip"')],
  },
  {
    how: 'bots',
    document: { bots: { identities: [AUTHOR], exempt: ['work-items', 'size'] } },
    before: 'succeeded: 2 gates passed',
    after: NEITHER,
    told: [unreached('bots.identities', `["${AUTHOR}"]`), unreached('bots.exempt', '["work-items","size"]')],
  },
  {
    how: 'components',
    document: { components: { all: { paths: ['**'], gates: { size: { mode: 'off' } } } } },
    before: `failed: 1 of 3 gates failed: ${LINKS}`,
    toldBefore: [UNJUDGED],
    after: NEITHER,
    told: [
      {
        path: 'components.all.paths',
        message: '["**"] does not split the files of the gate size: the project settings lock it.',
      },
      UNJUDGED,
    ],
  },
];
