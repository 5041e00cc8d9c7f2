import type { PullRequest, Reviewer } from '../state-model';
import type { Judgement } from './judgement';
import type { ReviewerSettings } from './policy-settings';

/** "Require a minimum number of reviewers". */
export function judgeReviewers(pullRequest: PullRequest, settings: ReviewerSettings): Judgement {
  const newest = pullRequest.iterations.at(-1);
  const onLast = settings.requireVoteOnLastIteration === true || settings.requireVoteOnEachIteration === true;
  const counts = (reviewer: Reviewer): boolean =>
    reviewer.vote > 0 &&
    (settings.creatorVoteCounts === true || reviewer.id !== pullRequest.createdById) &&
    !(settings.blockLastPusherVote === true && reviewer.id === newest?.authorId);
  const approvals = pullRequest.reviewers.filter(counts);
  const needed = settings.minimumApproverCount;
  const against = pullRequest.reviewers.filter(({ vote }) => vote < 0);
  if (settings.allowDownvotes !== true && against.length > 0) {
    const isRejection = against.some(({ vote }) => vote === -10);
    return {
      status: 'rejected',
      reason: isRejection ? 'A reviewer rejected the changes.' : 'A reviewer waits for the author.',
    };
  }
  if (approvals.length < needed) {
    return { status: 'queued', reason: `${approvals.length} of ${needed} required reviewers approved.` };
  }
  if (onLast && newest && !approvals.some(({ votedOnIteration }) => votedOnIteration === newest.id)) {
    return { status: 'queued', reason: 'Nobody has approved the last update yet.' };
  }
  return { status: 'approved', reason: `${approvals.length} of ${needed} required reviewers approved.` };
}
