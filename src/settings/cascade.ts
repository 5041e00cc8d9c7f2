import type { Gate } from '../core/gate';

import { startsWith, valueIn, without, type Path } from './documents';
import { generalIn } from './general-schema';
import { schemaAt, settingsJsonSchema, type JsonSchema } from './json-schema';
import { lockPaths } from './lock-paths';
import { isLooser, type Measure } from './looser';
import { mergeDocuments } from './merge';
import { isMapping } from './plain';
import type { Scope } from './scope';

/** Something that a scope locked: for narrower ones it is what all scopes up to that one made of it. */
export interface Lock {
  scope: Scope;
  path: Path;
  /** What the deployment and the scopes up to the locking one say together. */
  view: unknown;
}

/** A value that a narrower scope gave against a lock; it counts for nothing. */
export interface Ignored {
  scope: Scope;
  path: Path;
  value: unknown;
  locked: unknown;
  lockedBy: Scope;
}

export interface Cascade {
  /** What all scopes say together. */
  merged: unknown;
  /** What of each document counts, from wide to narrow. */
  layers: { scope: Scope; said: unknown }[];
  locks: Lock[];
  ignored: Ignored[];
}

/**
 * Lays valid documents over each other, from wide to narrow. What a narrower one says against a lock is left out, value
 * by value; the rest of it counts.
 */
export function cascade(documents: readonly { scope: Scope; document: unknown }[], gates: readonly Gate[]): Cascade {
  const schema = settingsJsonSchema(gates);
  const layers: Cascade['layers'] = [];
  const locks: Lock[] = [];
  const ignored: Ignored[] = [];
  let merged: unknown = {};
  for (const { scope, document } of documents) {
    if (scope === 'file') locks.push(...locksOnFile(merged, gates));
    let said = document;
    for (const { path, lockedBy } of newComponents(document, locks)) {
      ignored.push({ scope, path, value: valueIn(document, path), locked: undefined, lockedBy });
      said = without(said, path);
    }
    for (const path of leafPaths(said, schema)) {
      const broken = brokenLock(path, valueIn(document, path), locks, schema);
      if (!broken) continue;
      said = without(said, path);
      ignored.push({ scope, path, value: valueIn(document, path), ...broken });
    }
    merged = mergeDocuments(merged, said);
    layers.push({ scope, said });
    for (const path of lockedPaths(document)) locks.push({ scope, path, view: merged });
  }
  return { merged, layers, locks, ignored };
}

/** Components that a document makes where they are locked. They go as a whole: without its paths one would be wrong. */
function newComponents(document: unknown, locks: readonly Lock[]): { path: Path; lockedBy: Scope }[] {
  const components = valueIn(document, ['components']);
  return Object.keys(isMapping(components) ? components : {}).flatMap((name) => {
    const path = ['components', name];
    const lock = locks.find((one) => one.path.join('.') === 'components' && valueIn(one.view, path) === undefined);
    return lock ? [{ path, lockedBy: lock.scope }] : [];
  });
}

/** The first lock that a value is looser than. */
function brokenLock(
  path: Path,
  value: unknown,
  locks: readonly Lock[],
  schema: JsonSchema,
): Pick<Ignored, 'locked' | 'lockedBy'> | undefined {
  const measure = measureAt(schema, path);
  for (const lock of locks) {
    const place = lockedPlace(path, lock);
    if (!place || isFree(place, lock)) continue;
    const locked = lockedValue(place, lock.view, schema);
    if (isLooser(value, locked, measure)) return { locked, lockedBy: lock.scope };
  }
  return undefined;
}

/** Whose value in the lock's view a value may not be looser than; undefined: the lock does not reach it. */
export function lockedPlace(path: Path, { path: locked, view }: Lock): Path | undefined {
  if (startsWith(path, locked)) return path;
  const [components, component = '', ...inner] = path;
  if (components !== 'components' || !startsWith(inner, locked)) return undefined;
  if (valueIn(view, ['components', component]) !== undefined) return path;
  // A component that the locking scope does not know only adds to a locked gate, which is judged on all files besides.
  return isGateLock(locked) ? undefined : inner;
}

/**
 * A gate that the locking scope locks and leaves off asks for nothing that could be weakened. Where it is on for a
 * component alone, that one has from above what it does not say itself.
 */
function isFree(place: Path, { path, view }: Lock): boolean {
  const [, gate] = path;
  return isGateLock(path) && gate !== undefined && place.at(-1) !== 'mode' && !isOn(gate, view);
}

/** The value that a scope's view has at a place, by default if nobody gave one. */
function lockedValue(place: Path, view: unknown, schema: JsonSchema): unknown {
  const gate = gateOf(place);
  if (gate && place.length === gate.length + 1 && place.at(-1) === 'mode') return lockedMode(gate, view);
  // A component has what it does not say itself from the gate above.
  const above = gate?.[0] === 'components' ? valueIn(view, place.slice(2)) : undefined;
  return valueIn(view, place) ?? above ?? schemaAt(schema, place)?.default;
}

/** A gate that components alone name, without a mode, takes one from above: what is said there may not be less than theirs. */
function lockedMode(gate: Path, view: unknown): unknown {
  const inheriting = componentsNaming(gate[1] ?? '', view).find(
    (place) => valueIn(view, [...place, 'mode']) === undefined,
  );
  return modeIn(view, gate[0] === 'gates' ? (inheriting ?? gate) : gate);
}

/** `gates.<gate>` or `components.<component>.gates.<gate>`, where a place is in one. */
function gateOf(place: Path): Path | undefined {
  const length = place[0] === 'components' ? 4 : 2;
  return place[length - 2] === 'gates' && place.length > length ? place.slice(0, length) : undefined;
}

/** Whether a lock is one of a whole gate. */
export function isGateLock(path: Path): boolean {
  return path[0] === 'gates' && path.length === 2;
}

/** How much a gate counts in a document: a gate that nobody names is off, one named without a mode advises. */
export function modeIn(document: unknown, gate: Path): unknown {
  const above = gate[0] === 'components' ? gate.slice(2) : gate;
  const own = valueIn(document, gate);
  const wider = valueIn(document, above);
  if (own === undefined && wider === undefined) return 'off';
  return valueIn(own, ['mode']) ?? valueIn(wider, ['mode']) ?? 'advise';
}

/** Whether a document has a gate on, for the pull request as a whole or for a component alone. */
export function isOn(gate: string, document: unknown): boolean {
  return [['gates', gate], ...componentsNaming(gate, document)].some((place) => modeIn(document, place) !== 'off');
}

/** The places of a gate in the components that name it. */
function componentsNaming(gate: string, document: unknown): Path[] {
  const components = valueIn(document, ['components']);
  return Object.keys(isMapping(components) ? components : {})
    .map((name) => ['components', name, 'gates', gate])
    .filter((place) => valueIn(document, place) !== undefined);
}

export function measureAt(schema: JsonSchema, path: Path): Measure {
  const part = schemaAt(schema, path);
  const direction: unknown = part?.['stricter'];
  return { direction: isDirection(direction) ? direction : 'fixed', order: part?.enum ?? [] };
}

function isDirection(value: unknown): value is Measure['direction'] {
  const directions: readonly unknown[] = ['lower', 'higher', 'subset', 'superset', 'on', 'later', 'fixed'];
  return directions.includes(value);
}

/** The places of a document that hold a value of their own: a list is one, and a mapping is none. */
export function leafPaths(document: unknown, schema: JsonSchema, start: Path = []): Path[] {
  if (!isMapping(document)) return [];
  return Object.entries(document).flatMap(([key, value]) => {
    const path = [...start, key];
    if (path.length === 1 && (key === 'schemaVersion' || key === 'lock')) return [];
    const part = schemaAt(schema, path);
    const isInside = part?.properties !== undefined || typeof part?.additionalProperties === 'object';
    return isInside ? leafPaths(value, schema, path) : [path];
  });
}

/** A file that may only tighten finds everything locked; gates as a whole, as it may turn on in any way what is off. */
function locksOnFile(merged: unknown, gates: readonly Gate[]): Lock[] {
  if (generalIn(merged, gates).repositoryFile !== 'tighten') return [];
  return lockPaths(gates)
    .map((path) => path.split('.'))
    .filter((path) => path[0] !== 'gates' || isGateLock(path))
    .map((path) => ({ scope: 'repository', path, view: merged }));
}

function lockedPaths(document: unknown): Path[] {
  const locks = valueIn(document, ['lock']);
  // Each counts once, however often a list repeats it.
  return [...new Set(Array.isArray(locks) ? locks.map(String) : [])].map((path) => path.split('.'));
}
