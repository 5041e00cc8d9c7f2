import type { Gate } from '../core/gate';

import { isGateLock, isOn, measureAt, type Cascade, type Ignored, type Lock } from './cascade';
import { valueIn, type Path } from './documents';
import { generalIn } from './general-schema';
import { settingsJsonSchema } from './json-schema';
import { isLooser } from './looser';
import { foundText, pathText } from './problem';
import { scopeNames, scopes, type Scope } from './scope';

/** What a document says and does not reach. */
export interface SettingsWarning {
  scope: Scope;
  path: string;
  /** `ignored`: against a lock, and counts for nothing. `unaffected`: counts, but not for the gates that are locked. */
  kind: 'ignored' | 'unaffected';
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
  const unaffected = layers.flatMap(({ scope, said }) => [
    ...CIRCUMSTANCES.flatMap((path) => unreachedBy(scope, path, said, locks, gates)),
    ...unreachedByComponents(scope, said, locks, gates),
  ]);
  return [...ignored.map(ignoredWarning), ...unaffected];
}

function ignoredWarning({ scope, path, value, locked, lockedBy }: Ignored): SettingsWarning {
  const kept = locked === undefined ? 'it is not set there' : `${foundText(locked)} holds`;
  return {
    scope,
    path: pathText(path),
    kind: 'ignored',
    message: `found ${foundText(value)}; the ${scopeNames[lockedBy]} lock this, ${kept} and may only be tightened.`,
  };
}

function unreachedBy(
  scope: Scope,
  path: Path,
  said: unknown,
  locks: readonly Lock[],
  gates: readonly Gate[],
): SettingsWarning[] {
  const value = valueIn(said, path);
  if (value === undefined) return [];
  const measure = measureAt(settingsJsonSchema(gates), path);
  const above = locksAbove(scope, locks).filter(({ view }) =>
    isLooser(value, valueIn(generalIn(view, gates), path), measure),
  );
  return unaffected(scope, pathText(path), foundText(value), above);
}

/** Files of a locked gate are not cut into parts by narrower scopes. */
function unreachedByComponents(
  scope: Scope,
  said: unknown,
  locks: readonly Lock[],
  gates: readonly Gate[],
): SettingsWarning[] {
  if (valueIn(said, ['components']) === undefined) return [];
  const scoped = new Set(gates.filter(({ needs }) => needs.includes('changes')).map(({ name }) => name));
  const above = locksAbove(scope, locks).filter(({ path }) => scoped.has(path[1] ?? ''));
  return unaffected(scope, 'components', 'the components', above);
}

/** Gates that a wider scope locks, and has on. */
function locksAbove(scope: Scope, locks: readonly Lock[]): Lock[] {
  return locks.filter(
    ({ scope: locking, path, view }) =>
      isGateLock(path) && isOn(path[1] ?? '', view) && scopes.indexOf(locking) < scopes.indexOf(scope),
  );
}

function unaffected(scope: Scope, path: string, what: string, locks: readonly Lock[]): SettingsWarning[] {
  return locks.map(({ path: gate, scope: locking }) => ({
    scope,
    path,
    kind: 'unaffected',
    message: `${what} does not reach the gate ${gate[1] ?? ''}: the ${scopeNames[locking]} lock it.`,
  }));
}
