import type { ShownLine } from './shown-markdown';

/** A heading (`## Why`, or a line that is bold as a whole) with what stands below it, down to the next heading. */
export interface MarkdownSection {
  heading: string;
  /** The heading as it is compared. */
  name: string;
  level: number;
  lines: ShownLine[];
}

/** A line in bold is deeper than any heading. */
const BOLD = 7;

export function sectionsOf(lines: readonly ShownLine[]): MarkdownSection[] {
  const sections: MarkdownSection[] = [];
  for (const line of lines) {
    const found = line.isCode ? undefined : headingOf(line.text);
    if (found) sections.push({ ...found, name: sectionName(found.heading), lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

/**
 * What stands below a section, with the deeper ones within it.
 *
 * @param index of the section
 * @param leaves deeper sections that it does not begin to count, with those within them
 */
export function linesWithin(
  sections: readonly MarkdownSection[],
  index: number,
  leaves: (deeper: MarkdownSection) => boolean,
): ShownLine[] {
  const section = sections[index];
  if (!section) return [];
  const lines = [...section.lines];
  let left: number | undefined;
  for (let at = index + 1; at < sections.length; at += 1) {
    const deeper = sections[at];
    if (!deeper || deeper.level <= section.level) break;
    if (left !== undefined && deeper.level <= left) left = undefined;
    if (left === undefined && leaves(deeper)) left = deeper.level;
    if (left === undefined) lines.push(...deeper.lines);
  }
  return lines;
}

/** Headings are the same whatever their case and what they end in. */
export function sectionName(heading: string): string {
  return headingText(heading).toLowerCase();
}

/** Without the marks and colons at its end; looked for from there, as a search from the front takes the square of its length. */
export function headingText(heading: string): string {
  let end = heading.length;
  while (end > 0 && /[#:\s]/.test(heading.charAt(end - 1))) end -= 1;
  return heading.slice(0, end).trim();
}

export function isHeading(line: string): boolean {
  return headingOf(line) !== undefined;
}

function headingOf(line: string): { level: number; heading: string } | undefined {
  const [, marks = '', text] = /^\s{0,3}(#{1,6})\s+(.+)$/.exec(line) ?? [];
  if (text !== undefined) return { level: marks.length, heading: text };
  const bold = /^\s*\*\*([^*]+)\*\*:?\s*$/.exec(line)?.[1];
  return bold === undefined ? undefined : { level: BOLD, heading: bold };
}
