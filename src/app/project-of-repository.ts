import { LRUCache } from 'lru-cache';

import { Failure } from '../core/failures';

import type { AzureDevOps, Connection, Credentials, DoorCredential } from './ports';
import { withCredential } from './with-credential';

interface Dependencies {
  credentials: Credentials;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
}

/** A repository stays in its project for as long as it has its id. */
const MOST_KNOWN = 10_000;
const NOT_SEEN = ['notFound', 'permissionMissing', 'credentialRefused'];

/**
 * The project that a repository is in, by Azure DevOps' own word, where that decides which PAT is used; undefined where no
 * project has one. The connection's credential is asked first; then each project's PAT, about that project alone.
 */
export function createProjectOfRepository({
  credentials,
  connect,
}: Dependencies): (connection: Connection, repositoryId: string) => Promise<string | undefined> {
  const known = new LRUCache<string, string>({ max: MOST_KNOWN });

  const seenByConnection = (connection: Connection, repositoryId: string) =>
    withCredential(credentials, connection, async (credential) => {
      const { project } = await connect(connection, credential).findRepository(repositoryId);
      return project.id;
    });
  const seenByProject = (connection: Connection, projectId: string, repositoryId: string) =>
    withCredential(
      credentials,
      connection,
      async (credential) => {
        const { project } = await connect(connection, credential).readRepository(projectId, repositoryId);
        return project.id === projectId ? projectId : undefined;
      },
      { projectId },
    );

  return async (connection, repositoryId) => {
    if (connection.projectPats.length === 0) return undefined;
    const key = `${connection.id}/${repositoryId}`;
    let found = known.get(key) ?? (await unlessUnseen(seenByConnection(connection, repositoryId)));
    for (const { projectId } of connection.projectPats) {
      found ??= await unlessUnseen(seenByProject(connection, projectId, repositoryId));
    }
    if (found !== undefined) known.set(key, found);
    return found;
  };
}

async function unlessUnseen(read: Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Failure && NOT_SEEN.includes(error.kind)) return undefined;
    throw error;
  }
}
