import type { Evaluation, GateOutcome } from './evaluate';
import type { Finding } from './finding';
import { settingsProblemText, summaryText } from './markdown';

const finding = (over: Partial<Finding> = {}): Finding => ({
  severity: 'medium',
  key: 'minimumLength',
  message: 'The title has 3 characters; at least 10 are asked for.',
  ...over,
});

const failed: GateOutcome = {
  gate: 'title',
  component: null,
  shadow: false,
  mode: 'block',
  state: 'failed',
  description: '3 characters < 10',
  findings: [finding({ help: 'Say in the title what the change does.' })],
};
const advised: GateOutcome = {
  gate: 'size',
  component: null,
  shadow: false,
  mode: 'advise',
  state: 'failed',
  description: '812 > 600 lines',
  findings: [finding({ key: 'maximumLines', message: '812 lines are added or deleted; at most 600 are asked for.' })],
};
const passed: GateOutcome = {
  gate: 'work-items',
  component: null,
  shadow: false,
  mode: 'block',
  state: 'succeeded',
  description: '1 linked',
  findings: [],
};
const skipped: GateOutcome = {
  gate: 'freeze',
  component: null,
  shadow: false,
  mode: 'block',
  state: 'notApplicable',
  description: 'no freeze today',
  findings: [],
};

const textOf = (outcomes: GateOutcome[], over: Partial<Evaluation> = {}): string =>
  summaryText({ evaluation: { iterationId: 3, sourceCommit: 'c0ffee11'.repeat(5), outcomes, untouched: [], ...over } });

const judged =
  'Judged: iteration 3, commit `c0ffee11`. A push or a vote has it judged again within seconds, a new title within minutes, anything else within the hour; a comment `/gate re-run` at once.';

test('the summary says what blocks, what is advised, what passed, and what was judged', () => {
  expect(textOf([failed, advised, passed, skipped])).toBe(
    `### 1 gate blocks this pull request

- **title**: The title has 3 characters; at least 10 are asked for. Say in the title what the change does.

#### Advice, which blocks nothing

- **size**: 812 lines are added or deleted; at most 600 are asked for.

Passed: **work-items** (1 linked).

Not applicable: **freeze** (no freeze today).

${judged}`,
  );
});

test('several findings of a gate stand below what sums them up', () => {
  expect(textOf([{ ...failed, findings: [finding({ message: 'One.' }), finding({ message: 'Two.' })] }])).toContain(
    '- **title**: 2 findings\n  - One.\n  - Two.',
  );
});

describe('its headline', () => {
  test.each<[string, GateOutcome[], string]>([
    ['nothing is wrong', [passed], '### All gates passed'],
    ['one does not apply', [passed, skipped], '### All gates passed'],
    ['none applies', [skipped, skipped], '### No gate applies to this pull request'],
    ['one gate advises', [passed, advised], '### Nothing blocks this pull request; 1 gate advises'],
    ['two gates advise', [advised, advised], '### Nothing blocks this pull request; 2 gates advise'],
    ['two gates block', [failed, { ...failed, state: 'error' }], '### 2 gates block this pull request'],
    ['a gate waits', [{ ...failed, state: 'pending' }], '### This pull request waits for 1 gate'],
    ['one lacks what it needs', [{ ...failed, state: 'error' }], '### 1 gate could not judge this pull request'],
  ])('%s', (_, outcomes, headline) => {
    expect(textOf(outcomes).split('\n')[0]).toBe(headline);
  });
});

test('which components were judged by themselves, and which were not touched', () => {
  const payments = { ...failed, gate: 'size', component: 'payments' };
  const search = { ...passed, gate: 'size', component: 'search' };
  const untouched = ['catalogue', 'web'];
  expect(textOf([passed, payments, search], { untouched })).toContain(
    '\n\nComponents: **payments** and **search** were judged by themselves, each on its own files; no file of **catalogue** or **web** changed.\n\n',
  );
  expect(textOf([failed, payments], { untouched: ['web'] })).toContain(
    'Components: **payments** was judged by itself, on its own files; no file of **web** changed.',
  );
  expect(textOf([failed, payments])).toContain('Components: **payments** was judged by itself, on its own files.\n');
  expect(textOf([failed], { untouched })).toContain('Components: no file of **catalogue** or **web** changed.');
  expect(textOf([failed])).not.toContain('Components');
});

test('what helps with several findings is said once', () => {
  const findings = ['One.', 'Two.', 'Three.'].map((message) => finding({ message, help: 'Split it.' }));
  expect(textOf([{ ...failed, findings }])).toContain('\n  - One. Split it.\n  - Two.\n  - Three.\n');
});

test('what could not be judged is not for the author to mend', () => {
  const sentence = 'whoever administers Portcullis or the repository mends what it names.';
  expect(textOf([{ ...failed, state: 'error' }])).toContain(sentence);
  expect(textOf([failed, { ...advised, state: 'error' }])).not.toContain(sentence);
});

test('a gate with nothing more to say is named alone', () => {
  expect(textOf([{ ...passed, description: 'fine' }, passed])).toContain(
    'Passed: **work-items**, **work-items** (1 linked).',
  );
});

test.each([
  ['waits', 'pending', 'for the build'],
  ['could not judge', 'error', 'could not judge: for the build'],
] as const)('a gate that %s says so, once', (does, state, description) => {
  const text = (findings: Finding[]) => textOf([{ ...failed, state, description, findings }]);
  expect(text([])).toContain(`- **title** ${does}: for the build\n`);
  expect(text([finding({ message: 'One.' })])).toContain(`- **title** ${does}: One.`);
  expect(text([finding({ message: 'One.' }), finding({ message: 'Two.' })])).toMatch(
    new RegExp(`- \\*\\*title\\*\\* ${does}:\n  - One\\..*\n  - Two\\.`),
  );
});

test('what an author can mend stands first, then what could not be judged, then what waits', () => {
  const gates = (['pending', 'error', 'failed', 'pending'] as const).map((state, index) => {
    return { ...failed, gate: `${index}-${state}`, state };
  });
  expect(textOf(gates).match(/(?<=^- \*\*)[\w-]+/gm)).toEqual(['2-failed', '1-error', '0-pending', '3-pending']);
});

test('what is only tried out blocks nothing, and the text says so', () => {
  const tried = { ...failed, shadow: true };
  expect(textOf([tried])).toMatch(
    /^### Nothing blocks this pull request yet; 1 gate would\n\n#### Tried out \(phase `shadow`\), which blocks nothing yet\n\n- \*\*title/,
  );
  expect(textOf([{ ...failed, gate: 'commits' }, tried])).toMatch(
    /^### 1 gate blocks this pull request\n\n- \*\*commits[^]*#### Tried out [^]*- \*\*title/,
  );
  expect(textOf([failed])).not.toContain('shadow');
});

test('a gate of a component is told with the component before it', () => {
  expect(textOf([{ ...advised, component: 'payments' }])).toContain('- **payments/size**: 812 lines');
});

test('a finding in a file names the file as code', () => {
  expect(textOf([{ ...failed, findings: [finding({ filePath: '/src/a`b.ts' })] }])).toContain(
    "- **title**: `/src/a'b.ts`: The title",
  );
});

test('a pull request without iterations names the commit alone', () => {
  expect(textOf([passed], { iterationId: null })).toContain('Judged commit `c0ffee11`.');
});

test('the same evaluation makes the same text, so that it is written once', () => {
  expect(textOf([failed, advised])).toBe(textOf([failed, advised]));
});

describe('nobody reads more than', () => {
  const many = (amount: number) =>
    Array.from({ length: amount }, (_, index) => finding({ message: `Finding ${index}.` }));

  test('20 findings of a gate', () => {
    const items = textOf([{ ...failed, findings: many(21) }]).match(/^ {2}- .*$/gm);
    expect(items).toHaveLength(21);
    expect(items?.at(-1)).toBe('  - … and 1 more.');
    expect(textOf([{ ...failed, findings: many(20) }]).match(/^ {2}- .*$/gm)).toHaveLength(20);
  });

  test('60,000 characters', () => {
    const long = (gate: string): GateOutcome => ({
      ...failed,
      gate,
      findings: Array.from({ length: 20 }, () => finding({ message: '*'.repeat(500) })),
    });
    const text = textOf([long('a'), long('b'), long('c'), long('d')]);
    expect(text.length).toBeLessThanOrEqual(60_020);
    expect(text.length).toBeGreaterThan(55_000);
    expect(text.endsWith('\n\n… (shortened)')).toBe(true);
    const uncut = text.slice(0, -'\n\n… (shortened)'.length).split('\n');
    expect(uncut.at(-1)).toBe(`  - ${'\\*'.repeat(500)}`);
  });
});

describe('wrong settings', () => {
  test('each problem with its path and its scope', () => {
    expect(
      settingsProblemText([
        { scope: 'repository', path: 'gates.titel', message: 'unknown gate; did you mean "title"?' },
        { scope: 'connection', path: 'phase', message: 'is `"on"`; `shadow` or `enforce` is allowed.' },
      ]),
    ).toBe(`### Portcullis could not judge this pull request: its settings are wrong

- \`gates.titel\` in the repository settings: unknown gate; did you mean "title"?
- \`phase\` in the connection settings: is \`"on"\`; \`shadow\` or \`enforce\` is allowed.

An administrator of Portcullis mends them with \`portcullis settings set\`; the pull request is then judged again.`);
  });

  test('20 at most', () => {
    const problems = Array.from({ length: 30 }, (_, index) => ({
      scope: 'repository',
      path: `a${index}`,
      message: 'b',
    }));
    expect(settingsProblemText(problems).match(/^- .*$/gm)).toHaveLength(20);
  });

  test('a problem of the document as a whole has no path', () => {
    expect(settingsProblemText([{ scope: 'repository', path: '', message: 'is not a mapping' }])).toContain(
      '- The repository settings: is not a mapping',
    );
  });
});
