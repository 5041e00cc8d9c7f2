/** Null stands for `**`: any number of parts of a path. A text is a part without wildcards. */
export type Part = readonly Piece[] | string | null;
/** A character; or null for `*`, any number of characters within a part. */
export type Piece = string | ((character: string) => boolean) | null;

/** A part of a path between two slashes. */
export interface PathPart {
  text: string;
}

export function partsOfPath(path: string): PathPart[] {
  return path.split('/').map((text) => ({ text }));
}

/** What matching took so far. */
export interface Effort {
  steps: number;
}

/** To begin takes longer than to go on. */
const STEPS_A_TRY = 20;

/**
 * Whether a pattern matches the whole of a path. What stands before the first `**` is held against its beginning, what
 * stands behind the last against its end, and only what is between two is looked for, each time as early as can be.
 */
export function matchesPath({ head, middle, tail }: Pattern, path: readonly PathPart[], effort?: Effort): boolean {
  if (effort) effort.steps += STEPS_A_TRY;
  if (tail === undefined) return head.length === path.length && matchesAt(head, path, 0, effort);
  const end = path.length - tail.length;
  if (head.length > end || !matchesAt(head, path, 0, effort) || !matchesAt(tail, path, end, effort)) return false;
  let at = head.length;
  for (const run of middle) {
    while (at + run.length <= end && !matchesAt(run, path, at, effort)) at += 1;
    at += run.length;
    if (at > end) return false;
  }
  return true;
}

function matchesAt(run: Run, path: readonly PathPart[], at: number, effort: Effort | undefined): boolean {
  if (effort) effort.steps += 1;
  let index = at;
  for (const part of run) {
    const own = path[index];
    if (own === undefined || !matchesPart(part, own.text, effort)) return false;
    index += 1;
  }
  return true;
}

/** What is read once and matched thousands of times. */
export interface Pattern {
  head: Run;
  middle: readonly Run[];
  /** Undefined where there is no `**`. */
  tail: Run | undefined;
}

/** Parts without a `**` between them. */
type Run = readonly (string | Texts | readonly Piece[])[];

/** The texts between the wildcards of a part. */
interface Texts {
  texts: readonly string[];
}

export function patternOf(parts: readonly Part[]): Pattern {
  const runs: Run[number][][] = [[]];
  for (const part of parts) {
    if (part === null) runs.push([]);
    else runs.at(-1)?.push(typeof part === 'string' ? part : textsOf(part));
  }
  const [head = [], ...rest] = runs;
  const tail = rest.pop();
  return { head, middle: rest.filter(({ length }) => length > 0), tail };
}

/** Other pieces than characters and wildcards are held against each character of a text. */
function textsOf(part: readonly Piece[]): Texts | readonly Piece[] {
  const texts = [''];
  for (const piece of part) {
    if (typeof piece === 'function') return part;
    if (piece === null) texts.push('');
    else texts.push(`${texts.pop() ?? ''}${piece}`);
  }
  return { texts };
}

function matchesPart(part: Run[number], text: string, effort: Effort | undefined): boolean {
  if (typeof part === 'string') return part === text;
  if ('texts' in part) return matchesTexts(part.texts, text, effort);
  const matches = (piece: NonNullable<Piece>, character: string): boolean =>
    typeof piece === 'string' ? piece === character : piece(character);
  return matchesSequence(part, Array.from(text), matches, effort);
}

/** Whether a text begins with the first and ends with the last of them, with the others in between in their order. */
function matchesTexts(texts: readonly string[], text: string, effort: Effort | undefined): boolean {
  const [head = '', ...rest] = texts;
  const tail = rest.pop();
  if (tail === undefined) return head === text;
  const end = text.length - tail.length;
  if (head.length > end || !text.startsWith(head) || !text.endsWith(tail)) return false;
  let at = head.length;
  for (const middle of rest) {
    if (middle === '') continue;
    if (effort) effort.steps += text.length;
    const found = text.indexOf(middle, at);
    if (found === -1 || found + middle.length > end) return false;
    at = found + middle.length;
  }
  return true;
}

/**
 * Whether a sequence matches one with wildcards (null). Only the last wildcard ever needs to take more: what came before
 * it is matched as early as can be. So there is no backtracking beyond one place.
 */
function matchesSequence<Wanted, Item>(
  wanted: readonly (Wanted | null)[],
  items: readonly Item[],
  matches: (wanted: Wanted, item: Item) => boolean,
  effort: Effort | undefined,
): boolean {
  let at = 0;
  let wildcard = -1;
  let taken = 0;
  for (let index = 0; index < items.length;) {
    if (effort) effort.steps += 1;
    const next = wanted[at];
    const item = items[index];
    if (next === null) {
      wildcard = at;
      taken = index;
      at += 1;
    } else if (next !== undefined && item !== undefined && matches(next, item)) {
      at += 1;
      index += 1;
    } else if (wildcard >= 0) {
      taken += 1;
      index = taken;
      at = wildcard + 1;
    } else {
      return false;
    }
  }
  return wanted.slice(at).every((rest) => rest === null);
}
