import { meaningOf, referencesOf, timeOf, type Reference } from './dependencies-values';
import { shownLines } from './shown-markdown';

export type { Reference } from './dependencies-values';

/** What cannot be read of a line that is meant for the gate. */
export interface Unreadable {
  key: 'Depends-On' | 'Merge-After';
  written: string;
  /** It is the address of something in another organization or collection. */
  isElsewhere: boolean;
}

/** What a pull request says of itself that it waits for. */
export interface Waits {
  /** Each once, in the order of the description. */
  references: Reference[];
  /** The latest of the times. */
  mergeAfter: Date | undefined;
  unreadable: Unreadable[];
}

/**
 * Reads the lines `Depends-On: …` and `Merge-After: …` of a description, as far as they are shown and no code. Whoever
 * writes `Depends on !7` is understood, too; what begins a line so and is no more than a sentence is left alone.
 *
 * @param webUrl the page of the pull request, which tells whose organization it is
 */
export function parseWaits({ description, webUrl }: { description: string; webUrl: string }): Waits {
  const found: Found = { references: new Map(), mergeAfter: undefined, unreadable: [] };
  let heading: Key | undefined;
  for (const text of proseOf(description)) {
    const keyed = keyedLine(text);
    if (keyed) {
      heading = keyed.value === '' ? keyed.key : undefined;
      add(found, keyed.key, keyed.value, webUrl);
      continue;
    }
    // A list may follow a key that stands alone on its line.
    const item = ITEM.exec(text)?.[1];
    if (heading && item !== undefined) add(found, heading, withoutMarks(item), webUrl);
    else if (text.trim() !== '') heading = undefined;
  }
  return { ...found, references: [...found.references.values()] };
}

/** A line behind `>` perhaps, as an item of a list, ticked or not. */
const ITEM = /^(?:\s*>)*\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ x]\]\s+)?(.*)$/isu;
/** The same as an item or a heading or neither, then the key, bold perhaps, a colon, and the value. */
const KEY =
  /^(?:\s*>)*\s*(?:(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ x]\]\s+)?)?(?:#{1,6}\s+)?[*_]{0,3}(?:depends([\s\p{Pd}_]?)on|merge([\s\p{Pd}_]?)after)(?![\p{L}\p{N}\p{Pd}])[*_]{0,3}\s*([:：]?)(.*)$/isu;
/** What a value has in it that was meant for the gate, and is no sentence. */
const MEANT = { 'Depends-On': /[!#]\d|\/_git\/|\/_apis\//i, 'Merge-After': /\d{4}-\d|\d:\d/ };
const NOTHING = /^(?:none|nothing|n\/a|-)?$/i;

/** References by what they mean. */
type Found = Omit<Waits, 'references'> & { references: Map<string, Reference> };

interface Key {
  name: Unreadable['key'];
  /** Spelt as the reference says; otherwise it may be the beginning of a sentence. */
  isExact: boolean;
  hasColon: boolean;
}

/** Whether a line is written for the gate, as `Depends-On: !7` is, and says nothing to a reader of a section. */
export function isWaitsLine(text: string): boolean {
  const keyed = keyedLine(text);
  return keyed !== undefined && keyed.key.isExact && keyed.key.hasColon;
}

function keyedLine(text: string): { key: Key; value: string } | undefined {
  const [whole, inDepends, inMerge, colon = '', rest = ''] = KEY.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const name = inDepends === undefined ? 'Merge-After' : 'Depends-On';
  const isExact = /^\p{Pd}$/u.test(inDepends ?? inMerge ?? '');
  return { key: { name, isExact, hasColon: colon !== '' }, value: withoutMarks(rest) };
}

/** Without blanks around it, and without the asterisks that make it bold. */
function withoutMarks(value: string): string {
  let [start, end] = [0, value.length];
  while (start < end && /[\s*]/.test(value.charAt(start))) start++;
  while (end > start && /[\s*]/.test(value.charAt(end - 1))) end--;
  return value.slice(start, end);
}

function add(found: Found, { name, isExact, hasColon }: Key, value: string, webUrl: string): void {
  if (NOTHING.test(value)) return;
  const isMeant = isExact || (hasColon && MEANT[name].test(value));
  const unreadable = (written: string, isElsewhere: boolean): void => {
    if (isMeant) found.unreadable.push({ key: name, written, isElsewhere });
  };
  if (name === 'Merge-After') {
    const time = timeOf(value);
    if (!time) unreadable(value, false);
    else if (!found.mergeAfter || time > found.mergeAfter) found.mergeAfter = time;
    return;
  }
  const pieces = referencesOf(value, webUrl);
  // Half a sentence is no list.
  if (!isMeant && pieces.some((piece) => 'isElsewhere' in piece)) return;
  for (const piece of pieces) {
    if ('isElsewhere' in piece) unreadable(piece.written, piece.isElsewhere);
    else if (!found.references.has(meaningOf(piece))) found.references.set(meaningOf(piece), piece);
  }
}

/** The lines that are shown and no code, without characters that show nothing. */
function proseOf(description: string): string[] {
  let isInList = false;
  let mayBeCode = true;
  return shownLines(description).flatMap(({ text, isCode }) => {
    if (isCode) return [];
    const line = text.replace(/\p{Cf}/gu, '').normalize('NFC');
    const isBlank = line.trim() === '';
    const isIndented = /^(?: {4}| {0,3}\t)/.test(line);
    // Four blanks begin code behind an empty line, but not within a list.
    if (isIndented && !isBlank && mayBeCode && !isInList) return [];
    if (!isBlank && !isIndented && (mayBeCode || !isInList)) isInList = ITEM.test(line);
    mayBeCode = isBlank;
    return [line];
  });
}
