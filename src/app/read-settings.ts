import type { PullRequestKey } from '../core/snapshot';
import { resolveSettings, type ResolvedSettings, type ScopedDocument } from '../settings';

import type { SettingsSource } from './evaluate-pull-request';
import type { Log, SettingsStore } from './ports';
import { readScope, type ScopeSettings } from './scope-settings';

/**
 * The settings of a pull request: deployment defaults, then the connection's document, its project's, and its
 * repository's own. Which project that is tells the pull request alone.
 */
export async function readSettings(
  store: SettingsStore,
  { connectionId, repositoryId }: Omit<PullRequestKey, 'pullRequestId'>,
  log: Log,
): Promise<SettingsSource> {
  const [connection, repository] = await Promise.all([
    readScope(store, { kind: 'connection', connectionId }, log),
    readScope(store, { kind: 'repository', connectionId, repositoryId }, log),
  ]);
  let project: Promise<ScopeSettings> | undefined;
  return {
    early: together([connection, repository]),
    of: async (details, more) => {
      project ??= readScope(store, { kind: 'project', connectionId, projectId: details.project.id }, log);
      return together([connection, await project, repository], more);
    },
  };
}

/** What the rows of several scopes make together; one that cannot be read makes them all useless. */
export function together(scopes: readonly ScopeSettings[], more: readonly ScopedDocument[] = []): ResolvedSettings {
  const saved = scopes.flatMap((scope) => (scope.kind === 'document' ? [scope.document] : []));
  const resolved = resolveSettings([...saved, ...more]);
  const unreadable = scopes.flatMap((scope) => (scope.kind === 'unreadable' ? [scope.problem] : []));
  if (unreadable.length === 0) return resolved;
  return { ok: false, problems: [...unreadable, ...(resolved.ok ? [] : resolved.problems)] };
}
