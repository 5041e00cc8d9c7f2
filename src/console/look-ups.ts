import type { Context } from 'hono';

import type { AzureDevOps, Connection, Credentials, DoorCredential, SettingsScope } from '../app/ports';
import { createOwnPats } from '../app/own-pats';
import type { AskConnection } from '../app/whole-connection';
import { withCredential } from '../app/with-credential';
import { Failure } from '../core/failures';

import { connectionOf } from './guard';

export interface LookUps {
  /** The scope that a route names. */
  scopeOf(context: Context): { connection: Connection; scope: SettingsScope };
  /** The id of the project that a repository is in, by Azure DevOps' own word. */
  projectOf: (connection: Connection, repositoryId: string) => Promise<string>;
  /** Asks the connection's organization, with the gate's own credential for it, or for a project. */
  ask: AskConnection;
}

interface Dependencies {
  credentials: Credentials;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
}

export function createLookUps({ credentials, connect }: Dependencies): LookUps {
  const ask: LookUps['ask'] = (connection, use, projectId) =>
    withCredential(credentials, connection, (credential) => use(connect(connection, credential)), { projectId });
  return {
    scopeOf: (context) => {
      const connection = connectionOf(context);
      const { id: connectionId } = connection;
      const project = context.req.param('project');
      const repository = context.req.param('repository');
      if (project !== undefined) {
        const scope = { kind: 'project', connectionId, projectId: idOf('project', project) } as const;
        return { connection, scope };
      }
      if (repository === undefined) return { connection, scope: { kind: 'connection', connectionId } };
      const scope = { kind: 'repository', connectionId, repositoryId: idOf('repository', repository) } as const;
      return { connection, scope };
    },
    projectOf: async (connection, repositoryId) => {
      const id = idOf('repository', repositoryId);
      try {
        return (await ask(connection, (azureDevOps) => azureDevOps.findRepository(id))).project.id;
      } catch (error) {
        // Asked anew each time: what somebody may do hangs on it.
        const own = await createOwnPats({ credentials, connect }).of(connection, id);
        if (own) return own.projectId;
        throw error;
      }
    },
    ask,
  };
}

function idOf(kind: 'project' | 'repository', text: string): string {
  const id = text.toLowerCase();
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  const example = kind === 'project' ? '…/projects?name=project' : '…/repositories?name=project/repository';
  throw new Failure({ kind: 'notFound', message: `Name the ${kind} by its id; ${example} tells it.` });
}
