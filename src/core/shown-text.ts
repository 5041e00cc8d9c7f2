import { decodeEntities } from './entities';
import { visibleText } from './visible-text';

/** A link around nothing; a picture without words is something to see. */
const EMPTY_LINK = /(?<!!)\[ ?\]\([^()]*\)/g;
const WORDS = /[\p{L}\p{N}\p{S}]/u;
/** Marks that are symbols, too: of rules, quotations, and the line below the headings of a table. */
const MARKS = /^[\s|:=~+<>^`-]*$/;

/**
 * What a reader sees of a line of Markdown (core/shown-markdown.ts); empty where that is no more than blanks and marks, as
 * of a rule, an empty row of a table, or `&nbsp;`.
 */
export function shownText(line: string): string {
  const seen = visibleText(decodeEntities(line)).replace(EMPTY_LINK, '').trim();
  return WORDS.test(seen) && !MARKS.test(seen) ? seen : '';
}
