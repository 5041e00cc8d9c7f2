import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AzureDevOpsError, badRequest } from './errors';
import { created, list, ok, parseBody } from './http';
import { findProject, projectOf, namedRepository, repositoryById } from './lookups';
import { mayRead } from './permissions';
import { repositoryShape, repositoryWithParent } from './repository-shapes';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Repository } from './state-model';

const createSchema = z.object({
  name: z.string().min(1).max(64),
  project: z.object({ id: z.string() }).optional(),
  parentRepository: z.object({ id: z.string() }).optional(),
});

const updateSchema = z.object({
  name: z.string().min(1).max(64).optional(),
  defaultBranch: z.string().optional(),
  isDisabled: z.boolean().optional(),
});

export function repositoryRoutes(simulation: Simulation): Route[] {
  return [
    {
      method: 'GET',
      template: 'git/repositories',
      answer({ identity, parameters }) {
        const name = parameters['project'];
        const project = name === undefined ? undefined : findProject(simulation.state, name);
        const visible = simulation.state.repositories.filter(
          (each) => (!project || each.projectId === project.id) && mayRead(simulation.state, identity, each),
        );
        return list(visible.map((repository) => repositoryShape(simulation, repository)));
      },
    },
    {
      method: 'GET',
      template: 'git/repositories/:repository',
      answer: (request) => ok(repositoryWithParent(simulation, namedRepository(simulation, request))),
    },
    {
      method: 'POST',
      template: 'git/repositories',
      async answer(request) {
        const body = parseBody(request, createSchema);
        const projectName = request.parameters['project'] ?? body.project?.id;
        if (projectName === undefined) throw badRequest('A project is required to create a Git repository.');
        const projectId = findProject(simulation.state, projectName).id;
        const parent = body.parentRepository && repositoryById(simulation.state, body.parentRepository.id);
        return created(
          repositoryWithParent(simulation, await createRepository(simulation, body.name, projectId, parent)),
        );
      },
    },
    {
      method: 'PATCH',
      template: 'git/repositories/:repository',
      answer(request) {
        const repository = namedRepository(simulation, request);
        const body = parseBody(request, updateSchema);
        if (body.name !== undefined) repository.name = body.name;
        if (body.defaultBranch !== undefined) repository.defaultBranch = body.defaultBranch;
        if (body.isDisabled !== undefined) repository.isDisabled = body.isDisabled;
        simulation.changed();
        return ok(repositoryWithParent(simulation, repository));
      },
    },
  ];
}

/**
 * Creates an empty repository, or a fork with the parent's branches and tags.
 *
 * @throws AzureDevOpsError 409 TF400948 when the project has one of that name
 */
export async function createRepository(
  simulation: Simulation,
  name: string,
  projectId: string,
  parent?: Repository,
): Promise<Repository> {
  const { repositories } = simulation.state;
  if (repositories.some((each) => each.projectId === projectId && each.name.toLowerCase() === name.toLowerCase())) {
    throw new AzureDevOpsError(
      409,
      'GitRepositoryNameAlreadyExistsException',
      `TF400948: A Git repository with the name ${name} already exists.`,
    );
  }
  const repository: Repository = {
    id: randomUUID(),
    name,
    projectId,
    defaultBranch: parent?.defaultBranch,
    parentId: parent?.id,
    isDisabled: false,
  };
  const git = await simulation.createGit(repository);
  if (parent) {
    const from = simulation.git(parent).directory;
    await git.git([
      'fetch',
      '--quiet',
      '--no-write-fetch-head',
      from,
      '+refs/heads/*:refs/heads/*',
      '+refs/tags/*:refs/tags/*',
    ]);
    git.forgetRefs();
  }
  projectOf(simulation.state, repository).revision += 1;
  repositories.push(repository);
  simulation.changed();
  return repository;
}
