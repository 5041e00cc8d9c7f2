import type { ConnectionNeeds } from '../core/connection-sight';
import type { SliceName } from '../core/snapshot';
import type { Settings } from '../settings';
import { resolveSettings } from '../settings';

import type { Log, SettingsStore } from './ports';
import { together } from './read-settings';
import { readScope } from './scope-settings';

type Needs = Omit<ConnectionNeeds, 'subscriptions'>;

/** What the gates of a new connection take. */
export function defaultNeeds(): Needs {
  const resolved = resolveSettings([]);
  return resolved.ok ? needsOf([resolved.settings]) : needsOf([]);
}

/**
 * What the gates take that settings switch on anywhere in a connection, and whether there are settings that cannot tell,
 * because they are wrong.
 */
export async function connectionNeeds(
  store: SettingsStore,
  connectionId: string,
  log: Log,
): Promise<{ needs: Needs; wrong: number }> {
  const whole = await readScope(store, { kind: 'connection', connectionId }, log);
  const narrower = (await store.list(connectionId)).filter(
    (each) => each.scope.kind !== 'connection' && !each.isDeleted,
  );
  const resolved = [
    together([whole]),
    // A repository's document without its project's: what the project switches on is counted by itself.
    ...(await Promise.all(narrower.map(async ({ scope }) => together([whole, await readScope(store, scope, log)])))),
  ];
  return {
    needs: needsOf(resolved.flatMap((each) => (each.ok ? [each.settings] : []))),
    wrong: resolved.filter(({ ok }) => !ok).length,
  };
}

function needsOf(all: readonly Settings[]): Needs {
  const gates = all.filter(({ enabled }) => enabled).flatMap((settings) => settings.gates);
  const needing = (slice: SliceName): string[] => [
    ...new Set(gates.filter(({ needs }) => needs.includes(slice)).map(({ name }) => name)),
  ];
  return { workItems: needing('workItems').sort(), groups: needing('groups').sort() };
}
