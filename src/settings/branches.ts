import type { z } from 'zod';

import { globSchema, matchesAnyGlob } from '../core/glob';

/** A glob over branch names without `refs/heads/`. */
export function branchGlobSchema(): z.ZodString {
  return globSchema((glob) => {
    // A glob that can never match would switch the gate off without a word.
    if (glob.startsWith('refs/')) return 'begins with refs/; write the branch alone, like main or release/*';
    if (glob.startsWith('!')) return 'begins with !; write the branch under exclude instead';
    return undefined;
  });
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
  return matchesAnyGlob(branches.include, branch) && !matchesAnyGlob(branches.exclude, branch);
}
