import { z } from 'zod';

import { defineGate, stricter } from '../core/gate';
import { sectionName, sectionsOf } from '../core/markdown-sections';
import { FINE, judged, type Fault } from '../core/outcome';
import { count, quote } from '../core/phrase';
import { shownLines, type ShownLine } from '../core/shown-markdown';
import { templateFaults } from '../core/template-faults';
import { shownText } from '../core/shown-text';
import { visibleText } from '../core/visible-text';

const options = z.strictObject({
  minimumLength: z
    .int()
    .min(0)
    .max(4_000)
    .default(30)
    .meta(
      stricter(
        'higher',
        'At least this many characters that a reader sees: without white space at the ends, comments and hidden elements.',
      ),
    ),
  requiredSections: z
    .array(z.string().min(1).max(100))
    .max(20)
    .default([])
    .meta(
      stricter('superset', 'Headings that must stand in the description, with text below them; case does not matter.'),
    ),
  template: z
    .enum(['ignore', 'sections', 'filled'])
    .default('ignore')
    .meta(
      stricter(
        'later',
        "What the repository's pull request template asks for: `sections`, its headings with words of the author's own below each; `filled`, and no sentence of the template left, while comments, lists and tables may stay. It is the template that Azure DevOps puts into new descriptions: of the default branch, and the one for the target branch if there is one. Without a template nothing is asked for.",
      ),
    ),
  checklist: z
    .enum(['ignore', 'complete'])
    .default('ignore')
    .meta(stricter('fixed', '`complete`: every `- [ ]` item must be ticked.')),
  optionalItems: z
    .array(z.string().min(1).max(100))
    .max(20)
    .default(['(optional)'])
    .meta(
      stricter(
        'subset',
        'Words that mark a checklist item which may stay open, or a section of the template which need not be filled in, wherever they stand in it; case does not matter.',
      ),
    ),
});

export const description = defineGate({
  name: 'description',
  summary: 'Require a description that reviewers can work with',
  needs: ['details', 'template'],
  options,
  examples: [
    {
      title: 'no description',
      options: {},
      given: { details: { description: '' } },
      then: 'failed',
      says: 'missing',
    },
    {
      title: 'a section without text',
      options: { requiredSections: ['Why', 'How it was tested'] },
      given: { details: { description: '## Why\nCustomers ask for vouchers.\n\n## How it was tested\n' } },
      then: 'failed',
      says: 'section "How it was tested" is empty',
    },
    {
      title: 'an item left open',
      options: { checklist: 'complete' },
      given: { details: { description: 'Adds a voucher field to the basket.\n\n- [x] tests\n- [ ] release notes' } },
      then: 'failed',
      says: '1 open checklist item',
    },
    {
      title: 'an item that may stay open',
      options: { checklist: 'complete' },
      given: {
        details: { description: 'Adds a voucher field to the basket.\n\n- [x] tests\n- [ ] release notes (optional)' },
      },
      then: 'succeeded',
      says: 'fine',
    },
    {
      title: 'a section of the template left as it was',
      options: { template: 'sections' },
      given: {
        details: { description: '## Why\nCustomers ask for vouchers.\n\n## Tests\nHow did you test it?' },
        template: {
          path: '/docs/pull_request_template.md',
          text: '## Why\nWhat is it for?\n\n## Tests\nHow did you test it?',
        },
      },
      then: 'failed',
      says: 'section "Tests" is as the template has it',
    },
    {
      title: 'the template filled in',
      options: { template: 'filled' },
      given: {
        details: { description: '## Why\nCustomers ask for vouchers.\n\n## Tests\nBy hand, at the till.' },
        template: {
          path: '/docs/pull_request_template.md',
          text: '## Why\nWhat is it for?\n\n## Tests\nHow did you test it?',
        },
      },
      then: 'succeeded',
      says: 'fine',
    },
    {
      title: 'a description with what is asked for',
      options: { requiredSections: ['Why'], checklist: 'complete' },
      given: { details: { description: '# why\nCustomers ask for vouchers at the till.\n- [x] tests' } },
      then: 'succeeded',
      says: 'fine',
    },
  ],
  asks: ({ template }) => (template === 'ignore' ? { spares: ['template'] } : {}),
  evaluate({ details, template: given }, { minimumLength, requiredSections, template, checklist, optionalItems }) {
    const lines = shownLines(details.description);
    const length = Array.from(textOf(lines)).length;
    const sections = sectionsOf(lines);
    const faults: Fault[] = [];
    if (length < minimumLength) {
      faults.push({
        short: length === 0 ? 'missing' : `${count(length, 'character')} < ${minimumLength}`,
        finding: {
          severity: 'medium',
          key: 'minimumLength',
          message:
            length === 0
              ? 'The pull request has no description.'
              : `The description has ${count(length, 'character')}; at least ${minimumLength} are asked for.`,
          help: 'Say what changes, why, and how it was tested.',
        },
      });
    }
    for (const section of requiredSections) {
      const found = sections.filter(({ name }) => name === sectionName(section));
      if (found.some((each) => textOf(each.lines) !== '')) continue;
      const state = found.length === 0 ? 'is missing' : 'is empty';
      faults.push({
        short: `section ${quote(section)} ${state}`,
        finding: {
          severity: 'medium',
          key: `section ${sectionName(section)}`,
          message: `The section ${quote(section)} ${state}.`,
          help:
            found.length === 0
              ? `Add a heading ${quote(section)} to the description, with text below it.`
              : 'Write below its heading what it asks for.',
        },
      });
    }
    if (template !== 'ignore' && given !== null) {
      const known = new Set(requiredSections.map(sectionName));
      const isOptional = (heading: string): boolean => isMarked(heading, optionalItems);
      faults.push(...templateFaults(given.text, lines, { template, isOptional, known }));
    }
    const open =
      checklist === 'complete' ? lines.filter((line) => isOpenItem(line) && !isMarked(line.text, optionalItems)) : [];
    if (open.length > 0) {
      const first = quote((open[0]?.text ?? '').replace(OPEN_ITEM, ''));
      faults.push({
        short: count(open.length, 'open checklist item'),
        finding: {
          severity: 'medium',
          key: 'checklist',
          message:
            open.length === 1
              ? `The checklist item ${first} in the description is not ticked.`
              : `${open.length} checklist items in the description are not ticked, the first one being ${first}.`,
          help: 'Tick what is done; remove what does not apply.',
        },
      });
    }
    return judged(faults, FINE);
  },
});

/** What a reader sees of them: gates that count anything else are passed with what shows nothing. */
function textOf(lines: readonly ShownLine[]): string {
  return lines.flatMap(({ text }) => shownText(text) || []).join(' ');
}

const OPEN_ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])\s+\[ \]\s/;

function isOpenItem({ text, isCode }: ShownLine): boolean {
  return !isCode && OPEN_ITEM.test(text);
}

function isMarked(text: string, marks: readonly string[]): boolean {
  const item = visibleText(text).toLowerCase();
  // A mark that shows nothing marks nothing.
  return marks.map((mark) => visibleText(mark).toLowerCase()).some((mark) => mark !== '' && item.includes(mark));
}
