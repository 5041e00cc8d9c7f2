import { constants, Script } from 'node:vm';

import fc from 'fast-check';
import { z } from 'zod';

import type { Evaluation, GateOutcome } from './evaluate';
import { escapeText, inline, settingsProblemText, summaryText } from './markdown';
import { code, quote } from './phrase';

/** micromark is an ES module and jest's own modules are not, so Node's loader loads it. */
const loading = new Script('import("micromark")', {
  filename: __filename,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
let render: (markdown: string) => string;
beforeAll(async () => {
  const loaded: unknown = await loading.runInThisContext();
  const { micromark } = z.object({ micromark: z.function({ input: [z.string()], output: z.string() }) }).parse(loaded);
  render = (markdown) => micromark(markdown).trim();
});

/** Pieces that mean something to Markdown, to HTML or to Azure DevOps, where they stand or next to each other. */
const pieces = [
  ...'\\ ` * _ # ! @ < > & | ~ $ ^ = [ ] ( ) { } - + . : / " \' ; 1 a'.split(' '),
  ...[' ', '  ', '    ', '\t', '\n', '\n\n', '\r\n', '  \n', '\\\n', '\n    ', '\n---\n', '\n===\n', '\n- ', '\n# '],
  ...['- ', '+ ', '* ', '1. ', '1) ', '# ', '> ', '***', '---', '```', '~~~', '``', '`` `', '**a**', '__a__', '~~a~~'],
  ...['[a](http://x.y)', '![a](http://x.y)', '[a]: http://x.y\n', '[a][b]', '[^1]', '<http://x.y>', '<a@b.c>', 'a@b.c'],
  ...['<img src=x onerror=alert(1)>', '<a href="javascript:a">', '</p>', '<!--', '-->', '<div>', '<![CDATA[', '<?'],
  ...[
    '@<',
    '@<6e5f2d1c-0000-4000-8000-000000000001>',
    '@me',
    '#12',
    '!34',
    'AB#56',
    '&lt;',
    '&#35;1',
    '&num;',
    '&#x40;<',
  ],
  ...[
    'https://evil.example/',
    'http:',
    '//',
    'www.',
    'WWW.evil.example',
    'ftp://a',
    'mailto:a@b.c',
    '$$',
    '[ ]',
    '[x] ',
  ],
];
const invisible = ['\u0000', '\u001b', '\u00ad', '\u200b', '\u200d', '\u200e', '\u202e', '\u2028', '\u2066', '\ufeff'];
const text = (...more: string[]) =>
  fc
    .array(
      fc.oneof(
        { arbitrary: fc.constantFrom(...pieces, ...more), weight: 4 },
        { arbitrary: fc.string({ maxLength: 4 }), weight: 1 },
        { arbitrary: fc.constantFrom('Grüße', '漢字', '😀', 'é'), weight: 1 },
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(''));
const visibleText = text();
const hostileText = text(...invisible, '\ud83d', '\udc00');

/** What a reader of HTML sees of a text: white space counts once. */
const seen = (value: string): string => value.replace(/[ \t\r\n]+/g, ' ').trim();
const decoded = (html: string): string =>
  html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
const tagsOf = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];
const withoutTags = (html: string): string => decoded(html.replace(/<[^>]*>/g, ''));
/** With a dot for each escaped character and each piece of code. */
const withoutCode = (markdown: string): string => markdown.replace(/\\[^\n]|`[^`\n]*`/g, '·');

/** What Azure DevOps looks for itself, whatever Markdown makes of it. */
function expectNoReference(markdown: string): void {
  expect(markdown).not.toMatch(/@<|[#!]\d/);
  expect(withoutCode(markdown)).not.toMatch(/@|:\/\/|www\.|<|>/i);
}

const runs = { numRuns: 2_000 };

describe('text from a pull request stays text', () => {
  test('escaped, it is one paragraph that reads as it was written', () => {
    fc.assert(
      fc.property(visibleText, (value) => {
        const html = render(escapeText(value));
        expect(tagsOf(html)).toEqual(seen(value) === '' ? [] : ['<p>', '</p>']);
        expect(withoutTags(html)).toBe(seen(value));
        expectNoReference(escapeText(value));
      }),
      runs,
    );
  });

  test('what hides or reorders text is shown by its code point', () => {
    fc.assert(
      fc.property(hostileText, (value) => {
        const escaped = escapeText(value);
        expect(escaped).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(tagsOf(render(escaped)).filter((tag) => !/^<\/?p>$/.test(tag))).toEqual([]);
        expectNoReference(escaped);
      }),
      runs,
    );
    expect(escapeText('a\u202eb\u200bc\u0000d\ud83de')).toBe('a⟨U+202E⟩b⟨U+200B⟩c⟨U+0000⟩d⟨U+D83D⟩e');
    expect(inline('`a\u202eb`')).toBe('`a⟨U+202E⟩b`');
  });

  test('quoted and as code inside a sentence, it reads as it was written and nothing else is code', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), visibleText), { maxLength: 4 }), (values) => {
        const phrase = values.map(([asCode, value]) => (asCode ? code(value) : quote(value))).join(' and ');
        const html = render(inline(phrase));
        const codes = values.filter(([asCode, value]) => asCode && inline(code(value)).startsWith('`'));
        expect(tagsOf(html)).toEqual(
          values.length === 0 || html === '' ? [] : ['<p>', ...codes.flatMap(() => ['<code>', '</code>']), '</p>'],
        );
        expect(seen(withoutTags(html))).toBe(seen(phrase.replaceAll('`', '')));
        expectNoReference(inline(phrase));
      }),
      runs,
    );
  });

  test('as a phrase of its own, whatever its back-ticks, it yields text and code only', () => {
    fc.assert(
      fc.property(hostileText, (value) => {
        const html = render(inline(value));
        expect(tagsOf(html).filter((tag) => !/^<\/?(p|code)>$/.test(tag))).toEqual([]);
        expectNoReference(inline(value));
      }),
      runs,
    );
  });

  test.each([
    ['blank code does not join what begins a list', '1` `. one'],
    ['nor does it indent what follows', ' ` ` ` ` ` ` ` ` ` ` indented'],
    ['an unpaired back-tick', 'a ` b'],
    ['three back-ticks', '```js'],
    ['what is no code joins no link', ':``//evil.example and www`.#1`'],
  ])('%s', (_, phrase) => {
    expect(tagsOf(render(inline(phrase)))).toEqual(['<p>', '</p>']);
    expectNoReference(inline(phrase));
  });
});

describe('a comment has our structure and no other', () => {
  /** A gate always says something. */
  const message = hostileText.filter((value) => inline(value) !== '');
  const finding = fc.record(
    {
      severity: fc.constant('high' as const),
      key: fc.constant('k'),
      message,
      help: hostileText,
      filePath: hostileText,
    },
    { requiredKeys: ['severity', 'key', 'message'] },
  );
  const outcome: fc.Arbitrary<GateOutcome> = fc.record({
    gate: fc.constantFrom('title', 'work-items'),
    component: fc.constantFrom(null, 'payments'),
    shadow: fc.boolean(),
    mode: fc.constantFrom('advise' as const, 'block' as const),
    state: fc.constantFrom(
      'succeeded' as const,
      'failed' as const,
      'pending' as const,
      'notApplicable' as const,
      'error' as const,
    ),
    description: hostileText,
    findings: fc.array(finding, { maxLength: 3 }),
  });

  test('the summary: its headings, a gate in bold each, an item for each finding', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 4 }), (outcomes) => {
        const untouched = ['orders'];
        const evaluation: Evaluation = { iterationId: 1, sourceCommit: 'c0ffee00c0ffee00', outcomes, untouched };
        const markdown = summaryText({ evaluation });
        const tags = tagsOf(render(markdown));
        const amount = (tag: string): number => tags.filter((other) => other === tag).length;
        const told = outcomes.filter(({ state }) => !['succeeded', 'notApplicable'].includes(state));
        expect(tags.filter((tag) => !/^<\/?(h3|h4|p|strong|ul|li|code)>$/.test(tag))).toEqual([]);
        expect(amount('<h3>')).toBe(1);
        const sections = [
          ({ mode }: GateOutcome) => mode === 'advise',
          ({ mode, shadow }: GateOutcome) => mode === 'block' && shadow,
        ];
        expect(amount('<h4>')).toBe(sections.filter((isIn) => told.some(isIn)).length);
        const components = new Set(['orders', ...outcomes.flatMap(({ component }) => component ?? [])]);
        expect(amount('<strong>')).toBe(outcomes.length + components.size);
        const items = told.map(({ findings }) => (findings.length === 1 ? 1 : 1 + findings.length));
        expect(amount('<li>')).toBe(items.reduce((sum, each) => sum + each, 0));
        expect(markdown).not.toMatch(/@<|[#!]\d/);
        expect(withoutCode(markdown)).not.toMatch(/@|:\/\/|www\.|<|>/i);
      }),
      { numRuns: 500 },
    );
  });

  test('the settings problems: a heading and an item each', () => {
    const problem = fc.record({ scope: fc.constant('repository'), path: hostileText, message });
    fc.assert(
      fc.property(fc.array(problem, { minLength: 1, maxLength: 4 }), (problems) => {
        const markdown = settingsProblemText(problems);
        const tags = tagsOf(render(markdown));
        expect(tags.filter((tag) => !/^<\/?(h3|p|ul|li|code)>$/.test(tag))).toEqual([]);
        expect(tags.filter((tag) => tag === '<li>')).toHaveLength(problems.length);
        expectNoReference(markdown);
      }),
      { numRuns: 500 },
    );
  });

  test('cutting a comment that is too long cuts no code open', () => {
    const path = `[click](https://evil.example/)<img src=x>${'x'.repeat(40_000)}`;
    const markdown = settingsProblemText([
      { scope: 'repository', path, message: 'is wrong' },
      { scope: 'repository', path, message: 'is wrong' },
    ]);
    const tags = tagsOf(render(markdown));
    expect(tags.filter((tag) => !/^<\/?(h3|p|ul|li|code)>$/.test(tag))).toEqual([]);
    expect(tags.filter((tag) => tag === '<li>')).toHaveLength(1);
    expect(markdown).toMatch(/\n\n… \(shortened\)$/);
  });
});
