import { decodeEntities } from './entities';
import { shownLines } from './shown-markdown';
import { visibleText } from './visible-text';

/**
 * What a reader sees of a long text field of a work item. Such a field holds HTML, or Markdown since 2025, or Markdown that
 * somebody's program wrote into an HTML field: one reading fits all of them, as Markdown may hold HTML, too.
 */
export interface RichText {
  /** Without white space around it; empty where a reader sees nothing, as in `<div><br></div>`. */
  text: string;
  /** The items of its checklists. */
  items: { text: string; isTicked: boolean }[];
}

const OPEN = '\u2610';
const TICKED = '\u2611';
/** Boxes as people type and paste them; Word's ☒ is ticked. */
const BOXES = /([☐□▢⬜◻🔲])|([☑☒✅✔🗹🗷])/u;

/** Time grows with the length of the text alone: a field holds a megabyte and more. */
export function readRichText(value: string): RichText {
  const lines = shownLines(withLinesAndBoxes(value)).map(({ text, isCode }) => ({
    // Only now, as what is written with entities is no tag.
    text: decodeEntities(text),
    isCode,
  }));
  return {
    text: visibleText(lines.map(({ text }) => text).join('\n')),
    items: lines.flatMap(({ text, isCode }) => (isCode ? [] : itemsOf(text))),
  };
}

/** Tags after which, or before which, a line begins. */
const BREAKS =
  /^(?:address|article|blockquote|br|dd|div|dl|dt|h[1-6]|hr|li|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul)$/;
const TAG = /<\/?([a-z][a-z0-9]*)([^<>]*)>/gi;

function withLinesAndBoxes(value: string): string {
  return value.replace(TAG, (whole, tag: string, attributes: string) => {
    const name = tag.toLowerCase();
    if (BREAKS.test(name)) return `\n${whole}`;
    // A picture is something to see.
    if (name === 'img') return `${whole}(picture)`;
    if (name !== 'input') return whole;
    const given = attributesOf(attributes);
    if (given.get('type')?.toLowerCase() !== 'checkbox') return whole;
    return given.has('checked') ? TICKED : OPEN;
  });
}

const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;

function attributesOf(text: string): Map<string, string> {
  const pairs = [...text.matchAll(ATTRIBUTE)].map(([, name = '', ...values]): [string, string] => [
    name.toLowerCase(),
    values.join(''),
  ]);
  return new Map(pairs);
}

/** `- [ ] text`, `1. [x] text`, and the brackets alone, as people type them where there is no button for a list. */
const BRACKETS = /^\s*(?:(?:[-*+•·–]|\d{1,9}[.)])\s+)?\[([\sx✓✔√]?)\](?=\s|$)/iu;

function itemsOf(line: string): { text: string; isTicked: boolean }[] {
  const brackets = BRACKETS.exec(line);
  if (brackets) {
    const [whole, mark = ''] = brackets;
    return [{ text: visibleText(line.slice(whole.length)), isTicked: mark.trim() !== '' }];
  }
  // `☑ yes ☐ no`: each box has the words behind it.
  const parts = line.split(BOXES);
  const items: { text: string; isTicked: boolean }[] = [];
  for (let at = 1; at + 2 < parts.length; at += 3) {
    const words = parts[at + 2] ?? '';
    items.push({ text: words === '' ? '' : visibleText(words), isTicked: parts[at] === undefined });
  }
  return items;
}
