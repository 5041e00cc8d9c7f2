import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mailOf } from './flavour';
import { ZERO_ID, type GitRepository, type RefChange } from './git-repository';
import { identityById } from './identities';
import { repositoryById } from './lookups';
import { isBypassed, sentence, unmetPolicies } from './policies/completion-rules';
import { commitTree } from './preview-merge';
import { refsMoved } from './pull-request-updates';
import type { Simulation } from './simulation';
import type { Identity, PullRequest } from './state-model';
import { addSystemThread } from './system-threads';

/** Merges for good, after the answer to the PATCH that asked for it: until then the pull request is active and queued. */
export function queueCompletion(simulation: Simulation, pullRequest: PullRequest, actor: Identity): void {
  const source = pullRequest.lastMergeSourceCommit;
  pullRequest.mergeStatus = 'queued';
  pullRequest.completionQueueTime = simulation.timestamp();
  pullRequest.completionRequestedById = actor.id;
  simulation.changed();
  simulation.background(`pull request ${pullRequest.id}`, async () => {
    const repository = repositoryById(simulation.state, pullRequest.repositoryId);
    const sourceRepository = repositoryById(simulation.state, pullRequest.sourceRepositoryId);
    const sourceBranch = await simulation
      .git(repository)
      .exclusively(() => complete(simulation, pullRequest, actor, source));
    if (sourceBranch) {
      await simulation.git(sourceRepository).exclusively(async () => {
        await simulation.git(sourceRepository).updateRefs([sourceBranch]);
        await refsMoved(simulation, sourceRepository, actor, [sourceBranch]);
      });
    }
    simulation.changed();
  });
}

/** @returns the deletion of the source branch when the completion options ask for it */
async function complete(
  simulation: Simulation,
  pullRequest: PullRequest,
  actor: Identity,
  source: string,
): Promise<RefChange | undefined> {
  if (pullRequest.status !== 'active') return undefined;
  delete pullRequest.completionRequestedById;
  if (pullRequest.lastMergeSourceCommit !== source) {
    // A push came in between, and nobody has seen it: it stays for its own preview, which is queued behind this.
    delete pullRequest.completionQueueTime;
    return undefined;
  }
  if (await isRefusedByNow(simulation, pullRequest, actor)) return undefined;
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  const git = simulation.git(repository);
  const target = (await git.refs()).get(pullRequest.targetRefName)?.objectId;
  const merged =
    target === undefined ? undefined : await mergeForGood(simulation, git, pullRequest, actor, target, source);
  if (target === undefined || merged === undefined) {
    pullRequest.mergeStatus = 'conflicts';
    delete pullRequest.completionQueueTime;
    addSystemThread(simulation, pullRequest, 'MergeAttempt', 'The pull request has merge conflicts.', {
      CodeReviewMergeStatus: 'Conflicts',
    });
    simulation.emit({ eventType: 'git.pullrequest.merged', pullRequest, actorId: actor.id });
    return undefined;
  }
  const change = { name: pullRequest.targetRefName, oldObjectId: target, newObjectId: merged };
  await git.updateRefs([change]);
  pullRequest.mergeStatus = 'succeeded';
  pullRequest.lastMergeTargetCommit = target;
  pullRequest.lastMergeCommit = merged;
  pullRequest.status = 'completed';
  pullRequest.closedDate = simulation.timestamp();
  pullRequest.closedById = actor.id;
  delete pullRequest.autoCompleteSetById;
  addSystemThread(
    simulation,
    pullRequest,
    'StatusUpdate',
    `${actor.displayName} updated the pull request status to Completed`,
    {
      CodeReviewStatus: 'Completed',
      CodeReviewStatusUpdateAssociatedCommit: merged,
    },
  );
  simulation.emit({ eventType: 'git.pullrequest.merged', pullRequest, actorId: actor.id });
  simulation.emit({
    eventType: 'git.pullrequest.updated',
    pullRequest,
    actorId: actor.id,
    notificationType: 'StatusUpdateNotification',
    act: 'completed',
  });
  await refsMoved(simulation, repository, actor, [change]);
  if (pullRequest.completionOptions?.deleteSourceBranch !== true) return undefined;
  const sourceRepository = repositoryById(simulation.state, pullRequest.sourceRepositoryId);
  const head = (await simulation.git(sourceRepository).refs()).get(pullRequest.sourceRefName)?.objectId;
  return head === undefined ? undefined : { name: pullRequest.sourceRefName, oldObjectId: head, newObjectId: ZERO_ID };
}

/** What was met when the completion was asked for may not be any more: a push or a red status can have come since. */
async function isRefusedByNow(simulation: Simulation, pullRequest: PullRequest, actor: Identity): Promise<boolean> {
  if (isBypassed(pullRequest, actor)) return false;
  const unmet = await unmetPolicies(simulation, pullRequest);
  if (unmet.length === 0) return false;
  pullRequest.mergeStatus = 'rejectedByPolicy';
  pullRequest.mergeFailureMessage = unmet.map(sentence).join(' ');
  delete pullRequest.completionQueueTime;
  addSystemThread(simulation, pullRequest, 'MergeAttempt', 'The pull request was rejected by policy.', {
    CodeReviewMergeStatus: 'RejectedByPolicy',
  });
  simulation.emit({ eventType: 'git.pullrequest.merged', pullRequest, actorId: actor.id });
  return true;
}

/** @returns the commit that the target branch moves to; undefined on conflicts */
async function mergeForGood(
  simulation: Simulation,
  git: GitRepository,
  pullRequest: PullRequest,
  actor: Identity,
  target: string,
  source: string,
): Promise<string | undefined> {
  const options = pullRequest.completionOptions ?? {};
  const strategy = options.mergeStrategy ?? (options.squashMerge === true ? 'squash' : 'noFastForward');
  const message = options.mergeCommitMessage ?? `Merged PR ${pullRequest.id}: ${pullRequest.title}`;
  if (strategy === 'noFastForward' || strategy === 'squash') {
    const merged = await git.merge(target, source);
    if (merged.state !== 'clean') return undefined;
    const parents = strategy === 'squash' ? [target] : [target, source];
    return commitTree(simulation, git, merged.tree, parents, message, actor);
  }
  const author = identityById(simulation.state, pullRequest.createdById);
  const rebased = await rebase(git, author, target, source);
  if (rebased === undefined || strategy === 'rebase') return rebased;
  const tree = (await git.commit(rebased))?.tree;
  return tree === undefined ? undefined : commitTree(simulation, git, tree, [target, rebased], message, actor);
}

/** Rebasing needs a work tree; it lives in the system's temporary folder for the moment. */
async function rebase(
  git: GitRepository,
  committer: Identity,
  target: string,
  source: string,
): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'portcullis-rebase-'));
  const work = join(directory, 'work');
  try {
    await git.git(['worktree', 'add', '--quiet', '--detach', work, source]);
    const rebased = await git.git(['-C', work, '--git-dir', join(work, '.git'), 'rebase', '--quiet', target], {
      accept: [0, 1],
      environment: { GIT_COMMITTER_NAME: committer.displayName, GIT_COMMITTER_EMAIL: mailOf(committer) },
    });
    if (rebased.code !== 0) return undefined;
    const { stdout } = await git.git(['-C', work, '--git-dir', join(work, '.git'), 'rev-parse', 'HEAD']);
    return stdout.toString('utf8').trim();
  } finally {
    await rm(directory, { recursive: true, force: true });
    await git.git(['worktree', 'prune']);
  }
}
