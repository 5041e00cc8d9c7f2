import picomatch from 'picomatch';
import { z } from 'zod';

/** More wildcards than this in one part of a glob make matching slow without making it useful. */
const MOST_WILDCARDS = 3;
const LONGEST_GLOB = 250;

/**
 * A glob that users write. Only what picomatch turns into a harmless expression is taken: it passes groups and
 * quantifiers through to `RegExp`, where a few of them can stall the process.
 *
 * @param furtherProblem what else is wrong with a glob in its place, as the rest of a sentence that begins with it
 */
export function globSchema(furtherProblem: (glob: string) => string | undefined = () => undefined): z.ZodString {
  return z
    .string()
    .min(1)
    .max(LONGEST_GLOB)
    .check((context) => {
      const problem = furtherProblem(context.value) ?? globProblem(context.value);
      if (problem !== undefined) context.issues.push({ code: 'custom', input: context.value, message: problem });
    });
}

/** Whether any of the globs matches the whole of a path that has no leading slash. */
export function matchesAnyGlob(globs: readonly string[], path: string): boolean {
  return globs.some((glob) => matcherOf(glob)(path));
}

function globProblem(glob: string): string | undefined {
  if (glob.startsWith('/')) return 'begins with a slash; write it without';
  if (glob.startsWith('!')) return 'begins with !; globs cannot be turned round here';
  if (/[()|+^$\\]/.test(glob)) return 'holds more than a glob: *, **, ?, [abc] and {a,b} are allowed';
  const parts = glob.split('/');
  const deep = parts.filter((part) => part.includes('**')).length;
  const wide = Math.max(...parts.map((part) => part.split(/\*+/).length - 1));
  if (deep > MOST_WILDCARDS || wide > MOST_WILDCARDS) {
    return `has too many wildcards: at most ${MOST_WILDCARDS} * in a part and ${MOST_WILDCARDS} ** in all are allowed`;
  }
  return undefined;
}

const matchers = new Map<string, (path: string) => boolean>();

function matcherOf(glob: string): (path: string) => boolean {
  const known = matchers.get(glob);
  if (known) return known;
  const fresh = picomatch(glob, { dot: true, noextglob: true, nonegate: true });
  // Settings name a handful of globs; a bound keeps a stream of edits from piling up in a long-lived process.
  if (matchers.size >= 500) matchers.clear();
  matchers.set(glob, fresh);
  return fresh;
}
