import type { Context } from 'hono';

import type { AzureDevOps, Connection, Connections, Credentials, DoorCredential, SettingsScope } from '../app/ports';
import { withCredential } from '../app/with-credential';
import { Failure } from '../core/failures';

export interface LookUps {
  /** The connection that a route names, by id or by name, whatever its case. */
  connectionOf(context: Context): Promise<Connection>;
  /** The scope that a route names. */
  scopeOf(context: Context): Promise<{ connection: Connection; scope: SettingsScope }>;
  /** Asks the connection's organization, with the gate's own credential. */
  ask<T>(connection: Connection, use: (azureDevOps: AzureDevOps) => Promise<T>): Promise<T>;
}

interface Dependencies {
  connections: Connections;
  credentials: Credentials;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
}

export function createLookUps({ connections, credentials, connect }: Dependencies): LookUps {
  const connectionOf: LookUps['connectionOf'] = async (context) => {
    const idOrName = context.req.param('connection') ?? '';
    const all = await connections.list();
    // Ids first: a connection may be called what another's id is.
    const found =
      all.find(({ id }) => id === idOrName) ?? all.find(({ name }) => name.toLowerCase() === idOrName.toLowerCase());
    if (found) return found;
    const known = all.length === 0 ? 'there are none yet' : `there are ${all.map(({ name }) => name).join(', ')}`;
    throw new Failure({ kind: 'notFound', message: `There is no connection ${idOrName}; ${known}.` });
  };
  return {
    connectionOf,
    scopeOf: async (context) => {
      const connection = await connectionOf(context);
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
    ask: (connection, use) =>
      withCredential(credentials, connection, (credential) => use(connect(connection, credential))),
  };
}

function idOf(kind: 'project' | 'repository', text: string): string {
  const id = text.toLowerCase();
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  const example = kind === 'project' ? '…/projects?name=project' : '…/repositories?name=project/repository';
  throw new Failure({ kind: 'notFound', message: `Name the ${kind} by its id; ${example} tells it.` });
}
