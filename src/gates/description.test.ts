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
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(1_000);
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
