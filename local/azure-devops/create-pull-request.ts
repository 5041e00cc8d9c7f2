import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AzureDevOpsError, badRequest } from './errors';
import { identityById } from './identities';
import { findOrCreateLabel } from './labels';
import { repositoryById } from './lookups';
import { requirePermission } from './permissions';
import { shortBranch, queuePreviewMerge } from './preview-merge';
import { addIteration, bringForkCommits, headOf } from './pull-request-updates';
import type { Simulation } from './simulation';
import type { Identity, PullRequest, Repository } from './state-model';
import { linkPullRequest } from './work-item-links';

export const TITLE_LIMIT = 400;
export const DESCRIPTION_LIMIT = 4_000;

export const createPullRequestSchema = z.object({
  sourceRefName: z.string(),
  targetRefName: z.string(),
  title: z.string().min(1).max(TITLE_LIMIT),
  description: z.string().max(DESCRIPTION_LIMIT).nullish(),
  isDraft: z.boolean().nullish(),
  reviewers: z.array(z.object({ id: z.string(), isRequired: z.boolean().optional() })).nullish(),
  labels: z.array(z.object({ name: z.string().min(1) })).nullish(),
  workItemRefs: z.array(z.object({ id: z.union([z.string(), z.number()]) })).nullish(),
  forkSource: z.object({ repository: z.object({ id: z.string() }) }).nullish(),
});
export type CreatePullRequest = z.infer<typeof createPullRequestSchema>;

/**
 * Opens a pull request into `repository`.
 *
 * @throws AzureDevOpsError 400 for branches that do not exist, 409 TF401179 when one with these branches is active
 */
export async function createPullRequest(
  simulation: Simulation,
  repository: Repository,
  creator: Identity,
  wanted: CreatePullRequest,
  supportsIterations: boolean,
): Promise<PullRequest> {
  requirePermission(simulation.state, creator, repository, 'pullRequestContribute');
  const source = wanted.forkSource ? repositoryById(simulation.state, wanted.forkSource.repository.id) : repository;
  const [sourceHead, targetHead] = await Promise.all([
    headOf(simulation, source, wanted.sourceRefName),
    headOf(simulation, repository, wanted.targetRefName),
  ]);
  if (sourceHead === undefined || targetHead === undefined) {
    const missing = sourceHead === undefined ? wanted.sourceRefName : wanted.targetRefName;
    throw badRequest(
      `TF401398: The pull request cannot be activated because the source branch and/or the target branch no longer exists, or the requested commits are not available: ${missing}`,
      'GitPullRequestCannotBeActivated',
    );
  }
  if (source === repository && wanted.sourceRefName === wanted.targetRefName) {
    throw badRequest(
      'The source and target branches of a pull request must differ.',
      'GitPullRequestCreationException',
    );
  }
  refuseSecond(simulation, repository, source, wanted);

  const pullRequest: PullRequest = {
    id: simulation.state.nextPullRequestId++,
    repositoryId: repository.id,
    sourceRepositoryId: source.id,
    createdById: creator.id,
    creationDate: simulation.timestamp(),
    title: wanted.title,
    ...(wanted.description ? { description: wanted.description } : {}),
    sourceRefName: wanted.sourceRefName,
    targetRefName: wanted.targetRefName,
    isDraft: wanted.isDraft ?? false,
    status: 'active',
    mergeStatus: 'queued',
    mergeId: randomUUID(),
    lastMergeSourceCommit: sourceHead,
    lastMergeTargetCommit: targetHead,
    hasMultipleMergeBases: false,
    supportsIterations,
    reviewers: (wanted.reviewers ?? []).map((reviewer) => ({
      id: identityById(simulation.state, reviewer.id).id,
      vote: 0,
      isRequired: reviewer.isRequired ?? false,
      hasDeclined: false,
      isFlagged: false,
    })),
    labels: (wanted.labels ?? []).map((label) => findOrCreateLabel(simulation, repository, label.name)),
    iterations: [],
    threads: [],
    statuses: [],
    nextStatusId: 1,
    properties: {},
    changeTracking: {},
    nextChangeTrackingId: 1,
  };
  await bringForkCommits(simulation, pullRequest, sourceHead);
  await addIteration(simulation, pullRequest, { reason: 'create', actor: creator });
  for (const reference of wanted.workItemRefs ?? []) {
    linkPullRequest(simulation, repository, pullRequest, Number(reference.id));
  }
  // Another request may have won while git was asked.
  refuseSecond(simulation, repository, source, wanted);
  simulation.state.pullRequests.push(pullRequest);
  queuePreviewMerge(simulation, pullRequest);
  simulation.emit({ eventType: 'git.pullrequest.created', pullRequest, actorId: creator.id });
  return pullRequest;
}

function refuseSecond(
  simulation: Simulation,
  repository: Repository,
  source: Repository,
  wanted: CreatePullRequest,
): void {
  const exists = simulation.state.pullRequests.some(
    (each) =>
      each.status === 'active' &&
      each.repositoryId === repository.id &&
      each.sourceRepositoryId === source.id &&
      each.sourceRefName === wanted.sourceRefName &&
      each.targetRefName === wanted.targetRefName,
  );
  if (!exists) return;
  throw new AzureDevOpsError(
    409,
    'GitPullRequestExistsException',
    `TF401179: An active pull request for the source and target branch already exists (${shortBranch(wanted.sourceRefName)} into ${shortBranch(wanted.targetRefName)}).`,
  );
}
