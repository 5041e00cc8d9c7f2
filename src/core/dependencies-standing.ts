import type { Reference } from './dependencies';
import type { Dependencies, Dependency } from './dependencies-graph';
import { isSameName } from './dependencies-values';

interface Named {
  id: string;
  name: string;
}

/** How it stands with a pull request that another one names. */
export type Standing =
  | { kind: 'open' | 'draft' | 'completed' | 'abandoned'; place: string; title: string | undefined }
  /** It is in another repository of the project than the line says. */
  | { kind: 'misplaced'; repository: string }
  /** Not in this project, as far as Portcullis sees. */
  | { kind: 'missing' }
  /** Not where the line says, in another project, which Portcullis perhaps may not see. */
  | { kind: 'unknown'; place: string }
  | { kind: 'refused'; message: string; remedy: string }
  /** In another project, and that is not wanted. */
  | { kind: 'foreign' }
  /** Not read. */
  | { kind: 'unread' };

/**
 * What is told of a pull request in another repository is no more than whether it is open: whoever writes the line may not
 * be allowed to see it, unlike Portcullis. So its title is left out, and of another project where it is unless the line
 * says so already.
 */
export function standingOf(
  { number, project, repository }: Reference,
  home: { project: Named; repository: Named },
  graph: Dependencies,
  otherProjects: 'allow' | 'refuse',
): Standing {
  const isHome = project === undefined || isNamed(home.project, project);
  if (!isHome && otherProjects === 'refuse') return { kind: 'foreign' };
  const found = graph[number];
  if (found === undefined) return { kind: 'unread' };
  if (found.kind === 'refused') return found;
  const nowhere: Standing = isHome ? { kind: 'missing' } : { kind: 'unknown', place: `${project}/${repository ?? ''}` };
  if (found.kind === 'notFound' || !isNamed(found.project, isHome ? home.project.id : project)) return nowhere;
  if (repository !== undefined && !isNamed(found.repository, repository)) {
    return isHome ? { kind: 'misplaced', repository: found.repository.name } : nowhere;
  }
  const place = `${found.project.name}/${found.repository.name}`;
  const isSameRepository = found.repository.id === home.repository.id;
  return { kind: stateOf(found), place, title: isSameRepository ? found.title : undefined };
}

function stateOf({ status, isDraft }: Extract<Dependency, { kind: 'found' }>) {
  if (status !== 'active') return status;
  return isDraft ? 'draft' : 'open';
}

/** Addresses may have ids in the place of names. */
function isNamed({ id, name }: Named, given: string): boolean {
  return isSameName(name, given) || id.toLowerCase() === given.toLowerCase();
}
