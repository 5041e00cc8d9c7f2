import { z } from 'zod';

import { defineGate, stricter, type Gate } from '../../core/gate';
import { judged } from '../../core/outcome';

/** Names of a release before, of a gate and of an option, and of two before. */
const amount = defineGate({
  name: 'amount',
  formerNames: ['count', 'number'],
  summary: 'Count files',
  needs: ['changes'],
  options: z.strictObject({
    maximum: z
      .int()
      .min(1)
      .max(9)
      .default(5)
      .meta(stricter('lower', 'At most this many.', ['most', 'limit'])),
    strict: z.boolean().default(false).meta(stricter('on', 'Whether more is asked.')),
  }),
  examples: [],
  evaluate: ({ changes }, { maximum }) => judged([], `${changes.length} of ${maximum}`),
});

const words = defineGate({
  name: 'words',
  summary: 'Look at words',
  needs: ['details'],
  options: z.strictObject({
    known: z
      .array(z.string())
      .default([])
      .meta(stricter('superset', 'Words.', ['vocabulary'])),
  }),
  examples: [],
  evaluate: ({ details }) => judged([], details.title),
});

/** Gates that were renamed, and options that were. */
export const renamedGates: readonly Gate[] = [amount, words];
