import { commitInList, commitReference, commitUrl } from './commit-shapes';
import { identityRefById } from './identities';
import { projectOf, repositoryById } from './lookups';
import { repositoryReference, repositoryUrl, repositoryWebUrl } from './repository-shapes';
import type { Simulation } from './simulation';
import type { PullRequest, Repository, Reviewer } from './state-model';

/** In lists descriptions end here, without a sign that more follows. */
const LISTED_DESCRIPTION_LIMIT = 400;

export const pullRequestUrl = (simulation: Simulation, repository: Repository, id: number): string =>
  `${repositoryUrl(simulation, repository)}/pullRequests/${id}`;

export const pullRequestWebUrl = (simulation: Simulation, repository: Repository, id: number): string =>
  `${repositoryWebUrl(simulation, repository)}/pullrequest/${id}`;

/** `vstfs:///Git/PullRequestId/…`, the separators escaped in lower case as Azure DevOps writes them. */
export const artifactIdOf = (repository: Repository, id: number): string =>
  `vstfs:///Git/PullRequestId/${repository.projectId}%2f${repository.id}%2f${id}`;

export function reviewerShape(
  simulation: Simulation,
  repository: Repository,
  pullRequest: PullRequest,
  reviewer: Reviewer,
): Record<string, unknown> {
  const votedFor = pullRequest.reviewers.filter(({ id }) => reviewer.votedFor?.includes(id) === true);
  return {
    reviewerUrl: `${pullRequestUrl(simulation, repository, pullRequest.id)}/reviewers/${reviewer.id}`,
    vote: presentVote(pullRequest, reviewer),
    ...(votedFor.length === 0
      ? {}
      : { votedFor: votedFor.map((group) => reviewerShape(simulation, repository, pullRequest, group)) }),
    hasDeclined: reviewer.hasDeclined,
    ...(reviewer.isRequired ? { isRequired: true } : {}),
    isFlagged: reviewer.isFlagged,
    ...identityRefById(simulation, reviewer.id),
  };
}

/** A group votes by its members: the worst of their votes against, or else the best one for. */
function presentVote({ reviewers }: PullRequest, { id, vote }: Reviewer): number {
  const votes = reviewers.filter(({ votedFor }) => votedFor?.includes(id) === true).map((member) => member.vote);
  if (votes.length === 0) return vote;
  const worst = Math.min(...votes);
  return worst < 0 ? worst : Math.max(...votes);
}

export const labelShape = (
  simulation: Simulation,
  repository: Repository,
  pullRequest: PullRequest,
  label: PullRequest['labels'][number],
): Record<string, unknown> => ({
  id: label.id,
  name: label.name,
  active: true,
  url: `${pullRequestUrl(simulation, repository, pullRequest.id)}/labels/${label.id}`,
});

/** What the answer for one pull request, a list's entry and a hook's resource have in common. */
function commonFields(
  simulation: Simulation,
  pullRequest: PullRequest,
  description: string | undefined,
): Record<string, unknown> {
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  const optionalIdentity = (name: string, id: string | undefined): Record<string, unknown> =>
    id === undefined ? {} : { [name]: identityRefById(simulation, id) };
  return {
    repository: repositoryReference(simulation, repository),
    pullRequestId: pullRequest.id,
    codeReviewId: pullRequest.id,
    status: pullRequest.status,
    createdBy: identityRefById(simulation, pullRequest.createdById),
    creationDate: pullRequest.creationDate,
    closedDate: pullRequest.closedDate,
    title: pullRequest.title,
    description,
    sourceRefName: pullRequest.sourceRefName,
    targetRefName: pullRequest.targetRefName,
    mergeStatus: pullRequest.mergeStatus,
    ...(pullRequest.mergeFailureMessage === undefined
      ? {}
      : { mergeFailureType: 'unknown', mergeFailureMessage: pullRequest.mergeFailureMessage }),
    isDraft: pullRequest.isDraft,
    mergeId: pullRequest.mergeId,
    lastMergeSourceCommit: commitReference(simulation, repository, pullRequest.lastMergeSourceCommit),
    lastMergeTargetCommit: commitReference(simulation, repository, pullRequest.lastMergeTargetCommit),
    ...(pullRequest.lastMergeCommit === undefined
      ? {}
      : { lastMergeCommit: commitReference(simulation, repository, pullRequest.lastMergeCommit) }),
    reviewers: pullRequest.reviewers.map((reviewer) => reviewerShape(simulation, repository, pullRequest, reviewer)),
    ...(pullRequest.labels.length === 0
      ? {}
      : { labels: pullRequest.labels.map((label) => labelShape(simulation, repository, pullRequest, label)) }),
    url: pullRequestUrl(simulation, repository, pullRequest.id),
    completionOptions: pullRequest.completionOptions,
    supportsIterations: pullRequest.supportsIterations,
    ...(pullRequest.hasMultipleMergeBases ? { hasMultipleMergeBases: true } : {}),
    completionQueueTime: pullRequest.completionQueueTime,
    ...optionalIdentity('closedBy', pullRequest.closedById),
    ...optionalIdentity('autoCompleteSetBy', pullRequest.autoCompleteSetById),
    ...forkFields(simulation, pullRequest),
  };
}

function forkFields(simulation: Simulation, pullRequest: PullRequest): Record<string, unknown> {
  if (pullRequest.sourceRepositoryId === pullRequest.repositoryId) return {};
  const fork = repositoryById(simulation.state, pullRequest.sourceRepositoryId);
  return {
    forkSource: {
      name: pullRequest.sourceRefName,
      url: `${repositoryUrl(simulation, fork)}/refs/${pullRequest.sourceRefName.replace(/^refs\//, '')}`,
      repository: repositoryReference(simulation, fork),
    },
  };
}

/** An entry of a pull request list. */
export function pullRequestInList(simulation: Simulation, pullRequest: PullRequest): Record<string, unknown> {
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  const project = projectOf(simulation.state, repository);
  return {
    ...commonFields(simulation, pullRequest, pullRequest.description?.slice(0, LISTED_DESCRIPTION_LIMIT)),
    repository: {
      id: repository.id,
      name: repository.name,
      url: repositoryUrl(simulation, repository),
      project: {
        id: project.id,
        name: project.name,
        state: 'unchanged',
      },
    },
  };
}

async function lastMergeCommit(simulation: Simulation, pullRequest: PullRequest): Promise<Record<string, unknown>> {
  if (pullRequest.lastMergeCommit === undefined) return {};
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  const commit = await simulation.git(repository).commit(pullRequest.lastMergeCommit);
  return commit ? { lastMergeCommit: commitInList(simulation, repository, commit) } : {};
}

/** The answer for one pull request. */
export async function pullRequestShape(
  simulation: Simulation,
  pullRequest: PullRequest,
): Promise<Record<string, unknown>> {
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  const url = pullRequestUrl(simulation, repository, pullRequest.id);
  const href = (value: string): { href: string } => ({ href: value });
  return {
    ...commonFields(simulation, pullRequest, pullRequest.description),
    ...(await lastMergeCommit(simulation, pullRequest)),
    _links: {
      self: href(url),
      repository: href(repositoryUrl(simulation, repository)),
      workItems: href(`${url}/workitems`),
      sourceBranch: href(
        `${repositoryUrl(simulation, repositoryById(simulation.state, pullRequest.sourceRepositoryId))}/refs/${pullRequest.sourceRefName.slice(5)}`,
      ),
      targetBranch: href(`${repositoryUrl(simulation, repository)}/refs/${pullRequest.targetRefName.slice(5)}`),
      statuses: href(`${url}/statuses`),
      sourceCommit: href(commitUrl(simulation, repository, pullRequest.lastMergeSourceCommit)),
      targetCommit: href(commitUrl(simulation, repository, pullRequest.lastMergeTargetCommit)),
      createdBy: href(`${simulation.url()}/_apis/Identities/${pullRequest.createdById}`),
      iterations: href(`${url}/iterations`),
    },
    artifactId: artifactIdOf(repository, pullRequest.id),
  };
}

/** The pull request as a service hook carries it. */
export async function pullRequestInHook(
  simulation: Simulation,
  pullRequest: PullRequest,
): Promise<Record<string, unknown>> {
  const repository = repositoryById(simulation.state, pullRequest.repositoryId);
  return {
    ...commonFields(simulation, pullRequest, pullRequest.description),
    ...(await lastMergeCommit(simulation, pullRequest)),
    _links: {
      web: { href: pullRequestWebUrl(simulation, repository, pullRequest.id) },
      statuses: { href: `${pullRequestUrl(simulation, repository, pullRequest.id)}/statuses` },
    },
    artifactId: artifactIdOf(repository, pullRequest.id),
  };
}
