import type { Gate } from '../core/gate';
import { allOf } from '../core/phrase';

import { isGateLock, isOn, measureAt, type Cascade, type Ignored, type Lock } from './cascade';
import { judgesFiles } from './configure-gates';
import { valueIn, type Path } from './documents';
import { generalIn } from './general-schema';
import { settingsJsonSchema } from './json-schema';
import { isLooser } from './looser';
import { isMapping } from './plain';
import { foundText, pathText } from './problem';
import { scopeNames, scopes, type Scope } from './scope';

/** What whoever wrote a document should know of it. */
export interface SettingsWarning {
  scope: Scope;
  path: string;
  /**
   * `ignored`: against a lock, and counts for nothing. `unaffected`: counts, but not for the gates that are locked.
   * `renamed`: counts, under a name that will be gone.
   */
  kind: 'ignored' | 'unaffected' | 'renamed';
  /** A sentence. */
  message: string;
}

/** Keys that decide whether a gate is judged at all: what narrower scopes say of them does not reach a locked gate. */
const CIRCUMSTANCES: readonly Path[] = [
  ['enabled'],
  ['phase'],
  ['branches', 'include'],
  ['branches', 'exclude'],
  ['drafts'],
  ['bots', 'identities'],
  ['bots', 'exempt'],
  ['waivers', 'authority'],
];

export function warningsOf({ layers, locks, ignored }: Cascade, gates: readonly Gate[]): SettingsWarning[] {
  const unaffected = layers.flatMap(({ scope, said }) => {
    const above = locksAbove(scope, locks);
    return [
      ...CIRCUMSTANCES.flatMap((path) => unreachedBy(scope, path, said, above, gates)),
      ...unreachedByComponents(scope, said, above, gates),
    ];
  });
  return [...ignored.map((one) => ignoredWarning(one, gates)), ...unaffected];
}

function ignoredWarning({ scope, path, value, locked, lockedBy }: Ignored, gates: readonly Gate[]): SettingsWarning {
  const isFixed = measureAt(settingsJsonSchema(gates), path).direction === 'fixed';
  const bound = isFixed ? 'may not be changed' : 'may only be tightened';
  const kept = locked === undefined ? 'it stays unset' : `${foundText(locked)} holds, and ${bound}`;
  return {
    scope,
    path: pathText(path),
    kind: 'ignored',
    message: `found ${foundText(value)}; the ${scopeNames[lockedBy]} lock this: ${kept}.`,
  };
}

function unreachedBy(
  scope: Scope,
  path: Path,
  said: unknown,
  above: readonly Lock[],
  gates: readonly Gate[],
): SettingsWarning[] {
  const value = valueIn(said, path);
  if (value === undefined) return [];
  const measure = measureAt(settingsJsonSchema(gates), path);
  const unreached = above.filter((lock) => {
    const held = valueIn(generalIn(lock.view, gates), path);
    const isSpared = path[1] !== 'exempt' || (Array.isArray(value) && value.includes(gateIn(lock)));
    return isSpared && isLooser(value, held, measure);
  });
  return unaffected(scope, pathText(path), `${foundText(value)} does not reach`, unreached);
}

/** Files of a locked gate are not cut into parts by narrower scopes. */
function unreachedByComponents(
  scope: Scope,
  said: unknown,
  above: readonly Lock[],
  gates: readonly Gate[],
): SettingsWarning[] {
  const components = valueIn(said, ['components']);
  const scoped = new Set(gates.filter(judgesFiles).map(({ name }) => name));
  return Object.keys(isMapping(components) ? components : {}).flatMap((name) => {
    const path = ['components', name, 'paths'];
    const paths = valueIn(said, path);
    if (paths === undefined) return [];
    const unreached = above.filter(
      (lock) =>
        scoped.has(gateIn(lock)) && isLooser(paths, valueIn(lock.view, path), { direction: 'fixed', order: [] }),
    );
    return unaffected(scope, pathText(path), `${foundText(paths)} does not split the files of`, unreached);
  });
}

/** Locks of gates, by wider scopes that have them on. */
function locksAbove(scope: Scope, locks: readonly Lock[]): Lock[] {
  return locks.filter(
    (lock) =>
      isGateLock(lock.path) && isOn(gateIn(lock), lock.view) && scopes.indexOf(lock.scope) < scopes.indexOf(scope),
  );
}

function gateIn({ path }: Lock): string {
  return path[1] ?? '';
}

/** A sentence for each scope whose locks hold. */
function unaffected(scope: Scope, path: string, what: string, locks: readonly Lock[]): SettingsWarning[] {
  return scopes.flatMap((locking) => {
    const names = [...new Set(locks.filter((lock) => lock.scope === locking).map(gateIn))];
    if (names.length === 0) return [];
    const [gates, them] = names.length === 1 ? ['gate', 'it'] : ['gates', 'them'];
    const message = `${what} the ${gates} ${allOf(names)}: the ${scopeNames[locking]} lock ${them}.`;
    return [{ scope, path, kind: 'unaffected', message }];
  });
}
