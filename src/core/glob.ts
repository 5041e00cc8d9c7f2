import { z } from 'zod';

import { matchesPath, partsOfPath, patternOf, type Part, type Pattern, type Piece } from './path-pattern';

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
  return patternsOfAll(globs).some((pattern) => matchesPath(pattern, parts));
}

/**
 * What it costs to hold a path against a glob: each of its alternatives counts once, and once more for each wildcard. What
 * is tried again at each place of a path, the parts behind `**`, and characters beside `?` and classes, counts as often.
 */
export function globWeight(glob: string): number {
  return partsOfGlob(glob).reduce((sum, parts) => {
    const wild = parts.reduce((all, part) => all + wildcardsOf(part), 0);
    return sum + 1 + wild + patternOf(parts).middle.reduce((all, run) => all + run.length - 1, 0);
  }, 0);
}

function wildcardsOf(part: Part): number {
  if (part === null) return 1;
  if (typeof part === 'string') return 0;
  const wildcards = part.filter((piece) => piece === null).length;
  return wildcards > 0 && part.some((piece) => typeof piece === 'function') ? part.length : wildcards;
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

/** Lists of globs stay as they are while thousands of paths are matched; the next evaluation has its own. */
const knownLists = new WeakMap<readonly string[], readonly Pattern[]>();

function patternsOfAll(globs: readonly string[]): readonly Pattern[] {
  const found = knownLists.get(globs);
  if (found) return found;
  const fresh = globs.flatMap(patternsOf);
  knownLists.set(globs, fresh);
  return fresh;
}

const known = new Map<string, readonly Pattern[]>();

function patternsOf(glob: string): readonly Pattern[] {
  const found = known.get(glob);
  if (found) return found;
  const fresh = partsOfGlob(glob).map(patternOf);
  // Settings name a handful of globs; a bound keeps a stream of edits from piling up in a long-lived process.
  if (known.size >= 500) known.clear();
  known.set(glob, fresh);
  return fresh;
}

/** The parts of each of the globs without braces that a glob stands for. */
function partsOfGlob(glob: string): Part[][] {
  return (expandBraces(glob) ?? []).map((plain) =>
    plain.split('/').map((part) => (part === '**' ? null : /[*?[\]]/.test(part) ? piecesOf(part) : part)),
  );
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
    return piece.length > 2 && piece.startsWith('[') ? classOf(piece) : piece;
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
