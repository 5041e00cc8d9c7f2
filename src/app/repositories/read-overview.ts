import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Connection, ListedRepository, Log, SettingsDocument, SettingsScope, SettingsStore } from '../ports';
import { readAllProjects, readAllRepositories, type AskConnection } from '../whole-connection';
import { scopeSettingsOf, type ScopeSettings } from '../scope-settings';

import { createGatingUnder, type Gating, type GatingUnder } from './gating';

/** Settings are resolved so long at a time before somebody else has a turn. */
const TURN_MS = 50;

/** A connection, a project or a repository, and what its settings make of it. */
export interface Place {
  scope: SettingsScope;
  /** The project that it is, or is in. */
  projectId: string | undefined;
  /** As people name it: `Shop`, `Shop/web`. */
  name: string;
  present: SettingsDocument | undefined;
  /** What its own document says; a former version of it while this release does not understand the present one. */
  settings: ScopeSettings;
  gating: Gating;
}

export interface ProjectPlace extends Place {
  id: string;
}

export interface RepositoryPlace extends Place {
  repository: ListedRepository;
}

/** Everything that a connection's account may see, with the settings of it all. */
export interface Overview {
  connection: Place;
  /** By name. */
  projects: ProjectPlace[];
  /** By project and name. */
  repositories: RepositoryPlace[];
  /** Documents of what is not there any more, or may not be seen. */
  gone: { scope: SettingsScope; present: SettingsDocument }[];
  /** Remembers what was asked of it so far. */
  gatingUnder: GatingUnder;
}

export interface OverviewSources {
  settings: SettingsStore;
  /** Asks the connection's organization, with the gate's own credential for it, or for a project. */
  ask: AskConnection;
  log: Log;
}

/** Two lists of Azure DevOps and one of the table, however many repositories there are. */
export async function readOverview(sources: OverviewSources, connection: Connection): Promise<Overview> {
  const { settings: store, ask, log } = sources;
  const [[listedProjects, repositories], documents] = await Promise.all([
    Promise.all([
      // What is switched is all that was meant, or nothing.
      readAllProjects(ask, connection, { mustBeWhole: true }),
      readAllRepositories(ask, connection, { mustBeWhole: true }),
    ]),
    store.readAll(connection.id),
  ]);
  const presents = new Map(documents.map((document) => [keyOf(document.scope), document]));
  const gatingUnder = createGatingUnder();
  let turnEnds = performance.now() + TURN_MS;
  const placeAt = async (
    scope: SettingsScope,
    name: string,
    projectId: string | undefined,
    wider: readonly ScopeSettings[],
  ): Promise<Place> => {
    if (performance.now() > turnEnds) {
      await nextTurn();
      turnEnds = performance.now() + TURN_MS;
    }
    const found = presents.get(keyOf(scope));
    const settings = await scopeSettingsOf(store, scope, found, log);
    return { scope, projectId, name, present: found, settings, gating: gatingUnder([...wider, settings]) };
  };

  const { id: connectionId } = connection;
  const whole = await placeAt({ kind: 'connection', connectionId }, connection.name, undefined, []);
  const named = new Map(
    [...listedProjects, ...repositories.map(({ project }) => project)].map((each) => [each.id, each]),
  );
  const projects = new Map<string, ProjectPlace>();
  for (const { id, name } of [...named.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const scope = { kind: 'project', connectionId, projectId: id } as const;
    projects.set(id, { ...(await placeAt(scope, name, id, [whole.settings])), id });
  }
  const places: RepositoryPlace[] = [];
  for (const repository of repositories) {
    const scope = { kind: 'repository', connectionId, repositoryId: repository.id } as const;
    const name = `${repository.project.name}/${repository.name}`;
    const above = [whole.settings, projects.get(repository.project.id)?.settings ?? ({ kind: 'nothing' } as const)];
    places.push({ ...(await placeAt(scope, name, repository.project.id, above)), repository });
  }
  const there = new Set([whole, ...projects.values(), ...places].map(({ scope }) => keyOf(scope)));
  const gone = documents.filter(({ scope, isDeleted }) => !isDeleted && !there.has(keyOf(scope)));
  return {
    connection: whole,
    projects: [...projects.values()],
    repositories: places,
    gone: gone.map(({ scope, ...present }) => ({ scope, present })),
    gatingUnder,
  };
}

/** One name for each scope of a connection. */
export function keyOf(scope: SettingsScope): string {
  switch (scope.kind) {
    case 'connection':
      return 'connection';
    case 'project':
      return `project ${scope.projectId.toLowerCase()}`;
    case 'repository':
      return `repository ${scope.repositoryId.toLowerCase()}`;
  }
}
