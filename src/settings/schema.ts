import { z } from 'zod';

import { stricter, type Gate } from '../core/gate';

import { branchGlobSchema } from './branches';

/** The version that this release writes into documents. */
export const SETTINGS_SCHEMA_VERSION = 1;

/** `off`: not judged. `advise`: judged and told, never blocking. `block`: a failure keeps the pull request open. */
export const modeSchema = z.enum(['off', 'advise', 'block']);

const branches = z.strictObject({
  include: z
    .array(branchGlobSchema())
    .min(1)
    .max(100)
    .default(['**'])
    .meta(stricter('superset', 'Target branches whose pull requests are gated: globs without `refs/heads/`.')),
  exclude: z
    .array(branchGlobSchema())
    .max(100)
    .default([])
    .meta(stricter('subset', 'Target branches that are left out of them.')),
});

const comments = z.strictObject({
  summary: z
    .enum(['on-findings', 'off'])
    .default('on-findings')
    .meta(stricter('fixed', '`on-findings`: a summary thread is written when a gate has something to say.')),
  activeWhileBlocked: z
    .boolean()
    .default(true)
    .meta(
      stricter('on', 'Keep the summary thread active while a blocking gate fails; when false it is always closed.'),
    ),
});

/** The keys beside `gates`: each with its default, so that parsing what all scopes say together fills the gaps. */
export const generalShape = {
  enabled: z
    .boolean()
    .default(true)
    .meta(stricter('on', 'Whether pull requests are gated at all. A repository switched off lifts its branch policy.')),
  phase: z
    .enum(['enforce', 'shadow'])
    .default('enforce')
    .meta(stricter('fixed', '`shadow`: the status tells what would have failed, and never fails itself.')),
  branches: branches.prefault({}).meta({ description: 'Which target branches are gated.' }),
  drafts: z
    .enum(['skip', 'judge'])
    .default('skip')
    .meta(stricter('fixed', '`skip`: a draft waits, unjudged, until it is published.')),
  comments: comments.prefault({}).meta({ description: 'What Portcullis writes into pull requests beside the status.' }),
};

/** What one gate takes in a document: its mode beside its own options. */
function gateShape(gate: Gate): z.ZodObject {
  const options: z.core.$ZodShape = gate.options.shape;
  const mode = modeSchema
    .optional()
    .meta(stricter('fixed', 'How much the gate counts. A gate that is named without a mode advises.'));
  return z.strictObject({ mode, ...options });
}

/**
 * What one scope may say. Used to judge documents, never to read them: parsing fills defaults, and a default of a
 * narrower scope must not override what a wider one says.
 */
export function documentSchema(gates: readonly Gate[]): z.ZodObject {
  const gatesShape = Object.fromEntries(
    gates.map((gate) => [
      gate.name,
      gateShape(gate)
        .optional()
        .meta({ title: gate.name, description: `${gate.summary}.` }),
    ]),
  );
  return z.strictObject({
    schemaVersion: z
      .literal(SETTINGS_SCHEMA_VERSION)
      .optional()
      .meta({ description: 'The version of this format; absent means the current one.' }),
    ...generalShape,
    gates: z.strictObject(gatesShape).optional().meta({ description: 'Gates by name. What no scope names is off.' }),
  });
}
