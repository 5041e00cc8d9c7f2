import { z } from 'zod';

import { stricter } from '../core/gate';
import { globSchema } from '../core/glob';
import { groupNameSchema } from '../core/group-name';

import { branchGlobSchema } from './branches';

const amount = (description: string) => z.int().min(0).max(1_000_000).optional().meta({ description });

/** Which pull requests a gate is meant for; `whyNot` of core/when.ts decides. */
export const whenSchema = z
  .strictObject({
    targetBranch: z
      .array(branchGlobSchema())
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'Globs of target branches, without `refs/heads/`.' }),
    sourceBranch: z
      .array(branchGlobSchema())
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'Globs of source branches, without `refs/heads/`.' }),
    paths: z
      .array(globSchema())
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'Globs of which a changed file must match one; a renamed file counts under both names.' }),
    labels: z
      .array(z.string().min(1).max(400))
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'Labels of which the pull request must have one, whatever their case.' }),
    authors: z
      .array(z.string().min(1).max(300))
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'Accounts of which one must have opened it: `uniqueName` or id, exactly.' }),
    authorGroups: z.array(groupNameSchema()).min(1).max(20).optional().meta({
      description:
        'Groups of which one must have the author in it, also through other groups: `[Project]\\Name`, `[Organization]\\Name` or an id. It takes the PAT scope Identity (Read).',
    }),
    size: z
      .strictObject({
        minimumFiles: amount('At least this many changed files.'),
        maximumFiles: amount('At most this many changed files.'),
        minimumLines: amount('At least this many added and deleted lines.'),
        maximumLines: amount('At most this many added and deleted lines.'),
      })
      .optional()
      .meta({ description: 'How much changes, in the files that the gate sees.' }),
  })
  .optional()
  .meta(
    stricter(
      'fixed',
      'Which pull requests the gate is meant for: every key must hold, and of a list one entry; elsewhere it is `notApplicable`.',
    ),
  );
