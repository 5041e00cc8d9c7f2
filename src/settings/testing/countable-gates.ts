import { z } from 'zod';

import { defineGate, stricter, type Gate } from '../../core/gate';
import { judged } from '../../core/outcome';

const fails = (found: boolean, what: string) =>
  found ? [{ short: what, finding: { severity: 'medium' as const, key: what, message: `${what}.` } }] : [];

const size = defineGate({
  name: 'size',
  summary: 'Count files',
  needs: ['changes'],
  options: z
    .strictObject({
      minimum: z.int().min(0).max(9).default(0).meta(stricter('higher', 'At least this many.')),
      maximum: z.int().min(0).max(9).default(2).meta(stricter('lower', 'At most this many.')),
      most: z.int().min(0).max(9).optional().meta(stricter('lower', 'At most this many, where it is said.')),
    })
    .refine(({ minimum, maximum }) => minimum <= maximum, {
      path: ['minimum'],
      message: 'the minimum must not be larger than the maximum',
    }),
  examples: [],
  evaluate: ({ changes: { length } }, { minimum, maximum, most = Infinity }) =>
    judged(fails(length < minimum || length > maximum || length > most, 'count'), `${length} files`),
});

const title = defineGate({
  name: 'title',
  summary: 'Look at words',
  needs: ['details'],
  options: z.strictObject({
    first: z.enum(['feat', 'fix']).optional().meta(stricter('fixed', 'The first word.')),
    words: z.array(z.string()).default([]).meta(stricter('superset', 'Words that must be there.')),
    spared: z.array(z.string()).default([]).meta(stricter('subset', 'Titles that are fine whatever they are.')),
    known: z.array(z.string()).optional().meta(stricter('subset', 'The only words that may be there.')),
    short: z.boolean().default(false).meta(stricter('on', 'One word only.')),
    care: z.enum(['little', 'much', 'most']).default('little').meta(stricter('later', 'How much care it takes.')),
  }),
  examples: [],
  evaluate: ({ details }, { first, words, spared, known, short, care }) => {
    if (spared.includes(details.title)) return judged([], 'spared');
    const own = details.title.split(' ');
    const findings = [
      ...fails(first !== undefined && own[0] !== first, 'first'),
      ...fails(
        words.some((word) => !own.includes(word)),
        'words',
      ),
      ...fails(
        own.some((word) => known?.includes(word) === false),
        'known',
      ),
      ...fails(short && own.length > 1, 'short'),
      ...fails(care !== 'little' && own.length > 2, 'care'),
      ...fails(care === 'most' && own.length > 1, 'most care'),
    ];
    return judged(findings, 'words');
  },
});

const labels = defineGate({
  name: 'labels',
  summary: 'Ask for labels',
  needs: ['labels'],
  options: z.strictObject({
    required: z.array(z.string()).default([]).meta(stricter('superset', 'Labels that must be there.')),
  }),
  examples: [],
  evaluate: ({ labels: own }, { required }) =>
    judged(
      fails(
        required.some((label) => !own.includes(label)),
        'label',
      ),
      'labels',
    ),
});

/**
 * Small gates with an option for each direction, of which a stricter one never passes what a looser one fails. Two have
 * names of default gates, so that the deployment's defaults count, and one has not.
 */
export const countableGates: readonly Gate[] = [labels, size, title];
