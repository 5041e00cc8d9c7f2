import { z } from 'zod';
import { queueCompletion } from './complete-pull-request';
import { DESCRIPTION_LIMIT, TITLE_LIMIT } from './create-pull-request';
import { AzureDevOpsError, badRequest } from './errors';
import { enumSchema } from './http';
import { repositoryById } from './lookups';
import { requirePermission } from './permissions';
import { requireBypass, requirePoliciesMet } from './policies/completion-rules';
import { queuePreviewMerge } from './preview-merge';
import { addIteration, headOf, sourceMoved } from './pull-request-updates';
import type { Simulation } from './simulation';
import type { Identity, PullRequest } from './state-model';
import { addSystemThread } from './system-threads';

const strategies = ['noFastForward', 'squash', 'rebase', 'rebaseMerge'] as const;

export const updatePullRequestSchema = z.object({
  title: z.string().min(1).max(TITLE_LIMIT).nullish(),
  description: z.string().max(DESCRIPTION_LIMIT).nullish(),
  isDraft: z.boolean().nullish(),
  targetRefName: z.string().nullish(),
  status: enumSchema(['notSet', 'active', 'abandoned', 'completed', 'all']).nullish(),
  lastMergeSourceCommit: z.object({ commitId: z.string() }).nullish(),
  completionOptions: z
    .looseObject({
      mergeStrategy: enumSchema(strategies, [1, 2, 3, 4]).optional(),
      squashMerge: z.boolean().optional(),
      mergeCommitMessage: z.string().optional(),
      deleteSourceBranch: z.boolean().optional(),
      bypassPolicy: z.boolean().optional(),
      bypassReason: z.string().optional(),
      autoCompleteIgnoreConfigIds: z.array(z.number()).optional(),
    })
    .nullish(),
  autoCompleteSetBy: z.object({ id: z.string() }).nullish(),
});
export type UpdatePullRequest = z.infer<typeof updatePullRequestSchema>;

const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Applies what a PATCH names. Completion is only begun: it goes on after the answer.
 *
 * @throws AzureDevOpsError 400, 403 or 409 when the pull request's state does not allow it
 */
export async function updatePullRequest(
  simulation: Simulation,
  pullRequest: PullRequest,
  actor: Identity,
  wanted: UpdatePullRequest,
): Promise<void> {
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  requirePermission(simulation.state, actor, repository, 'pullRequestContribute');
  const isClosed = pullRequest.status !== 'active';
  if (isClosed && (wanted.targetRefName || wanted.isDraft !== undefined) && wanted.status !== 'active') {
    throw badRequest(
      'TF401181: The pull request cannot be edited due to its state.',
      'GitPullRequestNotEditableException',
    );
  }
  if (wanted.completionOptions?.bypassPolicy === true) requireBypass(actor);
  if (wanted.title) pullRequest.title = wanted.title;
  if (typeof wanted.description === 'string') pullRequest.description = wanted.description;
  if (wanted.completionOptions) {
    pullRequest.completionOptions = { ...pullRequest.completionOptions, ...wanted.completionOptions };
  }
  if (wanted.autoCompleteSetBy) setAutoComplete(pullRequest, actor, wanted.autoCompleteSetBy.id);
  if (typeof wanted.isDraft === 'boolean' && wanted.isDraft !== pullRequest.isDraft) {
    pullRequest.isDraft = wanted.isDraft;
    const act = wanted.isDraft ? 'marked the pull request as a draft' : 'published the pull request';
    addSystemThread(simulation, pullRequest, 'IsDraftUpdate', `${actor.displayName} ${act}`, {
      CodeReviewIsDraft: wanted.isDraft ? 'True' : 'False',
    });
  }
  if (wanted.targetRefName && wanted.targetRefName !== pullRequest.targetRefName) {
    await retarget(simulation, pullRequest, actor, wanted.targetRefName);
  }
  if (wanted.status === 'abandoned') abandon(simulation, pullRequest, actor);
  else if (wanted.status === 'active') await reactivate(simulation, pullRequest, actor);
  else if (wanted.status === 'completed') {
    await begin(simulation, pullRequest, actor, wanted.lastMergeSourceCommit?.commitId);
  }
  simulation.changed();
}

/** People set auto-complete for themselves only. */
function setAutoComplete(pullRequest: PullRequest, actor: Identity, wantedId: string): void {
  const id = wantedId.toLowerCase();
  if (id === '' || id === NOBODY) delete pullRequest.autoCompleteSetById;
  else if (id === actor.id) pullRequest.autoCompleteSetById = actor.id;
  else throw badRequest('Auto-complete can be set only by, and for, the identity that completes the pull request.');
}

async function retarget(
  simulation: Simulation,
  pullRequest: PullRequest,
  actor: Identity,
  targetRefName: string,
): Promise<void> {
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  const head = await headOf(simulation, repository, targetRefName);
  if (head === undefined) throw badRequest(`TF401232: The target branch ${targetRefName} does not exist.`);
  const oldTargetRefName = pullRequest.targetRefName;
  pullRequest.targetRefName = targetRefName;
  pullRequest.lastMergeTargetCommit = head;
  await addIteration(simulation, pullRequest, {
    reason: 'retarget',
    actor,
    oldTargetRefName,
    newTargetRefName: targetRefName,
  });
  queuePreviewMerge(simulation, pullRequest);
}

function abandon(simulation: Simulation, pullRequest: PullRequest, actor: Identity): void {
  if (pullRequest.status === 'abandoned') return;
  requireActive(pullRequest);
  pullRequest.status = 'abandoned';
  pullRequest.closedDate = simulation.timestamp();
  pullRequest.closedById = actor.id;
  delete pullRequest.autoCompleteSetById;
  tellStatus(simulation, pullRequest, actor, 'Abandoned', 'abandoned');
}

async function reactivate(simulation: Simulation, pullRequest: PullRequest, actor: Identity): Promise<void> {
  if (pullRequest.status === 'active') return;
  if (pullRequest.status === 'completed') requireActive(pullRequest);
  const source = repositoryById(simulation.state, pullRequest.sourceRepositoryId);
  const head = await headOf(simulation, source, pullRequest.sourceRefName);
  if (head === undefined) {
    throw badRequest(
      'TF401398: The pull request cannot be activated because the source branch and/or the target branch no longer exists.',
      'GitPullRequestCannotBeActivated',
    );
  }
  pullRequest.status = 'active';
  delete pullRequest.closedDate;
  delete pullRequest.closedById;
  tellStatus(simulation, pullRequest, actor, 'Active', 'reactivated');
  if (head === pullRequest.lastMergeSourceCommit) queuePreviewMerge(simulation, pullRequest);
  else await sourceMoved(simulation, pullRequest, actor, head);
}

async function begin(
  simulation: Simulation,
  pullRequest: PullRequest,
  actor: Identity,
  seenSourceCommit: string | undefined,
): Promise<void> {
  requireActive(pullRequest);
  if (seenSourceCommit === undefined) {
    throw badRequest('The last merge source commit must be given to complete a pull request.');
  }
  if (seenSourceCommit.toLowerCase() !== pullRequest.lastMergeSourceCommit) {
    throw new AzureDevOpsError(
      409,
      'GitPullRequestStaleException',
      'TF401192: The source branch has been modified since the last merge attempt; the pull request cannot be completed.',
    );
  }
  if (pullRequest.isDraft) {
    throw new AzureDevOpsError(
      403,
      'GitPullRequestDraftCannotBeCompletedException',
      'TF402500: A draft pull request cannot be completed; publish it first.',
    );
  }
  await requirePoliciesMet(simulation, pullRequest, actor);
  queueCompletion(simulation, pullRequest, actor);
}

function requireActive(pullRequest: PullRequest): void {
  if (pullRequest.status !== 'active') {
    throw badRequest(
      'TF401181: The pull request cannot be edited due to its state.',
      'GitPullRequestNotEditableException',
    );
  }
}

function tellStatus(
  simulation: Simulation,
  pullRequest: PullRequest,
  actor: Identity,
  status: string,
  act: string,
): void {
  addSystemThread(
    simulation,
    pullRequest,
    'StatusUpdate',
    `${actor.displayName} updated the pull request status to ${status}`,
    { CodeReviewStatus: status },
  );
  simulation.emit({
    eventType: 'git.pullrequest.updated',
    pullRequest,
    actorId: actor.id,
    notificationType: 'StatusUpdateNotification',
    act,
  });
}
