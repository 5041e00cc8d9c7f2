import { Failure } from '../core/failures';

import { projectPatOf } from './credentials';
import type { AzureDevOps, Connection, ListedRepository } from './ports';

/** Asks a connection's organization, with a project's own PAT where it is asked about one that has it. */
export type AskConnection = <T>(
  connection: Connection,
  use: (azureDevOps: AzureDevOps) => Promise<T>,
  projectId?: string,
) => Promise<T>;

/**
 * The projects that the connection's own credential sees, and those with PATs of their own, by name.
 *
 * @param mustBeWhole throws while the connection's own credential is refused; else these are what others see
 */
export async function readAllProjects(
  ask: AskConnection,
  connection: Connection,
  { mustBeWhole = false } = {},
): Promise<{ id: string; name: string }[]> {
  const read = ask(connection, (azureDevOps) => azureDevOps.readProjects());
  const seen = await (mustBeWhole ? read : unlessRefused(connection, read));
  // With a PAT of its own, nothing but the project itself is looked at: its name is what it was when it got that.
  const others = connection.projectPats
    .filter(({ projectId }) => !seen.some(({ id }) => id === projectId))
    .map(({ projectId, projectName }) => ({ id: projectId, name: projectName }));
  if (others.length === 0) return seen;
  return [...seen, ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The repositories of all of them, by project and name; those of a project with a PAT of its own as that one sees them. */
export async function readAllRepositories(
  ask: AskConnection,
  connection: Connection,
  { mustBeWhole = false } = {},
): Promise<ListedRepository[]> {
  const readOwn = async (projectId: string): Promise<ListedRepository[]> => {
    const found = await ask(connection, (azureDevOps) => azureDevOps.readRepositories(projectId), projectId);
    return found.filter(({ project }) => project.id === projectId);
  };
  const read = ask(connection, (azureDevOps) => azureDevOps.readRepositories());
  const [seen, ...others] = await Promise.all([
    mustBeWhole ? read : unlessRefused(connection, read),
    // Of a project whose PAT is refused, what the connection sees is all that there is to see.
    ...connection.projectPats.map(({ projectId }) => unlessRefused(connection, readOwn(projectId))),
  ]);
  if (others.length === 0) return seen;
  const found = new Map(seen.map((each) => [each.id, each]));
  for (const each of others.flat()) found.set(each.id, each);
  const nameOf = ({ project, name }: ListedRepository): string => `${project.name}/${name}`;
  return [...found.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** A repository by `project/repository` names or ids. */
export async function findNamedRepository(
  ask: AskConnection,
  connection: Connection,
  project: string,
  repository: string,
): ReturnType<AzureDevOps['readRepository']> {
  try {
    return await ask(connection, (azureDevOps) => azureDevOps.readRepository(project, repository));
  } catch (error) {
    const wanted = project.toLowerCase();
    const own =
      projectPatOf(connection, wanted) ??
      connection.projectPats.find(({ projectName }) => projectName.toLowerCase() === wanted);
    if (!own || !isUnseen(error)) throw error;
    const { projectId } = own;
    const found = await ask(connection, (door) => door.readRepository(projectId, repository), projectId);
    if (found.project.id === projectId) return found;
    throw error;
  }
}

/** Where a connection has PATs of projects, one that is refused leaves the others. */
async function unlessRefused<T>({ projectPats }: Connection, read: Promise<T[]>): Promise<T[]> {
  try {
    return await read;
  } catch (error) {
    if (projectPats.length > 0 && error instanceof Failure && error.kind === 'credentialRefused') return [];
    throw error;
  }
}

function isUnseen(error: unknown): boolean {
  return error instanceof Failure && ['notFound', 'permissionMissing', 'credentialRefused'].includes(error.kind);
}
