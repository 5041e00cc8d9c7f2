import { z } from 'zod';

import { stricter, type Gate } from '../core/gate';
import { globSchema } from '../core/glob';

import { generalShape, modeSchema } from './general-schema';
import { lockPaths } from './lock-paths';
import { whenSchema } from './when-schema';

/** The version that this release writes into documents. It reads this one and the one before. */
export const SETTINGS_SCHEMA_VERSION = 2;

/** Each has a status of its own. */
export const MOST_COMPONENTS = 20;
/** No name of a status of ours, and none that `plainProblems` refuses anywhere. */
const COMPONENT_NAME = '^(?!(?:verdict|evaluate|constructor|prototype)$)[a-z0-9][a-z0-9-]{0,49}$';

/** What one gate takes in a document: what every gate takes, beside its own options. */
export function gateShape(gate: Gate): z.ZodObject {
  const options: z.core.$ZodShape = gate.options.shape;
  const mode = modeSchema
    .optional()
    .meta(stricter('later', 'How much the gate counts. A gate that is named without a mode advises.'));
  const waivable = z.boolean().default(true).meta(stricter('fixed', 'Whether the gate can be waived at all.'));
  return z.strictObject({ mode, when: whenSchema, waivable, ...options });
}

function gatesSchema(gates: readonly Gate[]) {
  const shape = Object.fromEntries(
    gates.map((gate) => [
      gate.name,
      gateShape(gate)
        .optional()
        .meta({ title: gate.name, description: `${gate.summary}.` }),
    ]),
  );
  return z.strictObject(shape).optional();
}

function componentsSchema(gates: readonly Gate[]) {
  const component = z.strictObject({
    paths: z
      .array(globSchema())
      .min(1)
      .max(100)
      .optional()
      .meta(stricter('fixed', 'Globs of the files that belong to it, without a leading slash.')),
    gates: gatesSchema(gates).meta({ description: 'What its gates have different from those above.' }),
  });
  return z
    .record(z.string().regex(new RegExp(COMPONENT_NAME)), component)
    .optional()
    .check((context) => {
      if (Object.keys(context.value ?? {}).length <= MOST_COMPONENTS) return;
      const message = `there are more than ${MOST_COMPONENTS} components`;
      context.issues.push({ code: 'custom', input: context.value, message });
    })
    .meta({
      maxProperties: MOST_COMPONENTS,
      description:
        'Parts of a monorepo with a status of their own, `portcullis/<name>`. Gates that look at changed files judge each part by itself.',
    });
}

/**
 * What one scope may say. Used to judge documents, never to read them: parsing fills defaults, and a default of a
 * narrower scope must not override what a wider one says.
 */
export function documentSchema(gates: readonly Gate[]): z.ZodObject {
  return z.strictObject({
    schemaVersion: z
      .literal([SETTINGS_SCHEMA_VERSION - 1, SETTINGS_SCHEMA_VERSION])
      .optional()
      .meta({ description: 'The version of this format; absent means the current one.' }),
    ...generalShape(gates),
    gates: gatesSchema(gates).meta({ description: 'Gates by name. What no scope names is off.' }),
    components: componentsSchema(gates),
    lock: z
      .array(
        z.enum(lockPaths(gates)).meta({
          description:
            'a key like drafts or bots.exempt, a gate like gates.size, or one of its keys like gates.size.mode',
        }),
      )
      .max(200)
      .optional()
      .meta({
        description:
          'Gates (`gates.size`) and keys (`gates.size.maximumLines`, `drafts`) that narrower scopes may only tighten. A locked gate is judged whatever they say.',
      }),
  });
}
