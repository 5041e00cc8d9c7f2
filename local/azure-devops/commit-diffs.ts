import { ok } from './http';
import type { PathChange } from './git-formats';
import { repositoryOfRequest } from './lookups';
import { repositoryUrl } from './repository-shapes';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Repository } from './state-model';
import { resolveVersion } from './versions';

const DEFAULT_TOP = 100;

export function commitDiffRoutes(simulation: Simulation): Route[] {
  return [
    {
      method: 'GET',
      template: 'git/repositories/:repository/diffs/commits',
      async answer(request) {
        const { query } = request;
        const repository = repositoryOfRequest(simulation, request);
        const git = simulation.git(repository);
        const version = (side: 'base' | 'target'): Promise<string> =>
          resolveVersion(simulation, repository, {
            version: query.text(`${side}Version`) ?? query.text(`${side}VersionDescriptor.${side}Version`),
            versionType: query.text(`${side}VersionType`) ?? query.text(`${side}VersionDescriptor.${side}VersionType`),
          });
        const [base, target] = await Promise.all([version('base'), version('target')]);
        const [common] = await git.mergeBases(base, target);
        const from = query.text('diffCommonCommit') === undefined || query.flag('diffCommonCommit') ? common : base;
        const changes = await git.diff(from ?? base, target, true);
        const entries = changes.flatMap((change) => changeEntries(simulation, repository, target, change));
        const skip = query.integer('$skip') ?? 0;
        const page = entries.slice(skip, skip + (query.integer('$top') ?? DEFAULT_TOP));
        const count = async (of: string, without: string): Promise<number> => {
          const { stdout } = await git.git(['rev-list', '--count', of, `^${without}`]);
          return Number(stdout.toString('utf8'));
        };
        return ok({
          allChangesIncluded: skip + page.length >= entries.length,
          changeCounts: countsOf(changes),
          changes: page,
          commonCommit: common,
          baseCommit: base,
          targetCommit: target,
          aheadCount: await count(target, base),
          behindCount: await count(base, target),
        });
      },
    },
  ];
}

function countsOf(changes: readonly PathChange[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { changeType } of changes) {
    const name = changeType.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** A rename shows twice here, unlike in an iteration: under its new path and, deleted, under the former one. */
function changeEntries(
  simulation: Simulation,
  repository: Repository,
  target: string,
  change: PathChange,
): Record<string, unknown>[] {
  const item = (path: string, objectId: string | undefined): Record<string, unknown> => ({
    objectId,
    ...(change.originalObjectId === undefined || objectId === change.originalObjectId
      ? {}
      : { originalObjectId: change.originalObjectId }),
    gitObjectType: change.gitObjectType,
    commitId: target,
    path,
    ...(change.gitObjectType === 'tree' ? { isFolder: true } : {}),
    url: `${repositoryUrl(simulation, repository)}/items${encodeURI(path)}?versionType=Commit&version=${target}`,
  });
  const entry = {
    item: item(change.path, change.objectId ?? change.originalObjectId),
    changeType: change.changeType,
    ...(change.originalPath === undefined ? {} : { sourceServerItem: change.originalPath }),
  };
  if (change.originalPath === undefined) return [entry];
  return [{ item: item(change.originalPath, change.originalObjectId), changeType: 'delete, sourceRename' }, entry];
}
