import type { Outcome } from '../core/gate';

import { description } from './description';
import { ordinaryPullRequest } from './testing/ordinary-pull-request';

type Options = Parameters<typeof description.options.parse>[0];

const judge = (text: string, options: Options = {}): Outcome =>
  description.evaluate(
    ordinaryPullRequest({ details: { description: text } }, description.needs),
    description.options.parse(options),
  );

const keysOf = (outcome: Outcome): string[] => outcome.findings.map(({ key }) => key);
const enough = 'Customers ask for vouchers at the till.';

describe('length', () => {
  test.each([
    ['thirty characters', 'x'.repeat(30), 'succeeded', 'fine'],
    ['twenty-nine', 'x'.repeat(29), 'failed', '29 characters < 30'],
    ['one', 'x', 'failed', '1 character < 30'],
    ['none', '', 'failed', 'missing'],
    ['white space alone', ' \r\n\t ', 'failed', 'missing'],
    ['white space around it', `  ${'x'.repeat(29)}\n\n`, 'failed', '29 characters < 30'],
    ['a comment of the template alone', `<!-- ${enough} -->`, 'failed', 'missing'],
    ['a comment that nobody closed', `abc<!-- ${enough}`, 'failed', '3 characters < 30'],
    ['text around comments', `<!-- a -->${'x'.repeat(15)}<!-- b -->${'x'.repeat(15)}<!---->`, 'succeeded', 'fine'],
    ['a comment in several lines', `<!--\n${enough}\n-->\nabc`, 'failed', '3 characters < 30'],
    ['a comment as Markdown knows it', `[//]: # (${enough})`, 'failed', 'missing'],
    ['one in other marks', `[comment]: <> "${enough}"`, 'failed', 'missing'],
    [
      'one whose text stands on the next lines',
      `abc\n\n[//]: #\n  (${enough}\n${enough})`,
      'failed',
      '3 characters < 30',
    ],
    ['link definitions', `[a]: https://example.com/${'x'.repeat(40)}\n[b]: <y> 'Title'`, 'failed', 'missing'],
    ['a hidden element', `abc<span hidden>${enough}</span>`, 'failed', '3 characters < 30'],
    ['one that holds others', `<div hidden="">${enough}<div>${enough}</div></div>abc`, 'failed', '3 characters < 30'],
    ['one hidden by its style', `<p style="display: none">${enough}</p>`, 'failed', 'missing'],
    ['one that nobody closed', `abc<span hidden>${enough}`, 'failed', '3 characters < 30'],
    ['tags', '<b></b>'.repeat(30), 'failed', 'missing'],
    ['what stands in tags', `<b>${'x'.repeat(30)}</b>`, 'succeeded', 'fine'],
    ['details, which a reader opens', `<details><summary>More</summary>${enough}</details>`, 'succeeded', 'fine'],
    ['a label in front of a sentence', '[WIP]: the voucher field of the basket', 'succeeded', 'fine'],
    ['a tag in code', `\`<span hidden>\` ${'x'.repeat(15)}`, 'succeeded', 'fine'],
    ['tags in fenced code', `\`\`\`\n<div hidden>${'x'.repeat(20)}\n\`\`\``, 'succeeded', 'fine'],
    ['smaller than, greater than', `a < b and b > c, ${'x'.repeat(15)}`, 'succeeded', 'fine'],
    ['an address', `<https://example.com/${'x'.repeat(20)}>`, 'succeeded', 'fine'],
    ['entities that show nothing', '&nbsp;'.repeat(30), 'failed', 'missing'],
    ['links around nothing', `[](https://example.com/${'x'.repeat(40)})`, 'failed', 'missing'],
    ['rules and empty quotations', '---\n'.repeat(9) + '> '.repeat(30), 'failed', 'missing'],
    ['declarations', `<!DOCTYPE ${'x'.repeat(40)}><?php ${'x'.repeat(40)}?>`, 'failed', 'missing'],
    ['a declaration as code', `\`<?php echo 1 ?>\` ${'x'.repeat(15)}`, 'succeeded', 'fine'],
    ['characters are counted, not halves of them', '😀'.repeat(29), 'failed', '29 characters < 30'],
  ])('%s', (_, text, state, says) => {
    expect(judge(text)).toMatchObject({ state, description: says });
  });

  test('without a minimum nothing is missing', () => {
    expect(judge('', { minimumLength: 0 })).toMatchObject({ state: 'succeeded', description: 'fine' });
  });
});

describe('required sections', () => {
  const options = { requiredSections: ['Why'], minimumLength: 0 };
  test.each([
    ['a heading with text', '## Why\nVouchers.', 'succeeded', 'fine'],
    ['any level, any case, closing marks', '###### WHY ######\nVouchers.', 'succeeded', 'fine'],
    ['a line in bold', '**Why:**\nVouchers.', 'succeeded', 'fine'],
    ['a colon', '# Why:\nVouchers.', 'succeeded', 'fine'],
    ['Windows line ends', '# Why\r\n\r\nVouchers.\r\n', 'succeeded', 'fine'],
    ['text below a second heading of that name', '# Why\n# Why\nVouchers.', 'succeeded', 'fine'],
    ['no such heading', '# How\nVouchers.', 'failed', 'section "Why" is missing'],
    ['the word in a sentence', 'Why? Vouchers.', 'failed', 'section "Why" is missing'],
    ['no space behind the mark', '#Why\nVouchers.', 'failed', 'section "Why" is missing'],
    ['seven marks', '####### Why\nVouchers.', 'failed', 'section "Why" is missing'],
    ['a heading in code', '```\n# Why\nVouchers.\n```', 'failed', 'section "Why" is missing'],
    ['a heading in a comment', '<!-- \n# Why\nVouchers.\n-->', 'failed', 'section "Why" is missing'],
    ['no text', '# Why\n', 'failed', 'section "Why" is empty'],
    ['white space as text', '# Why\n \t\n\n', 'failed', 'section "Why" is empty'],
    ['a comment as text', '# Why\n<!-- say why -->\n# How\nSo.', 'failed', 'section "Why" is empty'],
    ['a Markdown comment as text', '# Why\n[//]: # (say why)\n# How\nSo.', 'failed', 'section "Why" is empty'],
    ['a hidden heading', '<div hidden>\n# Why\nVouchers.\n</div>', 'failed', 'section "Why" is missing'],
    ['text below the next heading only', '# Why\n# How\nVouchers.', 'failed', 'section "Why" is empty'],
  ])('%s', (_, text, state, says) => {
    expect(judge(text, options)).toMatchObject({ state, description: says });
  });

  test('a section with nothing but code has text', () => {
    expect(judge('# Why\n```\nnpm test\n```\n# How\nSo.', options)).toMatchObject({ state: 'succeeded' });
  });

  test('several are told one by one, with what to do', () => {
    const outcome = judge('# Why\n', { requiredSections: ['Why', 'How it was tested'], minimumLength: 0 });
    expect(outcome.description).toBe('section "Why" is empty (+1 more)');
    expect(outcome.findings).toEqual([
      {
        severity: 'medium',
        key: 'section why',
        message: 'The section "Why" is empty.',
        help: 'Write below its heading what it asks for.',
      },
      {
        severity: 'medium',
        key: 'section how it was tested',
        message: 'The section "How it was tested" is missing.',
        help: 'Add a heading "How it was tested" to the description, with text below it.',
      },
    ]);
  });

  test('the same finding whether it is missing or empty, and however the settings write it', () => {
    expect(keysOf(judge('# why', options))).toEqual(keysOf(judge('', { ...options, requiredSections: ['WHY:'] })));
  });
});

describe('checklist', () => {
  const options = { checklist: 'complete', minimumLength: 0 } as const;
  test.each([
    ['no list', enough, 'succeeded', 'fine'],
    ['all ticked', '- [x] tests\n- [X] docs', 'succeeded', 'fine'],
    ['one open', '- [x] tests\n- [ ] docs', 'failed', '1 open checklist item'],
    ['two open, other marks, indented', '* [ ] tests\n   + [ ] docs', 'failed', '2 open checklist items'],
    ['in code', '```\n- [ ] docs\n```', 'succeeded', 'fine'],
    ['in a comment', '<!--\n- [ ] docs\n-->', 'succeeded', 'fine'],
    ['after code', '~~~\n```\n~~~\n- [ ] docs', 'failed', '1 open checklist item'],
    ['in a sentence', 'Tick - [ ] when done', 'succeeded', 'fine'],
  ])('%s', (_, text, state, says) => {
    expect(judge(text, options)).toMatchObject({ state, description: says });
  });

  test('open items are ignored unless the settings say otherwise', () => {
    expect(judge(`${enough}\n- [ ] docs`).state).toBe('succeeded');
  });

  test('the finding quotes the first open item, and is the same one when others are open', () => {
    const [finding] = judge('- [ ] release `notes`\n- [ ] docs', options).findings;
    expect(finding).toEqual({
      severity: 'medium',
      key: 'checklist',
      message: '2 checklist items in the description are not ticked, the first one being "release \'notes\'".',
      help: 'Tick what is done; remove what does not apply.',
    });
    expect(judge('- [ ] docs', options).findings[0]?.message).toBe(
      'The checklist item "docs" in the description is not ticked.',
    );
    expect(keysOf(judge('- [ ] docs', options))).toEqual(['checklist']);
  });
});

test('all faults together, in a fixed order', () => {
  const outcome = judge('- [ ] docs', { requiredSections: ['Why'], checklist: 'complete' });
  expect(outcome.description).toBe('10 characters < 30 (+2 more)');
  expect(keysOf(outcome)).toEqual(['minimumLength', 'section why', 'checklist']);
});

test.each([
  ['comments begun over and over', '<!--'.repeat(1_000)],
  ['comments ended over and over', '-->'.repeat(1_333)],
  ['stars that never become bold', `**${'*'.repeat(3_990)}`],
  ['link definitions without an end', '[a]: b "'.repeat(500)],
  ['link definitions line by line', '[a]: b "\n'.repeat(440)],
  ['brackets that never close', '['.repeat(4_000)],
  ['tags that never close', '<a '.repeat(1_333)],
  ['hidden elements that never close', '<a hidden>'.repeat(400)],
  ['backticks', '`a'.repeat(2_000)],
  ['white space', `#${' '.repeat(3_990)}`],
  ['open brackets', '- [ '.repeat(800)],
  ['colons at the end of a heading', `# a${': #'.repeat(1_300)}b`],
])('a hostile description is judged at once: %s', (_, text) => {
  const started = process.cpuUsage();
  judge(text, { requiredSections: ['Why'], checklist: 'complete' });
  expect(process.cpuUsage(started).user / 10_000).toBeLessThan(1_000);
});

describe('checklist items that may stay open', () => {
  type Chosen = Partial<ReturnType<typeof description.options.parse>>;
  const outcomeOf = (items: string, options: Chosen = {}) =>
    description.evaluate(
      ordinaryPullRequest(
        { details: { description: `Adds a voucher field to the basket.\n\n${items}` } },
        description.needs,
      ),
      description.options.parse({ checklist: 'complete', ...options }),
    ).description;

  test.each<[string, Chosen, string]>([
    ['- [ ] notes (optional)', {}, 'fine'],
    ['- [ ] (Optional) notes', {}, 'fine'],
    ['- [ ] notes optional', {}, '1 open checklist item'],
    ['- [ ] notes (optional)\n- [ ] tests', {}, '1 open checklist item'],
    ['- [ ] notes (optional)', { optionalItems: [] }, '1 open checklist item'],
    ['- [ ] notes, if any', { optionalItems: ['if any'] }, 'fine'],
    ['- [ ] tests', { optionalItems: ['\u200b'] }, '1 open checklist item'],
    ['- [ ] tests <!-- (optional) -->', {}, '1 open checklist item'],
  ])('%j, %j: %s', (items, options, says) => {
    expect(outcomeOf(items, options)).toBe(says);
  });
});

describe('the template of the repository', () => {
  const TEMPLATE = [
    'Thank you for your contribution!',
    '# Why',
    '<!-- what is it for? -->',
    'Say what it is for.',
    '## Tests',
    'How did you test it?',
    '## Kind',
    '- Fix',
    '- Feature',
    '## Checklist',
    '- [ ] documented',
    '- [ ] announced',
    '## Screenshots (optional)',
    'Show what changed.',
    '',
  ].join('\r\n');

  const judgeWith = (text: string, template: 'ignore' | 'sections' | 'filled', given = TEMPLATE): Outcome =>
    description.evaluate(
      ordinaryPullRequest(
        { details: { description: text }, template: { path: '/pull_request_template.md', text: given } },
        description.needs,
      ),
      description.options.parse({ minimumLength: 0, template }),
    );

  const FILLED = '# Why\nVouchers.\n## Tests\nBy hand.\n## Kind\n- Feature\n## Checklist\n- [ ] documented\n';

  test.each<[string, string, string, string]>([
    ['filled in', FILLED, 'fine', 'fine'],
    ['with the optional section', `${FILLED}\n## Screenshots (optional)\n![](a.png)`, 'fine', 'fine'],
    [
      'with the optional section left as it was',
      `${FILLED}\n## Screenshots (optional)\nShow what changed.`,
      'fine',
      'fine',
    ],
    ['unchanged', TEMPLATE, 'the template, unchanged', 'the template, unchanged'],
    [
      'unchanged but for white space',
      `\n\n${TEMPLATE.replaceAll('\r\n', '  \n')}`,
      'the template, unchanged',
      'the template, unchanged',
    ],
    [
      'unchanged but for what nobody sees',
      `${TEMPLATE}\n<!-- Vouchers. -->\n<i></i>\u200b\n---`,
      'the template, unchanged',
      'the template, unchanged',
    ],
    [
      'only ticked',
      TEMPLATE.replace('[ ]', '[x]'),
      'section "Why" is as the template has it (+2 more)',
      'section "Why" is as the template has it (+3 more)',
    ],
    ['nothing', '', 'section "Why" is missing (+3 more)', 'section "Why" is missing (+3 more)'],
    [
      'a heading left out',
      FILLED.replace('## Tests\nBy hand.\n', ''),
      'section "Tests" is missing',
      'section "Tests" is missing',
    ],
    [
      'the checklist left out',
      FILLED.replace(/## Checklist[^]*/, ''),
      'section "Checklist" is missing',
      'section "Checklist" is missing',
    ],
    ['a heading without text', FILLED.replace('By hand.', ''), 'section "Tests" is empty', 'section "Tests" is empty'],
    [
      'a comment as text',
      FILLED.replace('By hand.', '<!-- by hand -->'),
      'section "Tests" is empty',
      'section "Tests" is empty',
    ],
    ['a dash as text', FILLED.replace('By hand.', '-'), 'section "Tests" is empty', 'section "Tests" is empty'],
    [
      'the question as the answer',
      FILLED.replace('By hand.', '**how** did you test it?').replace('**how**', 'HOW'),
      'section "Tests" is as the template has it',
      'section "Tests" is as the template has it',
    ],
    [
      'a line for another gate as the answer',
      FILLED.replace('By hand.', 'Depends-On: !7'),
      'section "Tests" is empty',
      'section "Tests" is empty',
    ],
    [
      'the question of another section as the answer',
      FILLED.replace('By hand.', 'Say what it is for.'),
      'fine',
      '1 line of the template left',
    ],
    [
      'the question above the answer',
      FILLED.replace('By', 'How did you test it?\nBy'),
      'fine',
      '1 line of the template left',
    ],
    ['an answer behind the question', FILLED.replace('By', 'How did you test it? By'), 'fine', 'fine'],
    ['the greeting left', `Thank you for your contribution!\n${FILLED}`, 'fine', '1 line of the template left'],
    [
      'no choice made',
      FILLED.replace('- Feature', '- Fix\n- Feature'),
      'section "Kind" is as the template has it',
      'section "Kind" is as the template has it',
    ],
    [
      'headings of another kind',
      FILLED.replace('# Why', '**why:**').replace('## Tests', '#### TESTS ####'),
      'fine',
      'fine',
    ],
    ['an answer below a heading within', FILLED.replace('Vouchers.\n', '## For whom\nCustomers.\n'), 'fine', 'fine'],
  ])('%s', (_, text, sections, filled) => {
    expect([judgeWith(text, 'sections').description, judgeWith(text, 'filled').description]).toEqual([
      sections,
      filled,
    ]);
  });

  test('nothing is asked for without a template, with an empty one, or where the settings do not', () => {
    const given = ordinaryPullRequest({ details: { description: '' } }, description.needs);
    const options = description.options.parse({ minimumLength: 0, template: 'filled' });
    expect(description.evaluate(given, options).state).toBe('succeeded');
    expect(judgeWith('', 'filled', '<!-- nothing -->\n\n---\n').state).toBe('succeeded');
    expect(judgeWith(TEMPLATE, 'ignore').state).toBe('succeeded');
  });

  test('it is read only where the settings ask for it', () => {
    const asks = (options: Options) => description.asks?.(description.options.parse(options));
    expect(asks({})).toEqual({ spares: ['template'] });
    expect(asks({ template: 'sections' })).toEqual({});
  });

  test('a section that the settings ask for anyway is told once', () => {
    const outcome = description.evaluate(
      ordinaryPullRequest(
        { details: { description: 'Vouchers.' }, template: { path: '/t.md', text: '# Why\n# How' } },
        description.needs,
      ),
      description.options.parse({ minimumLength: 0, template: 'sections', requiredSections: ['Why:'] }),
    );
    expect(keysOf(outcome)).toEqual(['section why', 'template section how']);
  });

  test('a section that the settings ask for anyway may not stay as the template has it', () => {
    const text = '# Why\nWhat is it for?\n# How\nWhat did you do?';
    const outcome = description.evaluate(
      ordinaryPullRequest(
        { details: { description: '# Why\nWhat is it for?\n# How\nA field.' }, template: { path: '/t.md', text } },
        description.needs,
      ),
      description.options.parse({ minimumLength: 0, template: 'sections', requiredSections: ['Why'] }),
    );
    expect(keysOf(outcome)).toEqual(['template section why']);
  });

  test('sections within a section fill it', () => {
    const given = '# Change\n## Why\n...\n## How\n';
    expect(judgeWith('# Change\n## Why\nVouchers.\n## How\nA field.', 'filled', given).description).toBe('fine');
    expect(judgeWith('# Change\n## Why\nVouchers.\n## How', 'filled', given).description).toBe(
      'section "How" is empty',
    );
  });

  test('what the author reads', () => {
    const told = (outcome: Outcome) => outcome.findings.map(({ key, message, help }) => [key, message, help]);
    expect(told(judgeWith(TEMPLATE, 'filled'))).toEqual([
      [
        'template',
        "The description is the repository's template, as it was given.",
        'Write below each of its headings what is asked for there.',
      ],
    ]);
    const text = '# Why\nSay what it is for.\nVouchers.\n## Tests\nHow did you test it?\n## Kind\n\n';
    expect(told(judgeWith(text, 'filled'))).toEqual([
      [
        'template section tests',
        'The section "Tests" is as the template has it.',
        'Put your own words below it, in place of those of the template.',
      ],
      [
        'template section kind',
        'The section "Kind" is empty.',
        'Write below it what the template asks for; comments are seen by nobody.',
      ],
      [
        'template section checklist',
        'The section "Checklist" of the template is missing.',
        'Add the heading "Checklist", as the repository\'s template has it, with words of your own below.',
      ],
      [
        'template text',
        '1 line of the template is still in the description: "Say what it is for.".',
        'Put your own words there, or take out what does not apply.',
      ],
    ]);
  });

  test('a checklist of the template is asked for by `checklist` alone', () => {
    const given = '- [ ] documented\n- [ ] announced';
    expect(judgeWith('- [x] documented\n- [ ] announced', 'filled', given).state).toBe('succeeded');
    expect(judgeWith(given, 'filled', given).description).toBe('the template, unchanged');
  });

  test.each([
    ['headings', '# a\n'],
    ['one heading', '# x\n'],
    ['headings within', '# a\n## x\n'],
    ['nested headings', '# a\n## b\n### c\n#### d\n##### e\n###### f\n**g**\nh\n'],
    ['blanks in a heading', `# a${' '.repeat(99_990)}b\n`],
    ['blanks in bold', `**a${' '.repeat(99_990)}b**c\n`],
    ['blanks in a line', `${' '.repeat(99_990)}a\n`],
    ['lines', 'a\n'],
    ['items', '- [ ] a\n'],
    ['comments', 'a<!-- -->b'],
  ])('a template of 100 KB of %s is judged at once', (_, part) => {
    const text = Array.from({ length: Math.ceil(100_000 / part.length) }, (__, index) =>
      part.replaceAll(/[a-h]/g, (letter) => `${letter}${index}`),
    ).join('');
    const started = process.cpuUsage();
    judgeWith(text.slice(0, 4_000), 'filled', text);
    expect(process.cpuUsage(started).user / 10_000).toBeLessThan(1_000);
  });
});
