import type { SettingsDocument, SettingsScope, SettingsStore, SettingsVersion } from '../ports';

import type { TestClock } from './test-clock';
import type { Wire } from './wire';

export interface FakeSettingsStore {
  port: SettingsStore;
  recorded: { document(scope: SettingsScope): unknown };
  /** Somebody saves a document, whatever stands there, with this release or another. */
  put(scope: SettingsScope, document: unknown, documentSchemaVersion?: number): void;
  /** The present row becomes one that nobody can read, or that a newer release wrote; its history stays. */
  damage(scope: SettingsScope, isNewer?: true): void;
}

const MOST_VERSIONS = 20;

export function createFakeSettingsStore(wire: Wire, clock: TestClock): FakeSettingsStore {
  const rows = new Map<string, { scope: SettingsScope; versions: SettingsVersion[]; etag: string }>();
  let saves = 0;

  const stored = (scope: SettingsScope): SettingsDocument | undefined => {
    const row = rows.get(nameOf(scope));
    const present = row?.versions[0];
    return row && present && { ...copied(present), etag: row.etag };
  };
  const add = (
    scope: SettingsScope,
    version: Pick<
      SettingsVersion,
      'document' | 'savedBy' | 'note' | 'unreadable' | 'isNewer' | 'documentSchemaVersion' | 'isDeleted'
    >,
  ): void => {
    saves += 1;
    const before = rows.get(nameOf(scope))?.versions ?? [];
    const added = { ...version, version: (before[0]?.version ?? 0) + 1, savedAt: clock.now() };
    const versions = [added, ...before].slice(0, MOST_VERSIONS);
    rows.set(nameOf(scope), { scope, versions, etag: `etag-${saves}` });
  };
  const save = (
    scope: SettingsScope,
    document: unknown,
    { savedBy, note = '', documentSchemaVersion }: { savedBy: string; note?: string; documentSchemaVersion?: number },
  ): void => {
    const isDeleted = document === undefined;
    const format = isDeleted || documentSchemaVersion === undefined ? {} : { documentSchemaVersion };
    add(scope, copied({ document, isDeleted, savedBy, note, ...format }));
  };

  return {
    put: (scope, document, documentSchemaVersion) =>
      save(scope, document, {
        savedBy: 'somebody',
        ...(documentSchemaVersion === undefined ? {} : { documentSchemaVersion }),
      }),
    damage: (scope, isNewer) => {
      const unreadable =
        isNewer === true
          ? 'was written by a newer release of Portcullis; deploy that release, or save the settings again.'
          : 'is damaged; restore a version with portcullis settings restore, or save the settings again.';
      const row = { document: undefined, unreadable, isDeleted: false, savedBy: '', note: '' };
      add(scope, { ...row, ...(isNewer === undefined ? {} : { isNewer }) });
    },
    port: {
      read: (scope) => wire.call('settings.read', () => stored(scope)),
      save: (scope, document, by, expectedEtag) =>
        wire.call('settings.save', () => {
          if ((stored(scope)?.etag ?? null) !== expectedEtag) return false;
          save(scope, document, by);
          return true;
        }),
      history: (scope) => wire.call('settings.history', () => (rows.get(nameOf(scope))?.versions ?? []).map(copied)),
      readAll: (connectionId) =>
        wire.call('settings.readAll', () =>
          [...rows.values()]
            .filter(({ scope }) => scope.connectionId === connectionId)
            .flatMap(({ scope }) => {
              const present = stored(scope);
              return present ? [{ ...present, scope }] : [];
            }),
        ),
      list: (connectionId) =>
        wire.call('settings.list', () =>
          [...rows.values()]
            .filter(({ scope }) => scope.connectionId === connectionId)
            .map(({ scope, versions, etag }) => ({ scope, etag, isDeleted: versions[0]?.isDeleted === true })),
        ),
    },
    recorded: { document: (scope) => stored(scope)?.document },
  };
}

/** As JSON keeps it. */
function copied<T extends { document: unknown }>(version: T): T {
  const document: unknown = version.document === undefined ? undefined : JSON.parse(JSON.stringify(version.document));
  return { ...version, document };
}

function nameOf(scope: SettingsScope): string {
  switch (scope.kind) {
    case 'connection':
      return scope.connectionId;
    case 'project':
      return `${scope.connectionId} project ${scope.projectId}`;
    case 'repository':
      return `${scope.connectionId} repository ${scope.repositoryId}`;
  }
}
