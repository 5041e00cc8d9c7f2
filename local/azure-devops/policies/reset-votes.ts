import type { Simulation } from '../simulation';
import type { Identity, PullRequest } from '../state-model';
import { addSystemThread } from '../system-threads';
import { currentRevision, policiesOfBranch } from './policies-in-force';
import { reviewerSettingsSchema } from './policy-settings';
import { REVIEWER_POLICY } from './policy-types';

/** Takes back the votes that a reviewer policy does not let outlive a push. No service hook tells of it. */
export function resetVotes(simulation: Simulation, pullRequest: PullRequest, pusher: Identity): void {
  const settings = policiesOfBranch(simulation.state, pullRequest.repositoryId, pullRequest.targetRefName)
    .filter(({ typeId }) => typeId === REVIEWER_POLICY)
    .map((policy) => reviewerSettingsSchema.parse(currentRevision(policy).settings));
  const all = settings.some((each) => each.resetRejectionsOnSourcePush === true);
  const approvals = all || settings.some((each) => each.resetOnSourcePush === true);
  const taken = pullRequest.reviewers.filter(({ vote }) => (vote > 0 && approvals) || (vote < 0 && all));
  if (taken.length === 0) return;
  for (const reviewer of taken) reviewer.vote = 0;
  addSystemThread(simulation, pullRequest, 'ResetAllVotes', `${pusher.displayName} reset the votes with a push`, {
    CodeReviewResetAllVotesInitiatorDisplayName: pusher.displayName,
    CodeReviewResetAllVotesInitiatorTfId: pusher.id,
  });
}
