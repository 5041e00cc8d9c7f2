import { z } from 'zod';

const LONGEST_GLOB = 250;
/** `{a,b}{c,d}` stands for four globs; beyond this many, matching would be slow. */
const MOST_ALTERNATIVES = 50;

/**
 * A glob that users write: `*`, `**`, `?`, `[abc]` and `{a,b}`, as in picomatch. Matching is our own, without a regular
 * expression: what picomatch makes of three deep and nine other wildcards kept one path busy for more than a minute. Here it
 * never takes more time than the lengths of glob and path multiplied.
 *
 * @param furtherProblem what else is wrong with a glob in its place, as the rest of a sentence that begins with it
 */
export function globSchema(
  furtherProblem: (glob: string) => string | undefined = () => undefined,
  format: 'glob' | 'branch-glob' = 'glob',
): z.ZodString {
  return (
    z
      .string()
      .min(1)
      // What is longer is looked at no further: a search for its mistakes takes time with the square of its length.
      .max(LONGEST_GLOB, { abort: true })
      .check((context) => {
        const problem = furtherProblem(context.value) ?? globProblem(context.value);
        if (problem !== undefined) context.issues.push({ code: 'custom', input: context.value, message: problem });
      })
      .meta({ format })
  );
}

/** Whether any of the globs matches the whole of a path that has no leading slash. */
export function matchesAnyGlob(globs: readonly string[], path: string): boolean {
  const parts = partsOfPath(path);
  return alternativesOfAll(globs).some((alternative) => matchesParts(alternative, parts));
}

/** What it costs to hold a path against a glob: each of its alternatives counts once, and once more for each wildcard. */
export function globWeight(glob: string): number {
  return alternativesOf(glob).reduce(
    (sum, parts) => sum + 1 + parts.reduce((wild, part) => wild + wildcardsOf(part), 0),
    0,
  );
}

function wildcardsOf(part: Part): number {
  if (part === null) return 1;
  return typeof part === 'string' ? 0 : part.filter((piece) => piece === null).length;
}

/** A part of a path between two slashes. */
export interface PathPart {
  text: string;
  characters: string[];
}

export function partsOfPath(path: string): PathPart[] {
  return path.split('/').map((text) => ({ text, characters: Array.from(text) }));
}

/** What matching took so far. */
export interface Effort {
  steps: number;
}

/** Whether a pattern matches the whole of a path, in no more time than their lengths multiplied. */
export function matchesParts(pattern: readonly Part[], path: readonly PathPart[], effort?: Effort): boolean {
  return matchesSequence(pattern, path, (part, own) => matchesPart(part, own, effort), effort);
}

function globProblem(glob: string): string | undefined {
  if (glob.startsWith('/')) return 'begins with a slash; write it without';
  if (glob.startsWith('!')) return 'begins with !; globs cannot be turned round here';
  if (/[()|+^$\\]/.test(glob)) return 'holds more than a glob: *, **, ?, [abc] and {a,b} are allowed';
  if (/\[[^\]]*([/{},]|$)/.test(glob)) return 'holds a [ without a ], or more than letters and ranges between them';
  const alternatives = expandBraces(glob);
  if (alternatives === undefined) return 'holds braces that do not match, or that hold no comma';
  if (alternatives.length > MOST_ALTERNATIVES) return `stands for more than ${MOST_ALTERNATIVES} globs`;
  return undefined;
}

/** Null stands for `**`: any number of parts of a path. A text is a part without wildcards. */
export type Part = readonly Piece[] | string | null;
/** Null stands for `*`: any number of characters within a part. */
export type Piece = ((character: string) => boolean) | null;

/** Lists of globs stay as they are while thousands of paths are matched; the next evaluation has its own. */
const knownLists = new WeakMap<readonly string[], readonly (readonly Part[])[]>();

function alternativesOfAll(globs: readonly string[]): readonly (readonly Part[])[] {
  const found = knownLists.get(globs);
  if (found) return found;
  const fresh = globs.flatMap(alternativesOf);
  knownLists.set(globs, fresh);
  return fresh;
}

const known = new Map<string, readonly (readonly Part[])[]>();

function alternativesOf(glob: string): readonly (readonly Part[])[] {
  const found = known.get(glob);
  if (found) return found;
  const fresh = (expandBraces(glob) ?? []).map((plain) =>
    plain.split('/').map((part) => (part === '**' ? null : /[*?[\]]/.test(part) ? piecesOf(part) : part)),
  );
  // Settings name a handful of globs; a bound keeps a stream of edits from piling up in a long-lived process.
  if (known.size >= 500) known.clear();
  known.set(glob, fresh);
  return fresh;
}

/** The globs without braces that a glob stands for; stops soon after too many; undefined when braces do not match. */
function expandBraces(glob: string): string[] | undefined {
  const done: string[] = [];
  const open = [glob];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    // The innermost pair first: it holds no other.
    const braces = /\{([^{}]*)\}/.exec(next);
    if (!braces) {
      if (/[{}]/.test(next)) return undefined;
      done.push(next);
    } else {
      const [whole, inner = ''] = braces;
      const choices = inner.split(',');
      if (choices.length < 2) return undefined;
      const [before, after] = [next.slice(0, braces.index), next.slice(braces.index + whole.length)];
      open.push(...choices.map((choice) => `${before}${choice}${after}`));
    }
    if (done.length + open.length > MOST_ALTERNATIVES) return [...done, ...open];
  }
  return [...new Set(done)];
}

function piecesOf(part: string): Piece[] {
  const pieces = part.match(/\*+|\[!?[^\]]+\]|[^]/gu) ?? [];
  return pieces.map((piece) => {
    if (piece.startsWith('*')) return null;
    if (piece === '?') return () => true;
    return piece.length > 2 && piece.startsWith('[') ? classOf(piece) : (character) => character === piece;
  });
}

/** `[a-z_]`, `[!0-9]`. */
function classOf(piece: string): (character: string) => boolean {
  const isNegated = piece.startsWith('[!');
  const ranges = piece.slice(isNegated ? 2 : 1, -1).match(/[^]-[^]|[^]/gu) ?? [];
  return (character) => {
    const isIn = ranges.some((range) => {
      const [low = '', , high = low] = Array.from(range);
      return low <= character && character <= high;
    });
    return isIn !== isNegated;
  };
}

function matchesPart(part: NonNullable<Part>, { text, characters }: PathPart, effort: Effort | undefined): boolean {
  if (typeof part === 'string') return part === text;
  return matchesSequence(part, characters, (piece, character) => piece(character), effort);
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
