import { Failure } from '../core/failures';
import { groupKey } from '../core/group-name';

import { ownPatsOf, postingAs } from './own-pats';
import type { AzureDevOps, Connection, Credentials, DoorCredential, ProjectPat } from './ports';
import { withCredential } from './with-credential';

interface Dependencies {
  credentials: Credentials;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
}

/**
 * The door with which a project's pull requests are judged. A project's PAT is used in that project alone: what is asked
 * about others is asked with the connection's own credential, or `permissionMissing` where that is refused.
 *
 * @param inside the door with the credential for the pull request
 * @param own the PAT that it is, where it is a project's
 */
export function projectDoor(
  { credentials, connect }: Dependencies,
  connection: Connection,
  inside: AzureDevOps,
  own: ProjectPat | undefined,
): AzureDevOps {
  const { projectPats } = connection;
  if (projectPats.length === 0) return inside;

  const outside = async <T>(what: string, use: (door: AzureDevOps) => Promise<T>): Promise<T> => {
    const refusal = new Failure({
      kind: 'permissionMissing',
      message: `Portcullis could not read ${what}: it is not in project ${own?.projectName ?? ''}, and the credential of connection ${connection.name} is refused. Give it a new PAT with portcullis pat rotate.`,
      remedy: 'needs a PAT of the connection that works',
    });
    if (connection.broken) throw refusal;
    try {
      return await withCredential(credentials, connection, (credential) => use(connect(connection, credential)));
    } catch (error) {
      throw error instanceof Failure && error.kind === 'credentialRefused' ? refusal : error;
    }
  };

  const readPullRequest: AzureDevOps['readPullRequest'] = async (key) => {
    const read = await inside.readPullRequest(key);
    const { project } = read;
    const isRight = own ? project.id === own.projectId : projectPats.every(({ projectId }) => projectId !== project.id);
    if (isRight) return read;
    // Nothing was judged or written yet.
    throw new Failure({
      kind: 'superseded',
      message: `Repository ${key.repositoryId} is in project ${project.name} by now, where another PAT is used.`,
    });
  };
  if (!own) return { ...inside, readPullRequest };

  return {
    ...inside,
    readPullRequest,
    findPullRequest: async (number) => {
      const found = await unlessUnseen(inside.findPullRequest(number, own.projectId));
      if (found?.project.id === own.projectId) return found;
      return outside(`pull request ${number}`, (door) => door.findPullRequest(number));
    },
    readGroup: (name) =>
      isGroupOf(own, name) ? inside.readGroup(name) : outside(`group ${name}`, (door) => door.readGroup(name)),
  };
}

/** The door to what is in a repository, and the connection as it posts there. */
export async function openProjectDoor(
  dependencies: Dependencies,
  connection: Connection,
  repositoryId: string,
): Promise<{ azureDevOps: AzureDevOps; connection: Connection }> {
  const own = await ownPatsOf(dependencies).of(connection, repositoryId);
  const credential = await dependencies.credentials.read(connection, { projectId: own?.projectId });
  const azureDevOps = projectDoor(dependencies, connection, dependencies.connect(connection, credential), own);
  return { azureDevOps, connection: postingAs(connection, own) };
}

function isGroupOf({ projectName }: ProjectPat, name: string): boolean {
  return groupKey(name).startsWith(groupKey(`[${projectName}]\\`));
}

async function unlessUnseen<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Failure && (error.kind === 'notFound' || error.kind === 'permissionMissing')) return undefined;
    throw error;
  }
}
