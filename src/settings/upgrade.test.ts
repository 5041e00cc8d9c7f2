import type { SettingsProblem } from './problem';
import { resolveSettings } from './resolve';
import { renamedGates } from './testing/renamed-gates';
import { upgradeDocument } from './upgrade';
import { validateDocument } from './validate';

const upgraded = (document: unknown) => upgradeDocument(document, renamedGates);
const problems = (document: unknown) =>
  validateDocument(document, renamedGates).map(({ path, message }) => `${path}: ${message}`);
const note = (path: string, present: string) => ({
  path,
  message: `is called ${present} now; the former name is understood for two releases.`,
});
const entryNote = (path: string, former: string, present: string) => ({
  path,
  message: `${former} is called ${present} now; the former name is understood for two releases.`,
});

describe('the previous release', () => {
  /** As release 1 wrote it: every key it had. */
  const document = {
    schemaVersion: 1,
    enabled: true,
    phase: 'enforce',
    branches: { include: ['main', 'release/*'], exclude: ['release/old'] },
    drafts: 'skip',
    comments: { summary: 'on-findings', activeWhileBlocked: true },
    gates: {
      title: { mode: 'block', pattern: '[A-Z].*', forbiddenWords: ['wip'] },
      description: { mode: 'off' },
      'work-items': { minimum: 2, allowedTypes: ['Bug'] },
      size: { maximumLines: 300 },
    },
  };

  test('is read with nothing but another version', () => {
    expect(upgradeDocument(document)).toEqual({
      kind: 'understood',
      document: { ...document, schemaVersion: 2 },
      notes: [],
    });
    expect(validateDocument(document)).toEqual([]);
  });

  test('means what it would mean without a version', () => {
    const { schemaVersion, ...same } = document;
    expect(schemaVersion).toBe(1);
    const [old, fresh] = [document, same].map((one) => resolveSettings([{ scope: 'connection', document: one }]));
    expect(old?.ok && fresh?.ok && old.hash === fresh.hash).toBe(true);
  });
});

describe('a newer release', () => {
  test.each([3, 2.5, 1_000])('version %d is not guessed at', (schemaVersion) => {
    const document = { schemaVersion, gates: { unheard: {} } };
    expect(upgraded(document)).toEqual({ kind: 'newer', schemaVersion });
    expect(problems(document)).toEqual([
      `schemaVersion: these settings have version ${schemaVersion}, from a newer release of Portcullis; deploy that release, or save them again in version 2.`,
    ]);
  });

  test.each([0, -1, '3', null, true, [2]])('version %j is a mistake', (schemaVersion) => {
    expect(upgraded({ schemaVersion }).kind).toBe('understood');
    expect(problems({ schemaVersion })).toHaveLength(1);
  });
});

describe('former names', () => {
  test.each<[string, unknown, unknown, SettingsProblem[]]>([
    [
      'a gate',
      { gates: { count: { mode: 'block' } } },
      { gates: { amount: { mode: 'block' } } },
      [note('gates.count', 'amount')],
    ],
    [
      'an option',
      { gates: { amount: { limit: 3 } } },
      { gates: { amount: { maximum: 3 } } },
      [note('gates.amount.limit', 'maximum')],
    ],
    [
      'an option of a gate that has a former name, too',
      { gates: { number: { most: 3, strict: true } } },
      { gates: { amount: { maximum: 3, strict: true } } },
      [note('gates.number', 'amount'), note('gates.amount.most', 'maximum')],
    ],
    [
      'in a component',
      { components: { a: { paths: ['a/**'], gates: { count: { most: 3 } } }, b: { paths: ['b/**'] } } },
      { components: { a: { paths: ['a/**'], gates: { amount: { maximum: 3 } } }, b: { paths: ['b/**'] } } },
      [note('components.a.gates.count', 'amount'), note('components.a.gates.amount.most', 'maximum')],
    ],
    [
      'in locks',
      { lock: ['gates.count', 'gates.amount.limit', 'gates.number.most', 'gates.count.mode', 'gates.words.known'] },
      {
        lock: [
          'gates.amount',
          'gates.amount.maximum',
          'gates.amount.maximum',
          'gates.amount.mode',
          'gates.words.known',
        ],
      },
      [
        entryNote('lock[0]', 'gates.count', 'gates.amount'),
        entryNote('lock[1]', 'gates.amount.limit', 'gates.amount.maximum'),
        entryNote('lock[2]', 'gates.number.most', 'gates.amount.maximum'),
        entryNote('lock[3]', 'gates.count.mode', 'gates.amount.mode'),
      ],
    ],
    [
      'among what bots are spared',
      { bots: { identities: ['bot'], exempt: ['words', 'count'] } },
      { bots: { identities: ['bot'], exempt: ['words', 'amount'] } },
      [entryNote('bots.exempt[1]', 'count', 'amount')],
    ],
  ])('%s', (_, document, expected, notes) => {
    expect(upgraded(document)).toEqual({ kind: 'understood', document: expected, notes });
    expect(problems(document)).toEqual([]);
  });

  test('settings under former names are the same settings', () => {
    const [former, present] = [
      { gates: { count: { limit: 2 } }, lock: ['gates.count.most'] },
      { gates: { amount: { maximum: 2 } }, lock: ['gates.amount.maximum'] },
    ].map((document) =>
      resolveSettings(
        [
          { scope: 'connection', document },
          { scope: 'repository', document: { gates: { number: { most: 3 } } } },
        ],
        renamedGates,
      ),
    );
    expect(former?.ok && former.warnings.map(({ scope, kind, path }) => `${scope} ${kind} ${path}`)).toEqual([
      'repository ignored gates.amount.maximum',
      'connection renamed gates.count',
      'connection renamed gates.amount.limit',
      'connection renamed lock[0]',
      'repository renamed gates.number',
      'repository renamed gates.amount.most',
    ]);
    expect(former?.ok && present?.ok && former.hash === present.hash).toBe(true);
  });

  test.each<[string, unknown, string]>([
    ['a gate beside its present name', { gates: { count: {}, amount: {} } }, 'gates.count'],
    ['a gate by two former names', { gates: { count: { maximum: 1 }, number: { maximum: 2 } } }, 'gates.number'],
    ['an option beside its present name', { gates: { amount: { maximum: 1, most: 2 } } }, 'gates.amount.most'],
    ['an option by two former names', { gates: { amount: { most: 1, limit: 2 } } }, 'gates.amount.limit'],
    [
      'in a component',
      { components: { a: { paths: ['a'], gates: { amount: {}, number: {} } } } },
      'components.a.gates.number',
    ],
  ])('%s is refused: neither vanishes without a word', (_, document, path) => {
    expect(validateDocument(document, renamedGates).map((problem) => problem.path)).toEqual([path]);
  });

  test.each<[unknown]>([
    [{ gates: { words: { most: 1 } } }],
    [{ gates: { words: { count: 1 } } }],
    [{ count: {} }],
    [{ lock: ['count', 'gates.words.most'] }],
    [{ bots: { exempt: ['vocabulary'] } }],
  ])('in another place they are unknown: %j', (document) => {
    expect(problems(document).length).toBeGreaterThan(0);
  });
});

test.each<[unknown]>([
  [null],
  [[]],
  ['text'],
  [{ gates: [], components: [], lock: {}, bots: [] }],
  [{ gates: { amount: null, words: [] }, components: { a: null, b: { gates: 1 } }, lock: [1], bots: { exempt: 1 } }],
])('what is wrong stays wrong: %j', (document) => {
  expect(upgraded(document)).toEqual({ kind: 'understood', document, notes: [] });
});
