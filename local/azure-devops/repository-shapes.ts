import { isServer, SERVER_DIRECTORY } from './flavour';
import { projectOf, repositoryById } from './lookups';
import type { Simulation } from './simulation';
import type { Project, Repository } from './state-model';

export const projectUrl = (simulation: Simulation, project: Project): string =>
  `${simulation.url()}/_apis/projects/${project.id}`;

export const repositoryUrl = (simulation: Simulation, repository: Repository): string =>
  `${simulation.url()}/${repository.projectId}/_apis/git/repositories/${repository.id}`;

/** Where people and `git clone` go: `http://localhost:7080/contoso/Shop/_git/web`. */
export function repositoryWebUrl(simulation: Simulation, repository: Repository): string {
  const project = projectOf(simulation.state, repository);
  return `${simulation.url()}/${encodeURIComponent(project.name)}/_git/${encodeURIComponent(repository.name)}`;
}

export function projectReference(simulation: Simulation, project: Project): Record<string, unknown> {
  return {
    id: project.id,
    name: project.name,
    description: project.description,
    url: projectUrl(simulation, project),
    state: 'wellFormed',
    revision: project.revision,
    visibility: 'private',
    lastUpdateTime: project.lastUpdateTime,
  };
}

/** The repository as it stands inside a pull request or a push: without its branch and its parent. */
export function repositoryReference(simulation: Simulation, repository: Repository): Record<string, unknown> {
  const web = repositoryWebUrl(simulation, repository);
  return {
    id: repository.id,
    name: repository.name,
    url: repositoryUrl(simulation, repository),
    project: projectReference(simulation, projectOf(simulation.state, repository)),
    size: 0,
    remoteUrl: web,
    sshUrl: sshUrlOf(simulation, web.replace(/^\w+:\/\/[^/]+/, '')),
    webUrl: web,
    isDisabled: repository.isDisabled,
    isInMaintenance: false,
    ...(repository.parentId === undefined ? {} : { isFork: true }),
  };
}

const sshUrlOf = ({ state }: Simulation, path: string): string =>
  isServer(state) ? `ssh://localhost:22${path}` : `git@ssh.localhost:v3${path.replace('/_git/', '/')}`;

export function repositoryShape(simulation: Simulation, repository: Repository): Record<string, unknown> {
  return {
    ...repositoryReference(simulation, repository),
    ...(repository.defaultBranch === undefined ? {} : { defaultBranch: repository.defaultBranch }),
  };
}

/** The answer for one repository, which also says what it was forked from. */
export function repositoryWithParent(simulation: Simulation, repository: Repository): Record<string, unknown> {
  if (repository.parentId === undefined) return repositoryShape(simulation, repository);
  const parent = repositoryById(simulation.state, repository.parentId);
  return {
    ...repositoryShape(simulation, repository),
    parentRepository: {
      id: parent.id,
      name: parent.name,
      isFork: parent.parentId !== undefined,
      url: repositoryUrl(simulation, parent),
      remoteUrl: repositoryWebUrl(simulation, parent),
      project: projectReference(simulation, projectOf(simulation.state, parent)),
      collection: collectionReference(simulation),
    },
  };
}

export function collectionReference(simulation: Simulation): Record<string, unknown> {
  const { collectionId, organization } = simulation.state;
  // Collections are the server's affair, not a collection's.
  const server = isServer(simulation.state)
    ? `${new URL(simulation.url()).origin}${SERVER_DIRECTORY}`
    : simulation.url();
  return {
    id: collectionId,
    name: organization,
    url: `${server}/_apis/projectCollections/${collectionId}`,
  };
}
