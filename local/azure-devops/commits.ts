import { AzureDevOpsError } from './errors';
import { commitInList, commitReference, commitShape } from './commit-shapes';
import type { CommitObject } from './git-formats';
import { EMPTY_TREE } from './git-repository';
import { list, ok, parameter } from './http';
import { repositoryOfRequest } from './lookups';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Repository } from './state-model';
import { resolveVersion, versionOfQuery } from './versions';

export function commitRoutes(simulation: Simulation): Route[] {
  return [
    {
      method: 'GET',
      template: 'git/repositories/:repository/commits',
      async answer(request) {
        const { query } = request;
        const repository = repositoryOfRequest(simulation, request);
        const git = simulation.git(repository);
        const version = versionOfQuery(query, 'searchCriteria.itemVersion.');
        const from = await resolveVersion(simulation, repository, version);
        const skip = query.integer('searchCriteria.$skip') ?? query.integer('$skip') ?? 0;
        const top = query.integer('searchCriteria.$top') ?? query.integer('$top') ?? 100;
        const path = query.text('searchCriteria.itemPath')?.replace(/^\/+/, '');
        const scope = path ? ['--', path] : ['--'];
        const { stdout } = await git.git(['rev-list', `--max-count=${top}`, `--skip=${skip}`, from, ...scope]);
        const ids = stdout.toString('utf8').split('\n').filter(Boolean);
        return list(await commitsInList(simulation, repository, ids));
      },
    },
    {
      method: 'GET',
      template: 'git/repositories/:repository/commits/:commit',
      async answer(request) {
        const repository = repositoryOfRequest(simulation, request);
        const commit = await requireCommit(simulation, repository, parameter(request, 'commit'));
        return ok(commitShape(simulation, repository, commit));
      },
    },
    {
      method: 'GET',
      template: 'git/repositories/:repository/commits/:commit/changes',
      async answer(request) {
        const repository = repositoryOfRequest(simulation, request);
        const git = simulation.git(repository);
        const commit = await requireCommit(simulation, repository, parameter(request, 'commit'));
        const changes = await git.diff(commit.parents[0] ?? EMPTY_TREE, commit.id);
        const counts: Record<string, number> = {};
        for (const { changeType } of changes) counts[changeType] = (counts[changeType] ?? 0) + 1;
        const skip = request.query.integer('skip') ?? 0;
        const page = changes.slice(skip, skip + (request.query.integer('top') ?? changes.length));
        return ok({
          changeCounts: counts,
          changes: page.map((change) => ({
            item: {
              objectId: change.objectId ?? change.originalObjectId,
              ...(change.originalObjectId === undefined ? {} : { originalObjectId: change.originalObjectId }),
              gitObjectType: change.gitObjectType,
              commitId: commit.id,
              path: change.path,
            },
            ...(change.originalPath === undefined ? {} : { sourceServerItem: change.originalPath }),
            changeType: change.changeType,
          })),
        });
      },
    },
    {
      method: 'GET',
      template: 'git/repositories/:repository/commits/:commit/mergebases',
      async answer(request) {
        const repository = repositoryOfRequest(simulation, request);
        const one = await requireCommit(simulation, repository, parameter(request, 'commit'));
        const other = await requireCommit(simulation, repository, request.query.text('otherCommitId') ?? '');
        const bases = await simulation.git(repository).mergeBases(one.id, other.id);
        return list(bases.map((id) => commitReference(simulation, repository, id)));
      },
    },
  ];
}

/** @throws AzureDevOpsError 404 TF401176 */
export async function requireCommit(simulation: Simulation, repository: Repository, id: string): Promise<CommitObject> {
  const commit = /^[0-9a-f]{40}$/i.test(id) ? await simulation.git(repository).commit(id.toLowerCase()) : undefined;
  if (!commit) {
    throw new AzureDevOpsError(
      404,
      'GitCommitDoesNotExistException',
      `TF401176: Cannot find any commits with the commit id ${id} in the repository ${repository.name}.`,
    );
  }
  return commit;
}

/** Commits by id, as lists show them. */
export async function commitsInList(
  simulation: Simulation,
  repository: Repository,
  ids: readonly string[],
): Promise<Record<string, unknown>[]> {
  const git = simulation.git(repository);
  const commits = await Promise.all(ids.map((id) => git.commit(id)));
  return commits.flatMap((commit) => (commit ? [commitInList(simulation, repository, commit)] : []));
}
