import { identityById } from '../identities';
import type { Simulation } from '../simulation';
import type { PullRequest } from '../state-model';
import { queueCompletion } from '../complete-pull-request';
import { isUnmet } from './completion-rules';
import { evaluatePolicies } from './evaluation';

export interface AutoComplete {
  /** Says that something changed: pull requests that only waited for their policies are completed, soon. */
  consider(): void;
}

/** Completes pull requests whose auto-complete was set, once no policy stands against it. */
export function createAutoComplete(simulation: Simulation): AutoComplete {
  let isScheduled = false;
  return {
    consider() {
      if (isScheduled || !simulation.state.pullRequests.some(isWaiting)) return;
      isScheduled = true;
      // By the background, so that a simulator that stops waits for it and the answer to the act goes first.
      simulation.background('auto-complete', async () => {
        isScheduled = false;
        for (const pullRequest of simulation.state.pullRequests.filter(isWaiting)) {
          if (await isReady(simulation, pullRequest)) complete(simulation, pullRequest);
        }
      });
    },
  };
}

const isWaiting = (pullRequest: PullRequest): boolean =>
  pullRequest.autoCompleteSetById !== undefined &&
  pullRequest.status === 'active' &&
  !pullRequest.isDraft &&
  // Rejected by policy: the last attempt met one that was not satisfied just then.
  (pullRequest.mergeStatus === 'succeeded' || pullRequest.mergeStatus === 'rejectedByPolicy') &&
  pullRequest.completionRequestedById === undefined;

/** Optional policies are waited for too, unless the completion options leave them out; required ones always. */
async function isReady(simulation: Simulation, pullRequest: PullRequest): Promise<boolean> {
  const ignored = pullRequest.completionOptions?.autoCompleteIgnoreConfigIds ?? [];
  const evaluations = await evaluatePolicies(simulation, pullRequest);
  return !evaluations.some((each) => isUnmet(each) && (each.revision.isBlocking || !ignored.includes(each.policy.id)));
}

function complete(simulation: Simulation, pullRequest: PullRequest): void {
  // Looked at again: the judging took a while.
  if (!isWaiting(pullRequest) || pullRequest.autoCompleteSetById === undefined) return;
  queueCompletion(simulation, pullRequest, identityById(simulation.state, pullRequest.autoCompleteSetById));
}
