import { z } from 'zod';

import { stricter, type Gate } from '../core/gate';

import { branchGlobSchema } from './branches';

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

const account = z.string().min(1).max(300);

const bots = (gates: readonly Gate[]) =>
  z.strictObject({
    identities: z
      .array(account)
      .max(100)
      .default([])
      .meta(
        stricter('subset', 'Accounts that are bots: `uniqueName` or id, exactly; display names are not looked at.'),
      ),
    exempt: z
      .array(gateName(gates))
      .max(100)
      .default([])
      .meta(stricter('subset', 'Gates that the pull requests of these accounts are spared.')),
  });

const waivers = z.strictObject({
  authority: z
    .array(account)
    .max(100)
    .default([])
    .meta(
      stricter('subset', 'Accounts and groups that may waive a gate: `uniqueName` or id, exactly. Nobody, if empty.'),
    ),
});

/** The keys beside `gates`: each with its default, so that parsing what all scopes say together fills the gaps. */
export function generalShape(gates: readonly Gate[]) {
  return {
    enabled: z
      .boolean()
      .default(true)
      .meta(
        stricter('on', 'Whether pull requests are gated at all. A repository switched off lifts its branch policy.'),
      ),
    phase: z
      .enum(['shadow', 'enforce'])
      .default('enforce')
      .meta(stricter('later', '`shadow`: the status tells what would have failed, and never fails itself.')),
    branches: branches.prefault({}).meta({ description: 'Which target branches are gated.' }),
    drafts: z
      .enum(['skip', 'judge'])
      .default('skip')
      .meta(stricter('later', '`skip`: a draft waits, unjudged, until it is published.')),
    bots: bots(gates).prefault({}).meta({ description: 'Pull requests of accounts that no person is behind.' }),
    comments: comments
      .prefault({})
      .meta({ description: 'What Portcullis writes into pull requests beside the status.' }),
    waivers: waivers.prefault({}).meta({ description: 'Who may make an exception from a gate.' }),
    repositoryFile: z
      .enum(['full', 'tighten', 'off'])
      .default('off')
      .meta(
        stricter(
          'later',
          'Whether `.portcullis.yaml` on the target branch counts as the narrowest settings: `full`, within the locks; `tighten`, only where it asks for more; `off`, not at all.',
        ),
      ),
  };
}

function gateName(gates: readonly Gate[]) {
  // An enumeration cannot be empty; without gates there is no name that could be allowed.
  return z.enum(gates.map(({ name }) => name));
}

const general = new WeakMap<readonly Gate[], ReturnType<typeof generalSchema>>();

function generalSchema(gates: readonly Gate[]) {
  return z.object(generalShape(gates));
}

/** The general keys that a document has, by default where it says nothing. */
export function generalIn(document: unknown, gates: readonly Gate[]) {
  // Made once: making a schema takes far longer than parsing with it.
  const schema = general.get(gates) ?? generalSchema(gates);
  general.set(gates, schema);
  return schema.parse(document);
}
