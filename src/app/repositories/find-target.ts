import { Failure } from '../../core/failures';
import { matchesAnyGlob } from '../../core/glob';
import { mayChange, type Rights } from '../access';

import type { WantedSwitch } from './choose-switches';
import type { Overview } from './read-overview';

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
  const projectIds = projects.map(projectNamedIn(overview));
  if (defaults) return { kind: 'defaults', projectId: projectIds[0] ?? null };
  if (all) return { kind: 'connection' };
  if (repositories.length === 0 && match.length === 0) return { kind: 'projects', ids: projectIds };
  const named = repositories.map(repositoryNamedIn(overview));
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

function projectNamedIn({ projects, connection }: Overview): (wanted: string) => string {
  const ids = idsByName(projects.map(({ id, name }) => ({ id, name })));
  return (wanted) => {
    const id = ids(wanted);
    if (id !== undefined) return id;
    throw new Failure({ kind: 'notFound', message: `Portcullis sees no project ${wanted} in ${connection.name}.` });
  };
}

function repositoryNamedIn({ repositories, connection }: Overview): (wanted: string) => string {
  const ids = idsByName(repositories.map(({ repository, name }) => ({ id: repository.id, name })));
  return (wanted) => {
    const id = ids(wanted);
    if (id !== undefined) return id;
    const message = `Portcullis sees no repository ${wanted} in ${connection.name}; name it as project/repository, for instance Shop/web.`;
    throw new Failure({ kind: 'notFound', message });
  };
}

/** Thousands of names among ten thousands are looked up at once. Ids first: something may be called what another's id is. */
function idsByName(all: readonly { id: string; name: string }[]): (wanted: string) => string | undefined {
  const known = new Set(all.map(({ id }) => id));
  const byName = new Map(all.toReversed().map(({ id, name }) => [name.toLowerCase(), id]));
  return (wanted) => {
    const text = wanted.toLowerCase();
    return known.has(text) ? text : byName.get(text);
  };
}
