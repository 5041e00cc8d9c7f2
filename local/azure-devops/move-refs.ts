import { ZERO_ID, type RefChange } from './git-repository';
import { isProtected } from './policies/protected-branches';
import { refsMoved } from './pull-request-updates';
import type { Simulation } from './simulation';
import type { Identity, Repository } from './state-model';

export type RefUpdateStatus =
  'succeeded' | 'staleOldObjectId' | 'invalidRefName' | 'unresolvableToCommit' | 'rejectedByPolicy';

export interface MovedRefs {
  /** In the order of the requested changes. */
  statuses: RefUpdateStatus[];
  /** The push that was recorded; none when nothing moved. */
  pushId?: number;
}

/** What git refuses in a ref's name; and only the service itself writes outside of branches and tags. */
function isValidRef(name: string): boolean {
  const parts = name.split('/');
  const isOurs = parts[0] === 'refs' && (parts[1] === 'heads' || parts[1] === 'tags') && parts.length > 2;
  const isClean = !/[\s~^:?*[\\]|\.\.|@\{/.test(name);
  return isOurs && isClean && parts.every((part) => part !== '' && !/^\.|\.$|\.lock$/.test(part));
}

/**
 * Moves refs on behalf of someone, each by itself, and lets pull requests follow. `extra` changes (the refs that held new
 * commits) go along without a word.
 */
export async function moveRefs(
  simulation: Simulation,
  repository: Repository,
  actor: Identity,
  changes: readonly RefChange[],
  extra: readonly RefChange[] = [],
): Promise<MovedRefs> {
  const git = simulation.git(repository);
  return git.exclusively(async () => {
    const refs = await git.refs();
    const statuses: RefUpdateStatus[] = [];
    const accepted: RefChange[] = [];
    for (const change of changes) {
      const status = await statusOf(change);
      statuses.push(status);
      if (status === 'succeeded') accepted.push(change);
    }
    if (accepted.length + extra.length > 0) await git.updateRefs([...accepted, ...extra]);
    if (accepted.length === 0) return { statuses };
    return { statuses, pushId: await refsMoved(simulation, repository, actor, accepted) };

    async function statusOf(change: RefChange): Promise<RefUpdateStatus> {
      if (!isValidRef(change.name)) return 'invalidRefName';
      if ((refs.get(change.name)?.objectId ?? ZERO_ID) !== change.oldObjectId) return 'staleOldObjectId';
      if (isProtected(simulation.state, repository, actor, change)) return 'rejectedByPolicy';
      if (change.newObjectId === ZERO_ID) return 'succeeded';
      const object = await git.object(change.newObjectId);
      const isTag = change.name.startsWith('refs/tags/');
      return object?.type === 'commit' || (isTag && object) ? 'succeeded' : 'unresolvableToCommit';
    }
  });
}
