import { resolveSettings, type ResolvedSettings } from '../settings';
import type { PullRequestKey } from '../core/snapshot';

import type { SettingsStore } from './ports';

/** The effective settings of a repository: deployment defaults, then the connection's document, then the repository's own. */
export async function readSettings(store: SettingsStore, key: PullRequestKey): Promise<ResolvedSettings> {
  const { connectionId, repositoryId } = key;
  const [connection, repository] = await Promise.all([
    store.read({ kind: 'connection', connectionId }),
    store.read({ kind: 'repository', connectionId, repositoryId }),
  ]);
  return resolveSettings([
    ...(connection ? [{ scope: 'connection' as const, document: connection.document }] : []),
    ...(repository ? [{ scope: 'repository' as const, document: repository.document }] : []),
  ]);
}
