import {
  upgradeDocument,
  withSchemaVersion,
  type Scope,
  type ScopedDocument,
  type ScopedProblem,
  type SettingsWarning,
} from '../settings';

import type { Log, SettingsDocument, SettingsScope, SettingsStore, SettingsVersion } from './ports';

/** What one scope's row brings into the settings that hold. */
export type ScopeSettings =
  | { kind: 'nothing' }
  /** The warning says that it is not the present one. */
  | { kind: 'document'; document: ScopedDocument; warning?: SettingsWarning }
  | { kind: 'unreadable'; problem: ScopedProblem };

/**
 * The document of a scope that counts: the present one; while that is from a newer release, the newest of its history that
 * this release understands. Without such a one the present one stays, and is refused where all are laid together.
 */
export async function readScope(store: SettingsStore, scope: SettingsScope, log: Log): Promise<ScopeSettings> {
  return scopeSettingsOf(store, scope, await store.read(scope), log);
}

/** The same, where the present version is known already. */
export async function scopeSettingsOf(
  store: SettingsStore,
  scope: SettingsScope,
  present: SettingsDocument | undefined,
  log: Log,
): Promise<ScopeSettings> {
  if (!present || present.isDeleted) return { kind: 'nothing' };
  const document = documentOfVersion(present);
  const upgraded = upgradeDocument(document);
  const isNewer = present.unreadable === undefined ? upgraded.kind === 'newer' : present.isNewer === true;
  const former = isNewer ? await newestUnderstood(store, scope, present) : undefined;
  if (former) {
    log.warn('Settings of a newer release are not understood; an older version of them counts', {
      ...scope,
      ...(upgraded.kind === 'newer' ? { schemaVersion: upgraded.schemaVersion } : {}),
      version: former.version,
    });
    const message = `the present document is of a newer release of Portcullis; version ${former.version} counts until that release is deployed, or the settings are saved again.`;
    const warning = { scope: scope.kind, path: 'schemaVersion', kind: 'ignored', message } as const;
    return { ...documentOf(scope.kind, former.document), warning };
  }
  if (present.unreadable === undefined) return documentOf(scope.kind, document);
  const message = `the ${scope.kind}’s document ${present.unreadable}`;
  return { kind: 'unreadable', problem: { scope: scope.kind, path: '', message } };
}

/** A version's document as it was meant: what another release saved says so. */
export function documentOfVersion({ document, documentSchemaVersion }: SettingsVersion): unknown {
  return withSchemaVersion(document, documentSchemaVersion);
}

/** The scopes that a narrower one's settings are laid over, from wide to narrow. */
export function widerScopes(scope: SettingsScope, projectId: string | undefined): SettingsScope[] {
  const { connectionId } = scope;
  const connection: SettingsScope = { kind: 'connection', connectionId };
  if (scope.kind === 'connection') return [];
  if (scope.kind === 'project' || projectId === undefined) return [connection];
  return [connection, { kind: 'project', connectionId, projectId }];
}

async function newestUnderstood(
  store: SettingsStore,
  scope: SettingsScope,
  present: SettingsDocument,
): Promise<{ version: number; document: unknown } | undefined> {
  const versions = (await store.history(scope)).filter(({ version }) => version !== present.version);
  // What somebody deleted does not come back by itself.
  const deleted = versions.findIndex(({ isDeleted }) => isDeleted);
  return versions
    .slice(0, deleted < 0 ? versions.length : deleted)
    .filter(({ unreadable }) => unreadable === undefined)
    .map((each) => ({ version: each.version, document: documentOfVersion(each) }))
    .find(({ document }) => upgradeDocument(document).kind === 'understood');
}

function documentOf(scope: Scope, document: unknown) {
  return { kind: 'document', document: { scope, document } } as const;
}
