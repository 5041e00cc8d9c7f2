import { z } from 'zod';
import { AzureDevOpsError, badRequest } from './errors';
import { allGroupsOf } from './groups';
import { list, ok, parameter, parseBody } from './http';
import { identityById } from './identities';
import { pullRequestOfRequest, repositoryById } from './lookups';
import { requirePermission } from './permissions';
import { reviewerShape } from './pull-request-shape';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Identity, PullRequest, Reviewer } from './state-model';
import { addSystemThread, compactId } from './system-threads';

const VOTES = new Map([
  [10, 'approved'],
  [5, 'approved with suggestions'],
  [0, 'reset the vote on'],
  [-5, 'is waiting for the author of'],
  [-10, 'rejected'],
]);

const reviewerSchema = z.object({
  id: z.string().optional(),
  vote: z.number().optional(),
  isRequired: z.boolean().optional(),
  isFlagged: z.boolean().optional(),
  hasDeclined: z.boolean().optional(),
  /** A vote that is given again is told again. */
  isReapprove: z.boolean().optional(),
});
type ReviewerChange = z.infer<typeof reviewerSchema>;

export function reviewerRoutes(simulation: Simulation): Route[] {
  const all = 'git/repositories/:repository/pullRequests/:pullRequest/reviewers';
  const change = (method: 'PUT' | 'PATCH'): Route => ({
    method,
    template: `${all}/:reviewer`,
    answer(request) {
      const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
      requirePermission(simulation.state, request.identity, repository, 'pullRequestContribute');
      const id = parameter(request, 'reviewer').toLowerCase();
      const reviewer = changeReviewer(
        simulation,
        pullRequest,
        request.identity,
        id,
        parseBody(request, reviewerSchema),
      );
      return ok(reviewerShape(simulation, repository, pullRequest, reviewer));
    },
  });
  return [
    {
      method: 'GET',
      template: all,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        return list(pullRequest.reviewers.map((each) => reviewerShape(simulation, repository, pullRequest, each)));
      },
    },
    {
      method: 'POST',
      template: all,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        requirePermission(simulation.state, request.identity, repository, 'pullRequestContribute');
        const wanted = parseBody(request, z.array(reviewerSchema.extend({ id: z.string() })));
        const reviewers = wanted.map(({ id, isRequired }) =>
          changeReviewer(simulation, pullRequest, request.identity, id, { isRequired }),
        );
        return list(reviewers.map((each) => reviewerShape(simulation, repository, pullRequest, each)));
      },
    },
    {
      method: 'GET',
      template: `${all}/:reviewer`,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        const id = parameter(request, 'reviewer').toLowerCase();
        const reviewer = pullRequest.reviewers.find((each) => each.id === id);
        if (!reviewer) throw reviewerNotFound(id);
        return ok(reviewerShape(simulation, repository, pullRequest, reviewer));
      },
    },
    change('PUT'),
    change('PATCH'),
    {
      method: 'DELETE',
      template: `${all}/:reviewer`,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        requirePermission(simulation.state, request.identity, repository, 'pullRequestContribute');
        const id = parameter(request, 'reviewer').toLowerCase();
        if (pullRequest.reviewers.some((each) => each.id === id)) {
          pullRequest.reviewers = pullRequest.reviewers.filter((each) => each.id !== id);
          tellReviewers(simulation, pullRequest, request.identity, identityById(simulation.state, id), 'removed');
        }
        return { status: 200 };
      },
    },
  ];
}

const reviewerNotFound = (id: string): AzureDevOpsError =>
  new AzureDevOpsError(404, 'GitPullRequestReviewerNotFoundException', `TF401182: The reviewer ${id} was not found.`);

/**
 * Adds a reviewer, or changes one: people vote for themselves only.
 *
 * @throws AzureDevOpsError 400 for no known vote, 403 for another's vote
 */
export function changeReviewer(
  simulation: Simulation,
  pullRequest: PullRequest,
  actor: Identity,
  reviewerId: string,
  wanted: ReviewerChange,
): Reviewer {
  const subject = identityById(simulation.state, reviewerId);
  let reviewer = pullRequest.reviewers.find((each) => each.id === reviewerId);
  const vote = wanted.vote ?? reviewer?.vote ?? 0;
  if (!VOTES.has(vote)) throw badRequest(`The vote ${vote} is none of 10, 5, 0, -5 and -10.`);
  if (vote !== (reviewer?.vote ?? 0) && vote !== 0 && subject.id !== actor.id) {
    const repository = repositoryById(simulation.state, pullRequest.repositoryId);
    throw new AzureDevOpsError(
      403,
      'GitPullRequestReviewerVoteException',
      `TF401186: ${actor.displayName} cannot vote for ${subject.displayName} in ${repository.name}.`,
    );
  }
  const isNew = !reviewer;
  if (!reviewer) {
    reviewer = { id: subject.id, vote: 0, isRequired: false, hasDeclined: false, isFlagged: false };
    pullRequest.reviewers.push(reviewer);
  }
  reviewer.isRequired = wanted.isRequired ?? reviewer.isRequired;
  reviewer.isFlagged = wanted.isFlagged ?? reviewer.isFlagged;
  reviewer.hasDeclined = wanted.hasDeclined ?? reviewer.hasDeclined;
  if (isNew && vote === 0) tellReviewers(simulation, pullRequest, actor, subject, 'added');
  // A vote that is given again is one for the last update.
  if (wanted.vote !== undefined && subject.id === actor.id) {
    reviewer.votedOnIteration = pullRequest.iterations.at(-1)?.id;
    reviewer.votedFor = groupsAmongReviewers(simulation, pullRequest, subject);
  }
  if (vote !== reviewer.vote || (wanted.isReapprove === true && vote > 0)) {
    reviewer.vote = vote;
    tellVote(simulation, pullRequest, subject, vote, actor);
  }
  simulation.changed();
  return reviewer;
}

/** What a member votes, the member's groups vote, too; leaving a group takes no vote back. */
function groupsAmongReviewers({ state }: Simulation, { reviewers }: PullRequest, voter: Identity): string[] {
  const groups = new Set(allGroupsOf(state, voter).map(({ id }) => id));
  return reviewers.map(({ id }) => id).filter((id) => groups.has(id));
}

function tellVote(
  simulation: Simulation,
  pullRequest: PullRequest,
  voter: Identity,
  vote: number,
  initiator: Identity,
): void {
  addSystemThread(simulation, pullRequest, 'VoteUpdate', `${voter.displayName} voted ${vote}`, {
    CodeReviewVotedByDisplayName: voter.displayName,
    CodeReviewVotedByTfId: voter.id,
    CodeReviewVotedByInitiatorDisplayName: initiator.displayName,
    CodeReviewVotedByInitiatorTfId: initiator.id,
    CodeReviewVoteResult: String(vote),
  });
  simulation.emit({
    eventType: 'git.pullrequest.updated',
    pullRequest,
    actorId: voter.id,
    notificationType: 'ReviewerVoteNotification',
    act: VOTES.get(vote) ?? 'voted on',
  });
}

function tellReviewers(
  simulation: Simulation,
  pullRequest: PullRequest,
  actor: Identity,
  subject: Identity,
  change: 'added' | 'removed',
): void {
  const name = change === 'added' ? 'Added' : 'Removed';
  const content =
    change === 'added'
      ? `${actor.displayName} added ${subject.displayName} as a reviewer`
      : `${actor.displayName} removed ${subject.displayName} from the reviewers`;
  addSystemThread(simulation, pullRequest, 'ReviewersUpdate', content, {
    [`CodeReviewReviewersUpdated${name}DisplayName`]: subject.displayName,
    [`CodeReviewReviewersUpdated${name}TfId`]: compactId(subject.id),
    CodeReviewReviewersUpdatedByDisplayname: actor.displayName,
    CodeReviewReviewersUpdatedByTfId: compactId(actor.id),
    CodeReviewReviewersUpdatedNumAdded: change === 'added' ? 1 : 0,
    CodeReviewReviewersUpdatedNumRemoved: change === 'removed' ? 1 : 0,
  });
  simulation.changed();
  simulation.emit({
    eventType: 'git.pullrequest.updated',
    pullRequest,
    actorId: actor.id,
    notificationType: 'ReviewersUpdateNotification',
    act: 'changed the reviewer list on',
  });
}
