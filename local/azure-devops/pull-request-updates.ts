import { ZERO_ID, PRIVATE_REFS, type RefChange } from './git-repository';
import { changesOfIteration, trackChanges } from './iteration-changes';
import { repositoryById } from './lookups';
import { resetVotes } from './policies/reset-votes';
import { queuePreviewMerge } from './preview-merge';
import type { Simulation } from './simulation';
import type { Identity, Iteration, PullRequest, Repository } from './state-model';
import { addSystemThread, compactId } from './system-threads';

/** Where a branch of the repository stands; undefined when it does not exist. */
export async function headOf(
  simulation: Simulation,
  repository: Repository,
  refName: string,
): Promise<string | undefined> {
  return (await simulation.git(repository).refs()).get(refName)?.objectId;
}

/** A fork's commits become readable through the target repository, as they are in Azure DevOps. */
export async function bringForkCommits(simulation: Simulation, pullRequest: PullRequest, head: string): Promise<void> {
  if (pullRequest.sourceRepositoryId === pullRequest.repositoryId) return;
  const target = simulation.git(repositoryById(simulation.state, pullRequest.repositoryId));
  const fork = simulation.git(repositoryById(simulation.state, pullRequest.sourceRepositoryId));
  const ref = `${PRIVATE_REFS}forks/${pullRequest.id}`;
  await target.git(['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', fork.directory, `+${head}:${ref}`]);
}

/** Adds the next iteration of a pull request whose source or target changed. */
export async function addIteration(
  simulation: Simulation,
  pullRequest: PullRequest,
  cause: Pick<Iteration, 'reason' | 'pushId' | 'oldTargetRefName' | 'newTargetRefName'> & { actor: Identity },
): Promise<void> {
  const git = simulation.git(repositoryById(simulation.state, pullRequest.repositoryId));
  const [commonCommit, second] = await git.mergeBases(
    pullRequest.lastMergeTargetCommit,
    pullRequest.lastMergeSourceCommit,
  );
  pullRequest.hasMultipleMergeBases = second !== undefined;
  if (!pullRequest.supportsIterations) return;
  const date = simulation.timestamp();
  const { actor, ...rest } = cause;
  const head = await git.commit(pullRequest.lastMergeSourceCommit);
  const iteration: Iteration = {
    ...rest,
    id: 0,
    authorId: actor.id,
    createdDate: date,
    updatedDate: date,
    sourceCommit: pullRequest.lastMergeSourceCommit,
    targetCommit: pullRequest.lastMergeTargetCommit,
    commonCommit,
    description: head?.message.split('\n')[0] ?? '',
  };
  // Before anyone sees the iteration: reading its changes must not race with naming them.
  trackChanges(pullRequest, await changesOfIteration(simulation, pullRequest, iteration));
  iteration.id = pullRequest.iterations.length + 1;
  pullRequest.iterations.push(iteration);
}

/**
 * Everything that follows from refs having moved, by whatever way: the push is recorded, pull requests from those
 * branches get an iteration, pull requests into them are merged again. Call it inside the repository's `exclusively`.
 *
 * @returns the push's id
 */
export async function refsMoved(
  simulation: Simulation,
  repository: Repository,
  actor: Identity,
  changes: readonly RefChange[],
): Promise<number> {
  const pushId = simulation.state.nextPushId++;
  simulation.state.pushes.push({
    id: pushId,
    repositoryId: repository.id,
    date: simulation.timestamp(),
    pushedById: actor.id,
    refUpdates: changes.map(({ name, oldObjectId, newObjectId }) => ({ name, oldObjectId, newObjectId })),
  });
  const branch = changes.find((change) => change.name.startsWith('refs/heads/') && change.newObjectId !== ZERO_ID);
  if (branch) repository.defaultBranch ??= branch.name;
  for (const change of changes) {
    if (change.newObjectId === ZERO_ID) continue;
    for (const pullRequest of simulation.state.pullRequests) {
      if (pullRequest.status !== 'active') continue;
      if (pullRequest.sourceRepositoryId === repository.id && pullRequest.sourceRefName === change.name) {
        await sourceMoved(simulation, pullRequest, actor, change.newObjectId, pushId);
      } else if (pullRequest.repositoryId === repository.id && pullRequest.targetRefName === change.name) {
        // No iteration: only the preview moves when the target does.
        queuePreviewMerge(simulation, pullRequest);
      }
    }
  }
  simulation.changed();
  return pushId;
}

/** A new source commit for an active pull request. */
export async function sourceMoved(
  simulation: Simulation,
  pullRequest: PullRequest,
  actor: Identity,
  newHead: string,
  pushId?: number,
): Promise<void> {
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  const git = simulation.git(repository);
  const oldHead = pullRequest.lastMergeSourceCommit;
  await bringForkCommits(simulation, pullRequest, newHead);
  const isForced = !(await git.isAncestor(oldHead, newHead));
  pullRequest.lastMergeSourceCommit = newHead;
  pullRequest.lastMergeTargetCommit =
    (await headOf(simulation, repository, pullRequest.targetRefName)) ?? pullRequest.lastMergeTargetCommit;
  if (!pullRequest.supportsIterations) pullRequest.firstStatusOfPush = pullRequest.nextStatusId;
  await addIteration(simulation, pullRequest, { reason: isForced ? 'forcePush' : 'push', pushId, actor });
  const added = await git.commitsBetween(newHead, [oldHead, pullRequest.lastMergeTargetCommit], 100);
  addSystemThread(simulation, pullRequest, 'RefUpdate', `The reference ${pullRequest.sourceRefName} was updated.`, {
    CodeReviewRefName: pullRequest.sourceRefName,
    CodeReviewRefNewCommits: added.join(';'),
    CodeReviewRefNewCommitsCount: added.length,
    CodeReviewRefNewHeadCommit: newHead,
    CodeReviewRefUpdatedBy: actor.uniqueName,
    CodeReviewRefUpdatedByDisplayName: actor.displayName,
    CodeReviewRefUpdatedByTfId: compactId(actor.id),
  });
  resetVotes(simulation, pullRequest, actor);
  queuePreviewMerge(simulation, pullRequest);
  simulation.emit({
    eventType: 'git.pullrequest.updated',
    pullRequest,
    actorId: actor.id,
    notificationType: 'PushNotification',
    act: 'updated the source branch of',
  });
}
