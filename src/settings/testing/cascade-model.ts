import type { EffectiveValue } from '../effective';
import { scopes, type Scope, type ScopedDocument } from '../scope';

/**
 * A second, slow and literal reading of how scopes, locks and stricter directions work, made for `countableGates` and
 * sharing no code with the product: what is expected of it on random documents.
 */

type Tree = Record<string, unknown>;
interface Leaf {
  path: string[];
  value: unknown;
}
/** What the scopes up to one make: each value with the scope that said it last. */
type Said = Map<string, Leaf & { from: Scope }>;
interface Rule {
  stricter: 'lower' | 'higher' | 'subset' | 'superset' | 'fixed' | unknown[];
  default?: unknown;
}

const offOn = [false, true];
const general: Record<string, Rule> = {
  enabled: { stricter: offOn, default: true },
  phase: { stricter: ['shadow', 'enforce'], default: 'enforce' },
  'branches.include': { stricter: 'superset', default: ['**'] },
  'branches.exclude': { stricter: 'subset', default: [] },
  drafts: { stricter: ['skip', 'judge'], default: 'skip' },
  'bots.identities': { stricter: 'subset', default: [] },
  'bots.exempt': { stricter: 'subset', default: [] },
  'comments.summary': { stricter: 'fixed', default: 'on-findings' },
  'comments.activeWhileBlocked': { stricter: offOn, default: true },
  'waivers.authority': { stricter: 'subset', default: [] },
  repositoryFile: { stricter: ['full', 'tighten', 'off'], default: 'off' },
};
const options: Record<string, Record<string, Rule>> = {
  labels: { required: { stricter: 'superset', default: [] } },
  size: {
    minimum: { stricter: 'higher', default: 0 },
    maximum: { stricter: 'lower', default: 2 },
    most: { stricter: 'lower' },
  },
  title: {
    first: { stricter: 'fixed' },
    words: { stricter: 'superset', default: [] },
    spared: { stricter: 'subset', default: [] },
    known: { stricter: 'subset' },
    short: { stricter: offOn, default: false },
    care: { stricter: ['little', 'much', 'most'], default: 'little' },
  },
};
const modes = ['off', 'advise', 'block'];

/** What a file finds locked that may only tighten. */
const everything = [...Object.keys(general), ...Object.keys(options).map((gate) => `gates.${gate}`), 'components'];

export interface Expected {
  values: EffectiveValue[];
  /** `scope path` of what counts for nothing. */
  ignored: string[];
  /** Whether nothing is wrong where all scopes are together: components have paths, limits do not contradict. */
  isSound: boolean;
}

interface Lock {
  scope: Scope;
  path: string[];
  /** What holds at a place when the locking scope has spoken. */
  floor: (path: string[]) => unknown;
  knows: (component: string) => boolean;
  /** Whether a gate is on then, be it in one component alone. */
  hasOn: (gate: string) => boolean;
}

export function expectedOf(documents: readonly ScopedDocument[]): Expected {
  const builtIn = { gates: { size: { mode: 'advise' }, title: { mode: 'block' } } };
  const said: Said = new Map();
  const named = new Set<string>();
  const locks: Lock[] = [];
  const ignored: string[] = [];
  for (const { scope, document } of [{ scope: 'deployment' as const, document: builtIn }, ...inOrder(documents)]) {
    if (scope === 'file' && valueAt(['repositoryFile'], said, named) === 'tighten') lock('repository', everything);
    const tree = withoutNewComponents(document as Tree, locks, (name) => ignored.push(`${scope} components.${name}`));
    for (const leaf of leavesOf(tree)) {
      const text = leaf.path.join('.');
      const against = locks.filter((one) => reaches(one, leaf.path) && isBound(one, leaf.path));
      const rule = ruleOf(leaf.path);
      if (against.some(({ floor }) => isWeaker(leaf.value, floor(leaf.path), rule))) ignored.push(`${scope} ${text}`);
      else said.set(text, { ...leaf, from: scope });
    }
    for (const place of placesNamedIn(tree)) named.add(place);
    lock(scope, (tree['lock'] ?? []) as string[]);
  }
  const values = placesOf(said, named).map((path): EffectiveValue => {
    const by = locks.find((one) => reaches(one, path))?.scope;
    const from = said.get(path.join('.'))?.from ?? 'default';
    return { path: path.join('.'), value: valueAt(path, said, named), from, ...(by ? { lockedBy: by } : {}) };
  });
  return { values, ignored, isSound: isSound() };

  function isSound(): boolean {
    const components = [...named].filter((place) => /^components\.\w+$/.test(place));
    const places = ['gates.size', ...[...named].filter((place) => place.endsWith('.gates.size'))];
    const at = (place: string, key: string) => valueAt([...place.split('.'), key], said, named);
    return (
      components.every((place) => said.has(`${place}.paths`)) &&
      places.every(
        (place) => at(place, 'mode') === 'off' || Number(at(place, 'minimum')) <= Number(at(place, 'maximum')),
      )
    );
  }

  function lock(scope: Scope, places: readonly string[]): void {
    const [saidThen, namedThen] = [new Map(said), new Set(named)];
    const floor = (path: string[]) => floorAt(path, saidThen, namedThen);
    const knows = (name: string) => namedThen.has(`components.${name}`);
    const hasOn = (gate: string) =>
      [`gates.${gate}`, ...[...namedThen].filter((place) => place.endsWith(`.gates.${gate}`))].some(
        (place) => floor([...place.split('.'), 'mode']) !== 'off',
      );
    locks.push(...places.map((place) => ({ scope, path: place.split('.'), floor, knows, hasOn })));
  }
}

/** Where components are locked, a narrower scope makes none. */
function withoutNewComponents(tree: Tree, locks: readonly Lock[], drop: (name: string) => void): Tree {
  const closed = locks.filter(({ path }) => path.join('.') === 'components');
  const kept = Object.entries(Object(tree['components']) as Tree).filter(([name]) => {
    const isNew = closed.some(({ knows }) => !knows(name));
    if (isNew) drop(name);
    return !isNew;
  });
  return tree['components'] === undefined ? tree : { ...tree, components: Object.fromEntries(kept) };
}

/**
 * A lock of a gate's key is one in every component, too; that of a gate in those that the locking scope knows, as others
 * only add to it.
 */
function reaches({ path: lock, knows }: Lock, path: string[]): boolean {
  const covers = (one: string[]) => lock.every((part, index) => one[index] === part);
  const gate = gateOf(path);
  if (covers(path) || gate?.isComponent !== true) return covers(path);
  return covers(['gates', gate.name, ...gate.key]) && (lock.length > 2 || knows(path[1] ?? ''));
}

/** A locked gate that the locking scope has off is bound in its mode alone. */
function isBound({ path: [first, , key], hasOn }: Lock, path: string[]): boolean {
  const gate = gateOf(path);
  if (first !== 'gates' || key !== undefined || !gate || gate.key[0] === 'mode') return true;
  return hasOn(gate.name);
}

function inOrder(documents: readonly ScopedDocument[]): ScopedDocument[] {
  return [...documents].sort((a, b) => scopes.indexOf(a.scope) - scopes.indexOf(b.scope));
}

/** Mappings merge and everything else is replaced, so that what is replaced is what this lists. */
function leavesOf(tree: unknown, path: string[] = []): Leaf[] {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree)) return [{ path, value: tree }];
  return Object.entries(tree)
    .filter(([key]) => path.length > 0 || (key !== 'lock' && key !== 'schemaVersion'))
    .flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

/** Gates and components are named, also by an empty mapping. */
function placesNamedIn(tree: Tree): string[] {
  const inside = (named: unknown, place: string) =>
    Object.keys(Object(named) as Tree).map((name) => `${place}.${name}`);
  const components = Object.entries(Object(tree['components']) as Record<string, Tree>);
  return [
    ...inside(tree['gates'], 'gates'),
    ...inside(tree['components'], 'components'),
    ...components.flatMap(([name, { gates }]) => inside(gates, `components.${name}.gates`)),
  ];
}

/** Of a place below a gate: the gate's, and the key inside. */
function gateOf(path: string[]): { place: string[]; name: string; key: string[]; isComponent: boolean } | undefined {
  const at = path[0] === 'components' ? 2 : 0;
  const name = path[at + 1];
  if (path[at] !== 'gates' || name === undefined) return undefined;
  return { place: path.slice(0, at + 2), name, key: path.slice(at + 2), isComponent: at > 0 };
}

function ruleOf(path: string[]): Rule {
  const gate = gateOf(path);
  if (!gate) return general[path.join('.')] ?? { stricter: 'fixed' };
  const [key = '', ...rest] = gate.key;
  if (key === 'mode') return { stricter: modes };
  if (key === 'waivable') return { stricter: 'fixed', default: true };
  return (rest.length === 0 ? options[gate.name]?.[key] : undefined) ?? { stricter: 'fixed' };
}

function isWeaker(value: unknown, floor: unknown, { stricter }: Rule): boolean {
  if (Array.isArray(stricter)) return stricter.indexOf(value) < stricter.indexOf(floor);
  if (stricter === 'fixed') return JSON.stringify(value) !== JSON.stringify(floor);
  if (floor === undefined) return false;
  if (stricter === 'lower') return Number(value) > Number(floor);
  if (stricter === 'higher') return Number(value) < Number(floor);
  const [own, held] = [value as unknown[], floor as unknown[]];
  return stricter === 'subset' ? own.some((one) => !held.includes(one)) : held.some((one) => !own.includes(one));
}

/** What holds at a place: as it was said, in a component else as above, else by default. */
function valueAt(path: string[], said: Said, named: ReadonlySet<string>): unknown {
  const own = said.get(path.join('.'));
  if (own) return own.value;
  const gate = gateOf(path);
  if (!gate) return ruleOf(path).default;
  const above = ['gates', gate.name, ...gate.key];
  if (gate.key[0] === 'mode') {
    const inherited = gate.isComponent ? valueAt(above, said, named) : 'off';
    return inherited === 'off' && named.has(gate.place.join('.')) && said.get(above.join('.')) === undefined
      ? 'advise'
      : inherited;
  }
  return gate.isComponent ? valueAt(above, said, named) : ruleOf(path).default;
}

/** What may not be said less than: the mode above also counts for components that name the gate without one. */
function floorAt(path: string[], said: Said, named: ReadonlySet<string>): unknown {
  const own = valueAt(path, said, named);
  const gate = gateOf(path);
  if (own !== 'off' || !gate || gate.isComponent || gate.key[0] !== 'mode') return own;
  const isInherited = [...named].some((place) => {
    const mode = `${place}.mode`;
    return place.startsWith('components.') && place.endsWith(`.gates.${gate.name}`) && !said.has(mode);
  });
  return isInherited && !said.has(path.join('.')) ? 'advise' : own;
}

/** Every place that has a value: of a gate that is off, its mode alone. */
function placesOf(said: Said, named: ReadonlySet<string>): string[][] {
  const places = new Set<string>(Object.keys(general));
  for (const [name, own] of Object.entries(options)) {
    places.add(`gates.${name}.mode`);
    if (valueAt(['gates', name, 'mode'], said, named) === 'off') continue;
    places.add(`gates.${name}.waivable`);
    for (const [key, rule] of Object.entries(own)) if (rule.default !== undefined) places.add(`gates.${name}.${key}`);
  }
  for (const [text, { path }] of said) {
    const gate = gateOf(path);
    const isOff = gate?.isComponent === false && valueAt([...gate.place, 'mode'], said, named) === 'off';
    if (!isOff) places.add(text);
  }
  return [...places].map((text) => text.split('.'));
}
