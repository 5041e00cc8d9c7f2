import { badRequest, projectNotFound, pullRequestNotFound, repositoryNotFound } from './errors';
import { idParameter, parameter, type ApiRequest } from './http';
import { mayRead } from './permissions';
import type { Simulation } from './simulation';
import type { Identity, Project, PullRequest, Repository, State } from './state-model';

/** Names and ids are matched in any case, as Azure DevOps does. */
const isCalled = (wanted: string, each: { id: string; name: string }): boolean =>
  each.id === wanted.toLowerCase() || each.name.toLowerCase() === wanted.toLowerCase();

/** @throws AzureDevOpsError 404 TF200016 */
export function findProject(state: State, nameOrId: string): Project {
  const project = state.projects.find((each) => isCalled(nameOrId, each));
  if (!project) throw projectNotFound(nameOrId);
  return project;
}

export const projectOf = ({ projects }: State, { projectId }: Repository): Project => {
  const project = byId(projects, projectId);
  if (!project) throw projectNotFound(projectId);
  return project;
};

export function repositoryById({ repositories }: State, id: string): Repository {
  const repository = byId(repositories, id);
  if (!repository) throw repositoryNotFound(id);
  return repository;
}

const indexes = new WeakMap<readonly { id: string }[], Map<string, { id: string }>>();

/** A list of a thousand names a repository in each line: they are not looked for one by one. Lists only grow. */
function byId<Item extends { id: string }>(items: readonly Item[], id: string): Item | undefined {
  const known = indexes.get(items) as Map<string, Item> | undefined;
  if (known?.size === items.length) return known.get(id);
  const index = new Map(items.map((item) => [item.id, item]));
  indexes.set(items, index);
  return index.get(id);
}

/**
 * The repository that a path names, by id alone or by name within a project.
 *
 * @throws AzureDevOpsError 404 TF401019 also when the identity may not read it: nobody learns that it exists.
 */
export function findRepository(
  state: State,
  identity: Identity,
  project: string | undefined,
  nameOrId: string,
): Repository {
  const within = project === undefined ? undefined : findProject(state, project);
  const repository = state.repositories.find((each) =>
    within ? each.projectId === within.id && isCalled(nameOrId, each) : each.id === nameOrId.toLowerCase(),
  );
  if (!repository && !within && !/^[0-9a-f-]{36}$/i.test(nameOrId)) {
    throw badRequest('A project name is required in order to reference a Git repository by name.', 'ArgumentException');
  }
  if (!repository || !mayRead(state, identity, repository)) throw repositoryNotFound(nameOrId);
  return repository;
}

/** The repository itself, which also one that is disabled shows. */
export const namedRepository = ({ state }: Simulation, request: ApiRequest): Repository =>
  findRepository(state, request.identity, request.parameters['project'], parameter(request, 'repository'));

/** The repository in which something is asked for; a disabled one hides all that it has. */
export function repositoryOfRequest(simulation: Simulation, request: ApiRequest): Repository {
  const repository = namedRepository(simulation, request);
  if (repository.isDisabled) throw repositoryNotFound(parameter(request, 'repository'));
  return repository;
}

/** @throws AzureDevOpsError 404 TF401180 */
export function pullRequestOfRequest(
  simulation: Simulation,
  request: ApiRequest,
): { repository: Repository; pullRequest: PullRequest } {
  const repository = repositoryOfRequest(simulation, request);
  const id = idParameter(request, 'pullRequest', pullRequestNotFound);
  const pullRequest = simulation.state.pullRequests.find(
    (each) => each.id === id && each.repositoryId === repository.id,
  );
  if (!pullRequest) throw pullRequestNotFound();
  return { repository, pullRequest };
}
