import type { Gate } from '../core/gate';
import { gates as registry } from '../gates/registry';

import { hashOf } from './canonical-json';
import { cascade, type Cascade } from './cascade';
import { componentsIn, configureGates, type Component, type ConfiguredGate } from './configure-gates';
import { deploymentDefaults } from './defaults';
import { startsWith, valueIn, type Path } from './documents';
import { generalIn } from './general-schema';
import { isMapping } from './plain';
import type { SettingsProblem } from './problem';
import { MOST_COMPONENTS } from './schema';
import { scopes, type Scope, type ScopedDocument } from './scope';
import { upgradeDocument } from './upgrade';
import { validateDocument } from './validate';
import { warningsOf, type SettingsWarning } from './warnings';

/** What holds for a pull request. */
export interface Settings extends ReturnType<typeof generalIn> {
  /** By name, the pull request's own before its components'; those that are off are not here. */
  gates: ConfiguredGate[];
  components: Component[];
}

export type ScopedProblem = SettingsProblem & { scope: Scope };

export type ResolvedSettings =
  | {
      ok: true;
      settings: Settings;
      /** 32 hexadecimal digits: equal for settings that mean the same. */
      hash: string;
      /** What counts for nothing, or for less than somebody might think, because of a lock; and former names. */
      warnings: SettingsWarning[];
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
  const laid = layDocuments(documents, gates);
  if (!laid.ok) return laid;
  const { configured, problems } = configureGates(laid.cascade, gates);
  const all = [...problems, ...componentProblems(laid.cascade)];
  if (all.length > 0) {
    return {
      ok: false,
      problems: all.map(({ place, ...rest }) => ({ ...rest, scope: narrowestNaming(place, laid.cascade) })),
    };
  }
  const { merged } = laid.cascade;
  const settings = { ...generalIn(merged, gates), gates: configured, components: componentsIn(merged) };
  return {
    ok: true,
    settings,
    hash: hashOf(plainSettings(settings)),
    warnings: [...warningsOf(laid.cascade, gates), ...laid.renamed],
  };
}

/** The documents over the deployment's defaults, each in this release's format; or what is wrong in them. */
export function layDocuments(
  documents: readonly ScopedDocument[],
  gates: readonly Gate[],
): { ok: true; cascade: Cascade; renamed: SettingsWarning[] } | { ok: false; problems: ScopedProblem[] } {
  const ordered = scopes.flatMap((scope) => documents.filter((document) => document.scope === scope));
  const invalid = ordered.flatMap(({ scope, document }) =>
    [...validateDocument(document, gates), ...(scope === 'file' ? notForFiles(document) : [])].map((problem) => ({
      ...problem,
      scope,
    })),
  );
  if (invalid.length > 0) return { ok: false, problems: invalid };
  const upgraded = ordered.flatMap(({ scope, document }) => {
    const result = upgradeDocument(document, gates);
    return result.kind === 'understood' ? [{ scope, document: result.document, notes: result.notes }] : [];
  });
  const renamed = upgraded.flatMap(({ scope, notes }) =>
    notes.map((note): SettingsWarning => ({ ...note, scope, kind: 'renamed' })),
  );
  return {
    ok: true,
    cascade: cascade([{ scope: 'deployment', document: defaultsFor(gates) }, ...upgraded], gates),
    renamed,
  };
}

/** A file cannot say how far it counts itself, and there is nothing narrower that it could lock. */
function notForFiles(document: unknown): SettingsProblem[] {
  return ['repositoryFile', 'lock']
    .filter((key) => valueIn(document, [key]) !== undefined)
    .map((path) => ({
      path,
      message: 'only an administrator of Portcullis can set this, not a file in the repository.',
    }));
}

/** The defaults name gates of the product; whoever resolves with others has none of them. */
function defaultsFor(gates: readonly Gate[]): unknown {
  const known = new Set(gates.map(({ name }) => name));
  return { gates: Object.fromEntries(Object.entries(deploymentDefaults.gates).filter(([name]) => known.has(name))) };
}

/** Settings as plain values: what the hash is taken of. */
export function plainSettings(settings: Settings): Record<string, unknown> {
  const gates = settings.gates.map((gate) => {
    const { name, mode, needs, asks, component, files, circumstances, when, options, waivable, waiverAuthority } = gate;
    return { name, mode, needs, asks, component, files, circumstances, when, options, waivable, waiverAuthority };
  });
  return { ...settings, gates };
}

/** What no document shows by itself: components that none gives files to, and too many of them together. */
function componentProblems({ merged }: Cascade): (SettingsProblem & { place: Path })[] {
  const components = valueIn(merged, ['components']);
  const names = Object.keys(isMapping(components) ? components : {});
  const pathless = names
    .filter((name) => valueIn(merged, ['components', name, 'paths']) === undefined)
    .map((name) => ({
      path: `components.${name}.paths`,
      message: 'is missing; say which files belong to this component.',
      place: ['components', name],
    }));
  if (names.length <= MOST_COMPONENTS) return pathless;
  const message = `all scopes together have ${names.length} components; at most ${MOST_COMPONENTS} are allowed.`;
  return [{ path: 'components', message, place: ['components'] }, ...pathless];
}

/** Options can be fine in each document and wrong together; then the narrowest that names the place is the one to mend. */
function narrowestNaming(place: Path, { layers }: Cascade): Scope {
  const above = place[0] === 'components' ? place.slice(2) : place;
  const naming = layers.filter(
    ({ said }) =>
      valueIn(said, place) !== undefined || (startsWith(above, ['gates']) && valueIn(said, above) !== undefined),
  );
  return naming.at(-1)?.scope ?? 'connection';
}
