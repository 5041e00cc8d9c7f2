import type { PathChange } from './git-formats';
import { EMPTY_TREE } from './git-repository';
import { repositoryById } from './lookups';
import type { Simulation } from './simulation';
import type { Iteration, PullRequest } from './state-model';

/**
 * What an iteration changes, in path order: against the common commit, or against the source of the iteration
 * `compareTo` when that is given.
 */
export async function changesOfIteration(
  simulation: Simulation,
  pullRequest: PullRequest,
  iteration: Iteration,
  compareTo?: Iteration,
): Promise<readonly PathChange[]> {
  const git = simulation.git(repositoryById(simulation.state, pullRequest.repositoryId));
  const base = compareTo ? compareTo.sourceCommit : (iteration.commonCommit ?? EMPTY_TREE);
  return git.diff(base, iteration.sourceCommit);
}

/** What a pull request changes now, whether it has iterations or not. */
export async function presentChanges(simulation: Simulation, pullRequest: PullRequest): Promise<readonly PathChange[]> {
  const newest = pullRequest.iterations.at(-1);
  if (newest) return changesOfIteration(simulation, pullRequest, newest);
  const git = simulation.git(repositoryById(simulation.state, pullRequest.repositoryId));
  const { lastMergeTargetCommit, lastMergeSourceCommit } = pullRequest;
  const [common] = await git.mergeBases(lastMergeTargetCommit, lastMergeSourceCommit);
  return git.diff(common ?? EMPTY_TREE, lastMergeSourceCommit);
}

/** Gives every changed path its tracking id; a renamed file keeps the id it had under its former name. */
export function trackChanges(pullRequest: PullRequest, changes: readonly PathChange[]): void {
  for (const change of changes) trackingIdOf(pullRequest, change);
}

export function trackingIdOf(pullRequest: PullRequest, change: PathChange): number {
  const known =
    pullRequest.changeTracking[change.path] ??
    (change.originalPath === undefined ? undefined : pullRequest.changeTracking[change.originalPath]);
  const id = known ?? pullRequest.nextChangeTrackingId++;
  pullRequest.changeTracking[change.path] = id;
  return id;
}
