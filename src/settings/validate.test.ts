import fc from 'fast-check';

import { problemText } from './problem';
import { fixtureGates } from './testing/fixture-gates';
import { validateDocument } from './validate';

const LOCKABLE = 'a key like drafts or bots.exempt, a gate like gates.size, or one of its keys like gates.size.mode';
const settingsKeys =
  'Settings are schemaVersion, enabled, phase, branches, drafts, bots, comments, waivers, repositoryFile, gates, components, lock.';

function problemsOf(document: unknown): string[] {
  return validateDocument(document, fixtureGates).map(problemText);
}

describe('documents that are fine', () => {
  test.each<[string, unknown]>([
    ['nothing', {}],
    ['no gates', { gates: {} }],
    ['a gate named without anything', { gates: { files: {} } }],
    [
      'every key',
      {
        schemaVersion: 1,
        enabled: false,
        phase: 'shadow',
        branches: { include: ['main', 'release/*'], exclude: ['release/{old,older}'] },
        drafts: 'judge',
        comments: { summary: 'off', activeWhileBlocked: false },
        gates: {
          files: { mode: 'off', minimum: 1, maximum: 2, share: 0.5 },
          words: { mode: 'block', pattern: '[a-z]+', anyCase: true, style: 'fancy', allowed: ['a'], limit: 3 },
        },
      },
    ],
  ])('%s', (_, document) => {
    expect(problemsOf(document)).toEqual([]);
  });
});

describe('documents with a mistake', () => {
  test.each<[unknown, string]>([
    [
      null,
      'found null; allowed is a mapping with the keys schemaVersion, enabled, phase, branches, drafts, bots, comments, waivers, repositoryFile, gates, components, lock.',
    ],
    [
      ['title'],
      'found ["title"]; allowed is a mapping with the keys schemaVersion, enabled, phase, branches, drafts, bots, comments, waivers, repositoryFile, gates, components, lock.',
    ],
    [{ schemaVersion: 0 }, 'schemaVersion: found 0; allowed are 1, 2.'],
    [{ enabeld: true }, `enabeld: unknown setting; did you mean "enabled"? ${settingsKeys}`],
    [{ zebra: true }, `zebra: unknown setting. ${settingsKeys}`],
    [{ words: {} }, 'words: unknown setting; words is a gate, so write it below gates.'],
    [{ 'a key': 1 }, `["a key"]: unknown setting. ${settingsKeys}`],
    [{ enabled: 'yes' }, 'enabled: found "yes"; allowed is true or false.'],
    [{ phase: 'enforced' }, 'phase: found "enforced"; did you mean "enforce"? Allowed are shadow, enforce.'],
    [{ phase: 3 }, 'phase: found 3; allowed are shadow, enforce.'],
    [{ drafts: 'never' }, 'drafts: found "never"; allowed are skip, judge.'],
    [
      { comments: { summary: 'onFindings' } },
      'comments.summary: found "onFindings"; did you mean "on-findings"? Allowed are on-findings, off.',
    ],
    [
      { comments: { sumary: 'off' } },
      'comments.sumary: unknown key; did you mean "summary"? Keys of comments are summary, activeWhileBlocked.',
    ],
    [{ comments: null }, 'comments: found null; allowed is a mapping with the keys summary, activeWhileBlocked.'],
    [
      { branches: { include: [] } },
      'branches.include: found []; allowed is a list of 1 to 100 entries, each text of 1 to 250 characters.',
    ],
    [
      { branches: { include: 'main' } },
      'branches.include: found "main"; allowed is a list of 1 to 100 entries, each text of 1 to 250 characters.',
    ],
    [{ branches: { exclude: ['main', 7] } }, 'branches.exclude[1]: found 7; allowed is text of 1 to 250 characters.'],
    [
      { branches: { include: ['refs/heads/main'] } },
      'branches.include[0]: "refs/heads/main" begins with refs/; write the branch alone, like main or release/*.',
    ],
    [
      { branches: { include: ['!main'] } },
      'branches.include[0]: "!main" begins with !; write the branch under exclude instead.',
    ],
    [{ gates: { word: {} } }, 'gates.word: unknown gate; did you mean "words"? Gates are files, words.'],
    [{ gates: { zebra: {} } }, 'gates.zebra: unknown gate. Gates are files, words.'],
    [
      { components: { a: { gates: { fils: {} } } } },
      'components.a.gates.fils: unknown gate; did you mean "files"? Gates are files, words.',
    ],
    [
      { components: { a: { gates: { files: { maximun: 3 } } } } },
      'components.a.gates.files.maximun: unknown option; did you mean "maximum"? Options of files are mode, when, waivable, minimum, maximum, share.',
    ],
    [
      { components: { a: { path: ['a/**'] } } },
      'components.a.path: unknown key; did you mean "paths"? Keys of components.a are paths, gates.',
    ],
    [
      { components: { Verdict: {} } },
      'components.Verdict: this name cannot be a component’s: 1 to 50 lower-case letters, digits and hyphens can, beginning with no hyphen, and neither verdict nor evaluate.',
    ],
    [
      { components: Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`c${at}`, {}])) },
      'components: there are more than 20 components.',
    ],
    [{ lock: ['gates.fils'] }, 'lock[0]: found "gates.fils"; did you mean "gates.files"?'],
    [{ lock: ['words'] }, 'lock[0]: found "words"; did you mean "gates.words"?'],
    [{ lock: ['share'] }, 'lock[0]: found "share"; did you mean "gates.files.share"?'],
    [{ lock: ['mode'] }, `lock[0]: found "mode"; allowed is ${LOCKABLE}.`],
    [{ lock: [7] }, `lock[0]: found 7; allowed is ${LOCKABLE}.`],
    [{ lock: 'gates.files' }, `lock: found "gates.files"; allowed is a list of at most 200 entries, each ${LOCKABLE}.`],
    [{ bots: { exempt: ['fils'] } }, 'bots.exempt[0]: found "fils"; did you mean "files"? Allowed are files, words.'],
    [
      { gates: { files: { when: { targetBranches: ['main'] } } } },
      'gates.files.when.targetBranches: unknown key; did you mean "targetBranch"? Keys of gates.files.when are targetBranch, sourceBranch, paths, labels, authors, authorGroups, size.',
    ],
    [{ gates: ['files'] }, 'gates: found ["files"]; allowed is a mapping with the keys files, words.'],
    [
      { gates: { files: null } },
      'gates.files: found null; allowed is a mapping with the keys mode, when, waivable, minimum, maximum, share.',
    ],
    [
      { gates: { files: { mode: 'blok' } } },
      'gates.files.mode: found "blok"; did you mean "block"? Allowed are off, advise, block.',
    ],
    [{ gates: { files: { mode: false } } }, 'gates.files.mode: found false; allowed are off, advise, block.'],
    [
      { gates: { files: { maximun: 3 } } },
      'gates.files.maximun: unknown option; did you mean "maximum"? Options of files are mode, when, waivable, minimum, maximum, share.',
    ],
    [
      { gates: { files: { maximum: '600' } } },
      'gates.files.maximum: found "600"; allowed is a whole number from 1 to 500.',
    ],
    [
      { gates: { files: { maximum: 1.5 } } },
      'gates.files.maximum: found 1.5; allowed is a whole number from 1 to 500.',
    ],
    [{ gates: { files: { minimum: -1 } } }, 'gates.files.minimum: found -1; allowed is a whole number of at least 0.'],
    [{ gates: { files: { share: 2 } } }, 'gates.files.share: found 2; allowed is a number of at most 1.'],
    [
      { gates: { words: { pattern: '(?=a)b' } } },
      'gates.words.pattern: "(?=a)b" is not a pattern in RE2 syntax: invalid or unsupported Perl syntax: `(?=`. RE2 has no look-around and no back-references.',
    ],
    [
      { gates: { words: { allowed: ['a', ''] } } },
      'gates.words.allowed[1]: found ""; allowed is text of at least 1 character.',
    ],
    [
      { gates: { words: { allowed: ['a', 'b', 'c', 'd'] } } },
      'gates.words.allowed: found ["a","b","c","d"]; allowed is a list of at most 3 entries, each text of at least 1 character.',
    ],
    [{ gates: { words: { limit: true } } }, 'gates.words.limit: found true; allowed is a whole number or "none".'],
    [
      { gates: { words: { anyCase: 'x'.repeat(100) } } },
      `gates.words.anyCase: found "${'x'.repeat(58)}…; allowed is true or false.`,
    ],
  ])('%j', (document, problem) => {
    expect(problemsOf(document)).toEqual([problem]);
  });

  test('every mistake is told, not only the first', () => {
    expect(problemsOf({ enabled: 1, gates: { files: { maximum: 0 }, titel: {} } })).toEqual([
      'enabled: found 1; allowed is true or false.',
      'gates.files.maximum: found 0; allowed is a whole number from 1 to 500.',
      'gates.titel: unknown gate. Gates are files, words.',
    ]);
  });

  test('nobody reads more than fifty', () => {
    const problems = problemsOf(Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`key${index}`, 1])));
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)).toBe('and 20 more.');
  });

  test('the real gates are known', () => {
    expect(validateDocument({ gates: { titel: {} } }).map(problemText)).toEqual([
      expect.stringMatching(/^gates\.titel: unknown gate; did you mean "title"\? Gates are .*size, .*title, .*\.$/),
    ]);
  });
});

describe('values that are no settings at all', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  const endless: Record<string, unknown> = {};
  endless['self'] = endless;

  test.each<[string, unknown, string]>([
    [
      'a prototype',
      JSON.parse('{"__proto__":{"enabled":false}}'),
      '__proto__: this key is not allowed anywhere in settings.',
    ],
    [
      'a constructor far inside',
      { gates: { words: { allowed: [{ constructor: 1 }] } } },
      'gates.words.allowed[0].constructor: this key is not allowed anywhere in settings.',
    ],
    ['too many levels', nested(21), 'the settings are nested too deeply: at most 20 levels are allowed.'],
    ['no end', endless, 'the settings are nested too deeply: at most 20 levels are allowed.'],
    ['too many values', Array(20_000).fill(1), 'the settings are too large: at most 20000 values are allowed.'],
    [
      'a date',
      { phase: new Date(0) },
      'phase: only text, finite numbers, true, false, null, lists and mappings are allowed in settings.',
    ],
    [
      'not a number',
      { gates: { files: { maximum: NaN } } },
      'gates.files.maximum: only text, finite numbers, true, false, null, lists and mappings are allowed in settings.',
    ],
    [
      'undefined',
      undefined,
      'only text, finite numbers, true, false, null, lists and mappings are allowed in settings.',
    ],
  ])('%s', (_, document, problem) => {
    expect(problemsOf(document)).toEqual([problem]);
  });
});

describe('whatever comes', () => {
  const word = fc.oneof(
    fc.constantFrom('gates', 'files', 'words', 'mode', 'maximum', 'pattern', 'branches', 'include', 'comments'),
    fc.constantFrom('toString', 'hasOwnProperty', 'valueOf', 'block', 'off', 'enforce', '(', '*'),
    fc.string(),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      word,
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(word, tie('value'), { maxKeys: 5 }),
    ),
  }));

  test('is answered with sentences, never with an exception', () => {
    fc.assert(
      fc.property(value, (document) => {
        for (const problem of validateDocument(document, fixtureGates)) expect(problem.message).toMatch(/[.?!]$/);
      }),
      { numRuns: 500 },
    );
  });

  test('is refused when a key is one that nobody knows', () => {
    const known = new Set(['schemaVersion', 'enabled', 'phase', 'branches', 'drafts', 'comments', 'gates']);
    fc.assert(
      fc.property(
        fc.string().filter((key) => !known.has(key)),
        fc.jsonValue({ maxDepth: 1 }),
        (key, anything) => {
          expect(problemsOf(Object.fromEntries([[key, anything]]))).not.toEqual([]);
          expect(problemsOf({ gates: Object.fromEntries([[key, anything]]) })).toEqual(
            key === 'files' || key === 'words' ? expect.anything() : expect.arrayContaining([expect.any(String)]),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('globs of which there are too many', () => {
  const globs = (amount: number): string[] => Array.from({ length: amount }, (_, index) => `src/${index}/**`);
  const tooMuch = expect.stringMatching(/^the globs of these settings ask for too much together: .* 2,000 are allowed/);
  const rules = (amount: number) => Array.from({ length: amount }, () => ({ paths: globs(100), help: 'Do not.' }));

  test('in one document, wherever they stand', () => {
    const gates = { paths: { forbidden: rules(9) }, size: { ignore: globs(50) } };
    expect(validateDocument({ gates })).toEqual([]);
    expect(validateDocument({ gates, components: { pay: { paths: globs(51) } } })).toEqual([
      { path: '', message: tooMuch },
    ]);
    expect(validateDocument({ gates: { paths: { forbidden: rules(11) } } })).toEqual([{ path: '', message: tooMuch }]);
  });

  test('texts that are no globs weigh nothing', () => {
    const required = Array.from({ length: 50 }, () => '*'.repeat(100));
    expect(validateDocument({ gates: { labels: { required } } })).toEqual([]);
  });
});
