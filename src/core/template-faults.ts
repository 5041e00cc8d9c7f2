import { isWaitsLine } from './dependencies';
import { headingText, isHeading, linesWithin, sectionsOf, type MarkdownSection } from './markdown-sections';
import type { Fault } from './outcome';
import { count, quote } from './phrase';
import { shownLines, type ShownLine } from './shown-markdown';
import { shownText } from './shown-text';
import { visibleText } from './visible-text';

/** What is asked of a description that was begun with a template. */
export interface TemplateWants {
  /** `sections`: each heading, with words of the author's own below; `filled`: and no sentence of the template left. */
  template: 'sections' | 'filled';
  /** Whether a section of that heading may stay as it is, or be left out. */
  isOptional: (heading: string) => boolean;
  /** Names of sections that are asked for anyway. */
  known: ReadonlySet<string>;
}

/** Who is told so many sections knows what to do; a template has a handful. */
const MOST_TOLD = 50;

/**
 * What of the template is missing from a description, or was left in it as it was.
 *
 * @param shown the lines of the description that are shown
 */
export function templateFaults(template: string, shown: readonly ShownLine[], wants: TemplateWants): Fault[] {
  const lines = { template: shownLines(template), description: shown.filter(isForReaders) };
  const given = keysOf(lines.template);
  if (given.size === 0) return [];
  const isOwn = ({ text }: ShownLine): boolean => hasWords(text) && !given.has(keyOf(text));
  if (isUnchanged(lines.template, lines.description, isOwn)) return [UNCHANGED];
  const faults: Fault[] = [];
  const told = new Set<string>();
  for (const asked of askedSections(lines.template, lines.description)) {
    if (faults.length === MOST_TOLD) break;
    const isOptional = wants.isOptional(asked.heading);
    const found = isOptional ? undefined : stateOf(asked, isOwn);
    // What is missing or empty of a section that is asked for anyway is told there; text of the template fills it there.
    const state = found !== 'untouched' && wants.known.has(asked.name) ? undefined : found;
    if (state !== undefined) faults.push(sectionFault(asked.heading, asked.name, state));
    // What is told of a section is not told again of its lines.
    if (state !== undefined || isOptional) for (const key of keysOf(asked.given)) told.add(key);
  }
  if (wants.template === 'filled') faults.push(...leftFaults(lines.template, lines.description, told));
  return faults;
}

/** Not a line that is written for another gate. */
function isForReaders({ text }: ShownLine): boolean {
  return !isWaitsLine(text);
}

/** A section of the template, and what became of it. */
interface AskedSection {
  heading: string;
  name: string;
  /** What the template says there. */
  given: ShownLine[];
  /** What the description says there; undefined without such a heading. */
  present: ShownLine[] | undefined;
}

/** Each section of the template once. One that only holds others is what these are together. */
function askedSections(template: readonly ShownLine[], description: readonly ShownLine[]): AskedSection[] {
  const sections = { template: sectionsOf(template), description: sectionsOf(description) };
  const present = indexesByName(sections.description);
  const asked = indexesByName(sections.template);
  return [...asked].map(([name, same]) => {
    const holdsOthers = !same.some((at) => sections.template[at]?.lines.some(({ text }) => hasWords(text)));
    const leaves = (deeper: MarkdownSection): boolean => !holdsOthers && asked.has(deeper.name);
    const below = (all: readonly MarkdownSection[], indexes: readonly number[]): ShownLine[] =>
      indexes.flatMap((at) => linesWithin(all, at, leaves));
    const found = present.get(name);
    return {
      heading: sections.template[same[0] ?? 0]?.heading ?? name,
      name,
      given: below(sections.template, same),
      present: found && below(sections.description, found),
    };
  });
}

function indexesByName(sections: readonly MarkdownSection[]): Map<string, number[]> {
  const indexes = new Map<string, number[]>();
  for (const [at, { name }] of sections.entries()) {
    const known = indexes.get(name);
    if (known) known.push(at);
    else indexes.set(name, [at]);
  }
  return indexes;
}

type SectionState = 'missing' | 'empty' | 'untouched';

/** Undefined: the author has said something there, or chosen among what the template offers. */
function stateOf({ given, present }: AskedSection, isOwn: (line: ShownLine) => boolean): SectionState | undefined {
  if (present === undefined) return 'missing';
  // Whether its items are to be ticked, `checklist` says.
  if (present.some(isOwn) || given.some(({ text }) => ITEM.test(text))) return undefined;
  const left = keysOf(present);
  if (left.size === 0) return 'empty';
  return [...keysOf(given)].every((key) => left.has(key)) ? 'untouched' : undefined;
}

/** Every line of the template is there, no box is ticked, and nothing was added. */
function isUnchanged(
  template: readonly ShownLine[],
  description: readonly ShownLine[],
  isOwn: (line: ShownLine) => boolean,
): boolean {
  const present = keysOf(description);
  const ticked = (lines: readonly ShownLine[]): number => lines.filter(({ text }) => TICKED.test(text)).length;
  return (
    !description.some(isOwn) &&
    [...keysOf(template)].every((key) => present.has(key)) &&
    ticked(description) <= ticked(template)
  );
}

/** Sentences of the template that nobody took out. Lists offer choices, and tables have headings: they may stay. */
function leftFaults(
  template: readonly ShownLine[],
  description: readonly ShownLine[],
  told: ReadonlySet<string>,
): Fault[] {
  const headings = new Set(sectionsOf(template).map(({ heading }) => keyOf(heading)));
  const isSentence = ({ text, isCode }: ShownLine): boolean =>
    !isCode && hasWords(text) && !LIST.test(text) && !isHeading(text) && !/^\s*\|/.test(text);
  const sentences = new Set(
    template.flatMap((line) => {
      const key = keyOf(line.text);
      return isSentence(line) && !told.has(key) && !headings.has(key) ? [key] : [];
    }),
  );
  const left = description.filter((line) => isSentence(line) && sentences.has(keyOf(line.text)));
  const [first] = left;
  if (!first) return [];
  const lines = count(left.length, 'line');
  return [
    {
      short: `${lines} of the template left`,
      finding: {
        severity: 'medium',
        key: 'template text',
        message: `${lines} of the template ${left.length === 1 ? 'is' : 'are'} still in the description${left.length === 1 ? '' : ', the first one being'}: ${quote(visibleText(first.text))}.`,
        help: 'Put your own words there, or take out what does not apply.',
      },
    },
  ];
}

const UNCHANGED: Fault = {
  short: 'the template, unchanged',
  finding: {
    severity: 'medium',
    key: 'template',
    message: "The description is the repository's template, as it was given.",
    help: 'Write below each of its headings what is asked for there.',
  },
};

function sectionFault(heading: string, name: string, state: SectionState): Fault {
  const shown = quote(visibleText(headingText(heading)));
  const [says, help] = {
    missing: [
      'is missing',
      `Add the heading ${shown}, as the repository's template has it, with words of your own below.`,
    ],
    empty: ['is empty', 'Write below it what the template asks for; comments are seen by nobody.'],
    untouched: ['is as the template has it', 'Put your own words below it, in place of those of the template.'],
  }[state] as [string, string];
  return {
    short: `section ${shown} ${says}`,
    finding: {
      severity: 'medium',
      key: `template section ${name}`,
      message: `The section ${shown} ${state === 'missing' ? 'of the template is missing' : says}.`,
      help,
    },
  };
}

const LIST = /^\s*(?:[-*+]|\d{1,9}[.)])\s+/;
const BOX = /^\[[ x]\]\s+/i;
const ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])\s+\[[ x]\]\s/i;
const TICKED = /^\s*(?:[-*+]|\d{1,9}[.)])\s+\[x\]\s/i;

/** A line as it is compared: what it says, ticked or not. */
function keyOf(text: string): string {
  return shownText(text.replace(LIST, '').replace(BOX, '')).toLowerCase();
}

function keysOf(lines: readonly ShownLine[]): Set<string> {
  return new Set(lines.flatMap(({ text }) => (hasWords(text) ? [keyOf(text)] : [])));
}

/** A rule, the line below the headings of a table, or a dash says nothing. */
function hasWords(text: string): boolean {
  return shownText(text) !== '';
}
