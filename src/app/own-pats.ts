import { LRUCache } from 'lru-cache';

import { Failure } from '../core/failures';

import { projectPatOf } from './credentials';
import type { AzureDevOps, Connection, Credentials, DoorCredential, ProjectPat } from './ports';
import { withCredential } from './with-credential';

interface Dependencies {
  credentials: Credentials;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
}

/** Which PAT is used for what is in a repository. */
export interface OwnPats {
  /** That of the project which the repository is in, by Azure DevOps' own word; undefined where it has none. */
  of(connection: Connection, repositoryId: string): Promise<ProjectPat | undefined>;
  /** Asked anew the next time: it seems to be in another project by now. */
  forget(connection: Connection, repositoryId: string): void;
}

const MOST_KNOWN = 10_000;
const NOT_SEEN = ['notFound', 'permissionMissing', 'credentialRefused'];

const all = new WeakMap<Credentials, OwnPats>();

/** One for each process, so that what it learnt is used by all. */
export function ownPatsOf(dependencies: Dependencies): OwnPats {
  const known = all.get(dependencies.credentials) ?? createOwnPats(dependencies);
  all.set(dependencies.credentials, known);
  return known;
}

/** The connection's credential is asked where a repository is, unless it is refused; then each project's, about that project alone. */
export function createOwnPats({ credentials, connect }: Dependencies): OwnPats {
  const known = new LRUCache<string, string>({ max: MOST_KNOWN });
  const keyOf = (connection: Connection, repositoryId: string): string => `${connection.id}/${repositoryId}`;

  const seenByConnection = (connection: Connection, repositoryId: string): Promise<string> =>
    withCredential(credentials, connection, async (credential) => {
      const { project } = await connect(connection, credential).findRepository(repositoryId);
      return project.id;
    });
  const seenByProject = (connection: Connection, projectId: string, repositoryId: string) =>
    withCredential(
      credentials,
      connection,
      async (credential) => {
        const found = await connect(connection, credential).readRepository(projectId, repositoryId);
        return found.project.id === projectId && found.id === repositoryId.toLowerCase() ? projectId : undefined;
      },
      { projectId },
    );

  return {
    async of(connection, repositoryId) {
      if (connection.projectPats.length === 0) return undefined;
      const key = keyOf(connection, repositoryId);
      let found = known.get(key);
      if (!connection.broken) found ??= await unlessUnseen(seenByConnection(connection, repositoryId));
      for (const { projectId } of connection.projectPats) {
        found ??= await unlessUnseen(seenByProject(connection, projectId, repositoryId));
      }
      if (found !== undefined) known.set(key, found);
      return projectPatOf(connection, found);
    },
    forget: (connection, repositoryId) => void known.delete(keyOf(connection, repositoryId)),
  };
}

/** In a project with a PAT of its own, its account is who we are. */
export function postingAs(connection: Connection, own: ProjectPat | undefined): Connection {
  if (!own) return connection;
  const { identities } = connection;
  const first = identities.filter(({ id }) => id === own.accountId);
  return { ...connection, identities: [...first, ...identities.filter(({ id }) => id !== own.accountId)] };
}

/** What is refused with a project's PAT says nothing about the connection, which is not broken for it. */
export function refusalOfProject(error: unknown, { name }: Connection, own: ProjectPat | undefined): unknown {
  if (!own || !(error instanceof Failure) || error.kind !== 'credentialRefused') return error;
  const message = `Azure DevOps refused the PAT of project ${own.projectName}, or there is none: give it a new one with portcullis pat rotate ${name} --project ${own.projectId}.`;
  return new Failure({ kind: 'permissionMissing', message });
}

async function unlessUnseen(read: Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Failure && NOT_SEEN.includes(error.kind)) return undefined;
    throw error;
  }
}
