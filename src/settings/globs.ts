import picomatch from 'picomatch';
import { z } from 'zod';

/** More wildcards than this in one part of a glob make matching slow without making it useful. */
const MOST_WILDCARDS = 3;

/**
 * A glob over branch names without `refs/heads/`. Only what picomatch turns into a harmless expression is taken: it
 * passes groups and quantifiers through to `RegExp`, where a few of them can stall the process.
 */
export function branchGlobSchema(): z.ZodString {
  return z
    .string()
    .min(1)
    .max(250)
    .check((context) => {
      const problem = globProblem(context.value);
      if (problem !== undefined) context.issues.push({ code: 'custom', input: context.value, message: problem });
    });
}

function globProblem(glob: string): string | undefined {
  // A glob that can never match would switch the gate off without a word.
  if (glob.startsWith('refs/')) return 'begins with refs/; write the branch alone, like main or release/*';
  if (glob.startsWith('/')) return 'begins with a slash; branch names do not';
  if (glob.startsWith('!')) return 'begins with !; write the branch under exclude instead';
  if (/[()|+^$\\\s]/.test(glob)) return 'holds more than a glob: *, **, ?, [abc] and {a,b} are allowed';
  const parts = glob.split('/');
  const deep = parts.filter((part) => part.includes('**')).length;
  const wide = Math.max(...parts.map((part) => part.split(/\*+/).length - 1));
  if (deep > MOST_WILDCARDS || wide > MOST_WILDCARDS) {
    return `has too many wildcards: at most ${MOST_WILDCARDS} * in a part and ${MOST_WILDCARDS} ** in all are allowed`;
  }
  return undefined;
}

/**
 * Whether pull requests into a branch are gated.
 *
 * @param targetBranch a full ref name, `refs/heads/main`
 */
export function includesBranch(
  branches: { include: readonly string[]; exclude: readonly string[] },
  targetBranch: string,
): boolean {
  const branch = targetBranch.replace(/^refs\/heads\//, '');
  return matchesAny(branches.include, branch) && !matchesAny(branches.exclude, branch);
}

function matchesAny(globs: readonly string[], branch: string): boolean {
  return globs.some((glob) => picomatch.isMatch(branch, glob, { dot: true, noextglob: true, nonegate: true }));
}
