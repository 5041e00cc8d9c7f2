import { Failure } from '../../core/failures';
import { matchesAnyGlob } from '../../core/glob';
import { mayChange, type Rights } from '../access';

import type { WantedSwitch } from './choose-switches';
import type { Overview, RepositoryPlace } from './read-overview';

/** What somebody means, in names. */
export interface Selection {
  /** `project/repository`, or ids. */
  repositories: readonly string[];
  /** Alone: all that is and will be in them. With globs: where to look. */
  projects: readonly string[];
  /** Globs over `project/repository`; with projects, over the repository's name alone. */
  match: readonly string[];
  all: boolean;
  defaults: boolean;
}

/** The ids of what is meant; `notFound` for what is not there. */
export function findTarget(overview: Overview, selection: Selection): WantedSwitch['target'] {
  const { repositories, projects, match, all, defaults } = selection;
  const projectIds = projects.map((name) => projectNamed(overview, name));
  if (defaults) return { kind: 'defaults', projectId: projectIds[0] ?? null };
  if (all) return { kind: 'connection' };
  if (repositories.length === 0 && match.length === 0) return { kind: 'projects', ids: projectIds };
  const named = repositories.map((name) => repositoryNamed(overview, name).repository.id);
  const matching = match.flatMap((glob) => {
    const found = overview.repositories.filter(({ projectId, name, repository }) =>
      projectIds.length === 0
        ? matchesAnyGlob([glob], name)
        : projectIds.includes(projectId ?? '') && matchesAnyGlob([glob], repository.name),
    );
    if (found.length > 0) return found.map(({ repository }) => repository.id);
    const where = projectIds.length === 0 ? 'of the form project/repository' : 'of repositories in these projects';
    throw new Failure({ kind: 'notFound', message: `No name ${where} matches ${glob}; capitals count.` });
  });
  return { kind: 'repositories', ids: [...new Set([...named, ...matching])] };
}

/** Whether somebody may switch all of it. */
export function maySwitch(rights: Rights, overview: Overview, target: WantedSwitch['target']): boolean {
  switch (target.kind) {
    case 'connection':
      return mayChange(rights, undefined);
    case 'defaults':
      return mayChange(rights, target.projectId ?? undefined);
    case 'projects':
      return target.ids.every((id) => mayChange(rights, id));
    case 'repositories': {
      const ids = new Set(target.ids);
      return overview.repositories
        .filter(({ repository }) => ids.has(repository.id))
        .every(({ projectId }) => mayChange(rights, projectId));
    }
  }
}

function projectNamed({ projects, connection }: Overview, wanted: string): string {
  const found = projects.find(({ id, name }) => id === wanted.toLowerCase() || isCalled(name, wanted));
  if (found) return found.id;
  throw new Failure({ kind: 'notFound', message: `Portcullis sees no project ${wanted} in ${connection.name}.` });
}

function repositoryNamed({ repositories, connection }: Overview, wanted: string): RepositoryPlace {
  const found = repositories.find(
    ({ repository, name }) => repository.id === wanted.toLowerCase() || isCalled(name, wanted),
  );
  if (found) return found;
  const message = `Portcullis sees no repository ${wanted} in ${connection.name}; name it as project/repository, for instance Shop/web.`;
  throw new Failure({ kind: 'notFound', message });
}

function isCalled(name: string, wanted: string): boolean {
  return name.toLowerCase() === wanted.toLowerCase();
}
