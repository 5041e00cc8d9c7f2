import type { z } from 'zod';

import { globSchema } from './glob';

/** A glob over branch names without `refs/heads/`, as gates take them. */
export function branchGlob(): z.ZodString {
  return globSchema(
    // It would match nothing.
    (glob) =>
      glob.startsWith('refs/') ? 'begins with refs/; write the branch alone, like main or release/*' : undefined,
    'branch-glob',
  );
}
