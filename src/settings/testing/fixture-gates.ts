import { z } from 'zod';

import { defineGate, stricter, type Gate } from '../../core/gate';
import { judged } from '../../core/outcome';
import { patternSchema } from '../../core/pattern';

const files = defineGate({
  name: 'files',
  summary: 'Count files',
  needs: ['changes'],
  options: z
    .strictObject({
      minimum: z.int().min(0).default(0).meta(stricter('higher', 'At least this many.')),
      maximum: z.int().min(1).max(500).default(100).meta(stricter('lower', 'At most this many.')),
      share: z.number().max(1).optional().meta(stricter('lower', 'A share.')),
    })
    .refine(({ minimum, maximum }) => minimum <= maximum, {
      path: ['minimum'],
      message: 'the minimum must not be larger than the maximum',
    }),
  examples: [],
  evaluate: ({ changes }, { maximum }) => judged([], `${changes.length} of ${maximum}`),
});

const words = defineGate({
  name: 'words',
  summary: 'Look at words',
  needs: ['details'],
  options: z.strictObject({
    pattern: patternSchema().optional().meta(stricter('fixed', 'A pattern.')),
    anyCase: z.boolean().default(false).meta(stricter('fixed', 'Whether case matters.')),
    style: z.enum(['plain', 'fancy']).default('plain').meta(stricter('fixed', 'A style.')),
    allowed: z.array(z.string().min(1)).max(3).default([]).meta(stricter('subset', 'Words.')),
    limit: z
      .union([z.int(), z.literal('none')])
      .default('none')
      .meta(stricter('fixed', 'A limit.')),
  }),
  examples: [],
  evaluate: ({ details }, { style }) => judged([], `${details.title} in ${style}`),
});

/** Gates that stay as they are while real ones come and grow. */
export const fixtureGates: readonly Gate[] = [files, words];
