import { z } from 'zod';

import type { EnabledGate } from '../core/evaluate';
import type { Gate } from '../core/gate';
import { gates as registry } from '../gates/registry';

import { hashOf } from './canonical-json';
import { deploymentDefaults } from './defaults';
import { jsonSchemaOf } from './json-schema';
import { mergeDocuments } from './merge';
import type { SettingsProblem } from './problem';
import { generalShape, modeSchema } from './schema';
import { problemsOf, validateDocument } from './validate';

/** From wide to narrow: what a narrower scope says overrides what a wider one says. */
export const scopes = ['connection', 'repository'] as const;

export type Scope = (typeof scopes)[number];

export interface ScopedDocument {
  scope: Scope;
  /** As it was saved; it need not be valid. */
  document: unknown;
}

/** A gate that is not off, with its options bound. */
export interface ConfiguredGate extends EnabledGate {
  /** As the gate sees them, defaults included; for display. */
  options: Record<string, unknown>;
}

const generalSchema = z.object(generalShape);

/** What holds for a pull request. */
export interface Settings extends z.output<typeof generalSchema> {
  /** By name; those that are off are not here. */
  gates: ConfiguredGate[];
}

export type ScopedProblem = SettingsProblem & { scope: Scope };

export type ResolvedSettings =
  | {
      ok: true;
      settings: Settings;
      /** 32 hexadecimal digits: equal for settings that mean the same. */
      hash: string;
    }
  | { ok: false; problems: ScopedProblem[] };

/**
 * The settings that documents make together: deployment defaults, then the scopes from wide to narrow, whatever order
 * they come in. One wrong document makes them all useless: a gate must not be judged by half of what was meant.
 */
export function resolveSettings(
  documents: readonly ScopedDocument[],
  gates: readonly Gate[] = registry,
): ResolvedSettings {
  const ordered = scopes.flatMap((scope) => documents.filter((document) => document.scope === scope));
  const invalid = ordered.flatMap(({ scope, document }) =>
    validateDocument(document, gates).map((problem) => ({ ...problem, scope })),
  );
  if (invalid.length > 0) return { ok: false, problems: invalid };

  const merged = [deploymentDefaults, ...ordered.map(({ document }) => document)].reduce(mergeDocuments, {});
  const configured = configureGates(merged, gates);
  if (!configured.ok) {
    return {
      ok: false,
      problems: configured.problems.map(({ gate, ...problem }) => ({
        ...problem,
        scope: narrowestNaming(gate, ordered),
      })),
    };
  }
  const settings = { ...generalSchema.parse(merged), gates: configured.gates };
  return { ok: true, settings, hash: hashOf(plainSettings(settings)) };
}

/** Settings as a document: what to show, and what the hash is taken of. */
export function plainSettings({ gates, ...general }: Settings): Record<string, unknown> {
  return {
    ...general,
    gates: Object.fromEntries(gates.map(({ name, mode, options }) => [name, { mode, ...options }])),
  };
}

const namedGates = z.object({
  gates: z.record(z.string(), z.looseObject({ mode: modeSchema.default('advise') })).default({}),
});

type GateProblem = SettingsProblem & { gate: string };

function configureGates(
  merged: unknown,
  gates: readonly Gate[],
): { ok: true; gates: ConfiguredGate[] } | { ok: false; problems: GateProblem[] } {
  const named = namedGates.parse(merged).gates;
  const problems: GateProblem[] = [];
  const configured = gates.flatMap((gate) => {
    const entry = Object.hasOwn(named, gate.name) ? named[gate.name] : undefined;
    if (!entry || entry.mode === 'off') return [];
    const { mode, ...written } = entry;
    const parsed = gate.options.safeParse(written);
    if (parsed.success) return [configuredGate(gate, mode, parsed.data)];
    const schema = jsonSchemaOf(gate.options);
    const found = parsed.error.issues.flatMap((issue) => problemsOf(issue, written, schema, ['gates', gate.name]));
    problems.push(...found.map((problem) => ({ ...problem, gate: gate.name })));
    return [];
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, gates: configured };
}

/** The one place where a gate forgets the type of its options: from here on they travel inside `evaluate`. */
function configuredGate(gate: Gate, mode: 'advise' | 'block', options: Record<string, unknown>): ConfiguredGate {
  return { name: gate.name, mode, needs: gate.needs, options, evaluate: (input) => gate.evaluate(input, options) };
}

/** Options can be fine in each document and wrong together; then the narrowest that names the gate is the one to mend. */
function narrowestNaming(gate: string, documents: readonly ScopedDocument[]): Scope {
  const naming = documents.filter(({ document }) => {
    const parsed = namedGates.safeParse(document);
    return parsed.success && Object.hasOwn(parsed.data.gates, gate);
  });
  return naming.at(-1)?.scope ?? 'connection';
}
