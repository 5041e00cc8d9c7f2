import type { Command } from 'commander';
import { z } from 'zod';

import { CliError } from './cli-error';
import type { CallManagement } from './management-client';
import { visible } from './terminal-text';

/** Nothing was learnt or done: never the answer that 1 is. */
const ERROR = 2;

export interface ScopeOptions {
  connection?: string;
  project?: string;
  repository?: string;
}

export interface Connection {
  id: string;
  name: string;
  /** Its management path. */
  path: string;
}

export interface LocatedScope {
  kind: 'connection' | 'project' | 'repository';
  /** The management path of its settings. */
  path: string;
  /** What a person calls it, for a terminal: `repository Shop/web`. */
  name: string;
  /** The wider scopes with settings of their own, from wide to narrow. */
  wider: { path: string; name: string }[];
}

/** A project or repository as the management API names it. */
export const projectSchema = z.object({ id: z.string(), name: z.string() });
export const repositorySchema = projectSchema.extend({ project: projectSchema });

const connectionsSchema = z.array(z.object({ id: z.string(), name: z.string() }));

/** Adds the options that say whose settings are meant. */
export function scoped(command: Command): Command {
  return connected(command)
    .option('--project <name>', 'the settings of one project')
    .option('--repository <project/repository>', 'the settings of one repository, for instance Shop/web');
}

export function connected(command: Command): Command {
  return command.option('--connection <name>', 'the connection, by name or id; needed only when there are several');
}

export async function findConnection(call: CallManagement, wanted: string | undefined): Promise<Connection> {
  const connections = connectionsSchema.parse((await call('GET', '/connections')).body);
  const { id, name } = chooseConnection(connections, wanted);
  return { id, name, path: `/connections/${encodeURIComponent(id)}` };
}

/** Where the settings are that the options mean. */
export async function locate(call: CallManagement, options: ScopeOptions): Promise<LocatedScope> {
  if (options.project !== undefined && options.repository !== undefined) {
    throw new CliError('Name either a --project or a --repository; a repository is named with its project: Shop/web.');
  }
  const connection = await findConnection(call, options.connection);
  const whole = ofConnection(connection);
  if (options.project !== undefined) {
    const query = `?name=${encodeURIComponent(options.project)}`;
    const project = projectSchema.parse((await call('GET', `${connection.path}/projects${query}`)).body);
    return ofProject(connection, project);
  }
  if (options.repository === undefined) return whole;
  const query = `?name=${encodeURIComponent(options.repository)}`;
  return ofRepository(
    connection,
    repositorySchema.parse((await call('GET', `${connection.path}/repositories${query}`)).body),
  );
}

export function ofConnection({ path, name }: Connection): LocatedScope {
  return { kind: 'connection', path: `${path}/settings`, name: visible(`connection ${name}`), wider: [] };
}

export function ofProject(connection: Connection, { id, name }: z.output<typeof projectSchema>): LocatedScope {
  const path = `${connection.path}/projects/${id}/settings`;
  return { kind: 'project', path, name: visible(`project ${name}`), wider: [ofConnection(connection)] };
}

export function ofRepository(
  connection: Connection,
  { id, name, project }: z.output<typeof repositorySchema>,
): LocatedScope {
  return {
    kind: 'repository',
    path: `${connection.path}/repositories/${id}/settings`,
    name: visible(`repository ${project.name}/${name}`),
    wider: [ofConnection(connection), ofProject(connection, project)],
  };
}

function chooseConnection(connections: z.output<typeof connectionsSchema>, wanted: string | undefined) {
  const names = connections.map(({ name }) => name).join(', ');
  const [only, ...others] = connections;
  if (wanted === undefined) {
    if (only && others.length === 0) return only;
    throw new CliError(
      only
        ? `There are several connections (${names}): say which one.`
        : 'No organization is connected yet: portcullis connect <url> connects one.',
      ERROR,
    );
  }
  const found = connections.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase());
  if (!found) {
    const others =
      connections.length === 1 ? `there is ${names}` : names === '' ? 'nothing is connected' : `there are ${names}`;
    throw new CliError(`There is no connection ${wanted}; ${others}.`, ERROR);
  }
  return found;
}
