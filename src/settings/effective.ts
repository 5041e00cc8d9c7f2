import type { Gate } from '../core/gate';
import { gates as registry } from '../gates/registry';

import { leafPaths, lockedPlace, modeIn, type Cascade } from './cascade';
import { valueIn, type Path } from './documents';
import { generalIn } from './general-schema';
import { settingsJsonSchema, type JsonSchema } from './json-schema';
import { pathText } from './problem';
import { layDocuments, resolveSettings, type ScopedProblem } from './resolve';
import { scopes, type Scope, type ScopedDocument } from './scope';
import type { SettingsWarning } from './warnings';

/** One value that holds, and who said so. */
export interface EffectiveValue {
  path: string;
  value: unknown;
  /** The scope whose document says it; `default` where none does. */
  from: Scope | 'default';
  /** The widest scope that locks it. */
  lockedBy?: Scope;
}

export type EffectiveSettings =
  { ok: true; values: EffectiveValue[]; warnings: SettingsWarning[] } | { ok: false; problems: ScopedProblem[] };

/** Everything that holds where these documents apply, value by value. Gates that are off are one value: their mode. */
export function effectiveSettings(
  documents: readonly ScopedDocument[],
  gates: readonly Gate[] = registry,
): EffectiveSettings {
  const resolved = resolveSettings(documents, gates);
  if (!resolved.ok) return resolved;
  const laid = layDocuments(documents, gates);
  if (!laid.ok) return laid;
  const schema = settingsJsonSchema(gates);
  const whole = filled(laid.cascade, gates, schema);
  const values = leafPaths(whole, schema).map((path) => effectiveValue(path, valueIn(whole, path), laid.cascade));
  return { ok: true, values, warnings: resolved.warnings };
}

/** What all scopes say together, with the defaults of what none says. */
function filled({ merged }: Cascade, gates: readonly Gate[], schema: JsonSchema): unknown {
  const options = gates.map((gate): [string, unknown] => {
    const place = ['gates', gate.name];
    const mode = modeIn(merged, place);
    if (mode === 'off') return [gate.name, { mode }];
    return [gate.name, { mode, ...defaultsAt(schema, gate.name), ...Object(valueIn(merged, place) ?? {}) }];
  });
  const components = valueIn(merged, ['components']);
  return {
    ...generalIn(merged, gates),
    gates: Object.fromEntries(options),
    ...(components === undefined ? {} : { components }),
  };
}

function defaultsAt(schema: JsonSchema, gate: string): Record<string, unknown> {
  const gates = schema.properties?.['gates'];
  const own = typeof gates === 'object' ? gates.properties?.[gate] : undefined;
  const properties = typeof own === 'object' ? (own.properties ?? {}) : {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]): [string, unknown][] =>
      typeof property === 'object' && property.default !== undefined ? [[name, property.default]] : [],
    ),
  );
}

function effectiveValue(path: Path, value: unknown, { layers, locks }: Cascade): EffectiveValue {
  const said = layers.filter((layer) => valueIn(layer.said, path) !== undefined);
  const locking = locks.filter((lock) => lockedPlace(path, lock) !== undefined).map(({ scope }) => scope);
  const [lockedBy] = scopes.filter((scope) => locking.includes(scope));
  return {
    path: pathText(path),
    value,
    from: said.at(-1)?.scope ?? 'default',
    ...(lockedBy === undefined ? {} : { lockedBy }),
  };
}
