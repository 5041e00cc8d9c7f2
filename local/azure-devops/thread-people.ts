import { identityRefById } from './identities';
import { wrapProperties } from './properties';
import type { Simulation } from './simulation';
import type { Properties } from './state-model';

/**
 * Threads that tell a pull request's history name people in their properties. They are kept as old versions and the
 * Server answer them, by id (`CodeReviewVotedByTfId`). Today's service answers a key (`CodeReviewVotedByIdentity: "1"`)
 * into the thread's `identities` instead, and no names. It does so whoever wrote the properties.
 */
const TF_ID = /^(CodeReview\w+)TfId$/;
const IDENTITY = /^(CodeReview\w+)Identity$/;
const NAME = /^CodeReview\w+(?:By|Display[nN]ame)$/;

export interface ThreadPeople {
  properties: Properties;
  identities: Record<string, unknown> | null;
}

export function threadPeople(simulation: Simulation, kept: Properties): ThreadPeople {
  if (simulation.state.systemThreads === 'tfIds') return { properties: kept, identities: null };
  const properties: Properties = {};
  const keys = new Map<string, string>();
  for (const [name, property] of Object.entries(kept)) {
    const stem = TF_ID.exec(name)?.[1];
    const id = stem === undefined ? undefined : knownId(simulation, String(property.$value));
    if (stem !== undefined && id !== undefined) {
      const key = keys.get(id) ?? String(keys.size + 1);
      keys.set(id, key);
      properties[`${stem}Identity`] = { $type: 'System.String', $value: key };
    } else if (!NAME.test(name)) properties[name] = property;
  }
  const identities: Record<string, unknown> = {};
  for (const [id, key] of keys) identities[key] = identityRefById(simulation, id);
  return { properties, identities: keys.size === 0 ? null : identities };
}

function knownId({ state }: Simulation, value: string): string | undefined {
  const compact = value.replaceAll('-', '').toLowerCase();
  return state.identities.find(({ id }) => id.replaceAll('-', '') === compact)?.id;
}

/** Properties as somebody wrote them, in either way, as they are kept. */
export function keptProperties(
  properties: Record<string, unknown>,
  identities: Readonly<Record<string, { id: string }>>,
): Properties {
  const kept: Properties = {};
  for (const [name, property] of Object.entries(wrapProperties(properties))) {
    const stem = IDENTITY.exec(name)?.[1];
    const id = stem === undefined ? undefined : identities[String(property.$value)]?.id;
    if (id === undefined) kept[name] = property;
    else kept[`${stem}TfId`] = { $type: 'System.String', $value: id };
  }
  return kept;
}
