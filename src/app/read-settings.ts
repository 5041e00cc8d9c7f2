import type { PullRequestKey } from '../core/snapshot';
import { resolveSettings } from '../settings';

import type { SettingsSource } from './evaluate-pull-request';
import type { SettingsStore } from './ports';

/** The effective settings of a repository: deployment defaults, then the connection's document, then the repository's own. */
export async function readSettings(store: SettingsStore, key: PullRequestKey): Promise<SettingsSource> {
  const { connectionId, repositoryId } = key;
  const [connection, repository] = await Promise.all([
    store.read({ kind: 'connection', connectionId }),
    store.read({ kind: 'repository', connectionId, repositoryId }),
  ]);
  const documents = [
    ...(connection ? [{ scope: 'connection' as const, document: connection.document }] : []),
    ...(repository ? [{ scope: 'repository' as const, document: repository.document }] : []),
  ];
  const early = resolveSettings(documents);
  return { early, of: async (_, more) => (more ? resolveSettings([...documents, ...more]) : early) };
}
