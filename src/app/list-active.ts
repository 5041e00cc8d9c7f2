import { toFailure, type FailureKind } from '../core/failures';
import type { ListedPullRequest } from '../core/listed';
import type { SweepMessage } from '../core/messages';

import { projectPatOf } from './credentials';
import type { AzureDevOps, Connection, Credentials, DoorCredential, Log } from './ports';
import { withCredential } from './with-credential';

interface Dependencies {
  credentials: Credentials;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
  log: Log;
}

/** The PAT has ended, or the project is gone, or its account may not see it any more. */
const USELESS: readonly FailureKind[] = ['credentialRefused', 'notFound', 'permissionMissing'];

export interface ActivePullRequests {
  active: ListedPullRequest[];
  /** Whether these are all that were asked for: of a broken connection, its projects with PATs of their own can be listed. */
  isAll: boolean;
  /** Those that the connection sees; undefined where it was not asked for them. */
  projects: readonly { id: string }[] | undefined;
}

/** Lists what is active in a connection, a project or a repository, each project with the credential that is used there. */
export function createListActive({
  credentials,
  connect,
  log,
}: Dependencies): (connection: Connection, part: SweepMessage) => Promise<ActivePullRequests> {
  const asked = <T>(connection: Connection, use: (door: AzureDevOps) => Promise<T>, projectId?: string): Promise<T> =>
    withCredential(credentials, connection, (credential) => use(connect(connection, credential)), { projectId });

  const activeOfConnection = (connection: Connection, repositoryId: string | undefined) =>
    asked(connection, async (azureDevOps) => {
      const active: ListedPullRequest[] = [];
      const projects = await azureDevOps.readProjects();
      // One project after the other: a sweep leaves the rate limit to the hooks.
      for (const { id } of projects) {
        if (projectPatOf(connection, id)) continue;
        active.push(...(await azureDevOps.readActivePullRequests(id, repositoryId)));
      }
      return { active, projects };
    });

  /** Undefined while the project's own PAT is refused or sees nothing there, which says nothing about the connection. */
  const activeOfProject = async (
    connection: Connection,
    projectId: string,
    repositoryId: string | undefined,
  ): Promise<ListedPullRequest[] | undefined> => {
    try {
      return await asked(connection, (door) => door.readActivePullRequests(projectId, repositoryId), projectId);
    } catch (error) {
      const { kind, message: reason } = toFailure(error);
      if (!projectPatOf(connection, projectId) || !USELESS.includes(kind)) throw error;
      log.error('A project was not swept: give it a new PAT with portcullis pat rotate --project', {
        connectionId: connection.id,
        projectId,
        reason,
      });
      return undefined;
    }
  };

  return async (connection, { projectId, repositoryId }) => {
    if (projectId !== undefined) {
      const active = await activeOfProject(connection, projectId, repositoryId);
      return { active: active ?? [], isAll: active !== undefined, projects: undefined };
    }
    const listed = connection.broken ? undefined : await activeOfConnection(connection, repositoryId);
    const lists = [listed?.active];
    for (const own of connection.projectPats) {
      lists.push(await activeOfProject(connection, own.projectId, repositoryId));
    }
    const seen = lists.filter((list) => list !== undefined);
    return { active: seen.flat(), isAll: seen.length === lists.length, projects: listed?.projects };
  };
}
