import type { z } from 'zod';

import { globSchema } from '../core/glob';

/** A glob over branch names without `refs/heads/`. */
export function branchGlobSchema(): z.ZodString {
  return globSchema((glob) => {
    // A glob that can never match would switch the gate off without a word.
    if (glob.startsWith('refs/')) return 'begins with refs/; write the branch alone, like main or release/*';
    if (glob.startsWith('!')) return 'begins with !; write the branch under exclude instead';
    return undefined;
  }, 'branch-glob');
}
