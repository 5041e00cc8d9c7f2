import { Hono } from 'hono';

import type { Connection, SettingsScope, SettingsStore } from '../app/ports';
import { findNamedRepository, readAllProjects, readAllRepositories } from '../app/whole-connection';
import { Failure } from '../core/failures';

import { connectionAnswer } from './connection-answer';
import { connectionOf, needs, visibleConnections } from './guard';
import type { LookUps } from './look-ups';

interface Dependencies {
  settings: SettingsStore;
  lookUps: LookUps;
}

/** What there is: connections, their projects and repositories, and which of these have settings of their own. */
export function directoryRoutes({ settings, lookUps }: Dependencies): Hono {
  const api = new Hono();
  const projects = (connection: Connection) => readAllProjects(lookUps.ask, connection);
  const repositories = (connection: Connection) => readAllRepositories(lookUps.ask, connection);

  api.get('/connections', needs('signed-in'), async (context) =>
    context.json(
      (await visibleConnections(context)).map(({ connection, rights }) => ({
        ...connectionAnswer(connection),
        role: rights.role,
      })),
    ),
  );

  api.get('/connections/:connection/projects', needs('reader'), async (context) => {
    const connection = connectionOf(context);
    const all = await projects(connection);
    const name = context.req.query('name');
    if (name === undefined) return context.json(all);
    const found = all.find((project) => isCalled(project, name));
    if (found) return context.json(found);
    const known = all.length === 0 ? 'it may see none' : `it sees ${listed(all.map((project) => project.name))}`;
    throw new Failure({
      kind: 'notFound',
      message: `Portcullis sees no project ${name} in ${connection.name}; ${known}.`,
    });
  });

  api.get('/connections/:connection/repositories', needs('reader'), async (context) => {
    const connection = connectionOf(context);
    const name = context.req.query('name');
    if (name === undefined) return context.json(await repositories(connection));
    const [project, repository, ...rest] = name.split('/');
    // Nothing is called . or .., and in the path of a request they would lead elsewhere, to another collection say.
    const leadsElsewhere = [project, repository].some((part) => part === '.' || part === '..');
    if (!project || !repository || rest.length > 0 || leadsElsewhere) {
      return context.json({ message: 'Name a repository as project/repository, for instance Shop/web.' }, 400);
    }
    return context.json(await findNamedRepository(lookUps.ask, connection, project, repository));
  });

  api.get('/connections/:connection/settings-documents', needs('reader'), async (context) => {
    const connection = connectionOf(context);
    const documents = (await settings.list(connection.id)).filter(({ isDeleted }) => !isDeleted);
    const [allProjects, allRepositories] = await Promise.all([
      documents.some(({ scope }) => scope.kind === 'project') ? projects(connection) : [],
      documents.some(({ scope }) => scope.kind === 'repository') ? repositories(connection) : [],
    ]);
    // Of what is gone, or may not be seen any more, there is no name: null.
    const nameOf = (scope: SettingsScope): string | null => {
      if (scope.kind === 'connection') return connection.name;
      if (scope.kind === 'project') return allProjects.find(({ id }) => id === scope.projectId)?.name ?? null;
      const found = allRepositories.find(({ id }) => id === scope.repositoryId);
      return found ? `${found.project.name}/${found.name}` : null;
    };
    return context.json(documents.map(({ scope, etag }) => ({ scope, name: nameOf(scope), etag })));
  });

  return api;
}

function isCalled({ id, name }: { id: string; name: string }, wanted: string): boolean {
  return id === wanted.toLowerCase() || name.toLowerCase() === wanted.toLowerCase();
}

function listed(names: readonly string[]): string {
  const most = 10;
  return names.length > most ? `${names.slice(0, most).join(', ')} and ${names.length - most} more` : names.join(', ');
}
