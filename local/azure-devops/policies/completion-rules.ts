import { AzureDevOpsError } from '../errors';
import { mayBypassPolicies } from '../permissions';
import type { Simulation } from '../simulation';
import type { Identity, PullRequest } from '../state-model';
import { evaluatePolicies, type Evaluation } from './evaluation';

export const isUnmet = ({ status }: Evaluation): boolean => status === 'queued' || status === 'rejected';

/** The blocking policies that are not met now. */
export async function unmetPolicies(simulation: Simulation, pullRequest: PullRequest): Promise<Evaluation[]> {
  const evaluations = await evaluatePolicies(simulation, pullRequest);
  return evaluations.filter((each) => each.revision.isBlocking && isUnmet(each));
}

/** Whether policies do not count for this completion: asked for, and the one who completes may. */
export const isBypassed = (pullRequest: PullRequest, actor: Identity): boolean =>
  pullRequest.completionOptions?.bypassPolicy === true && mayBypassPolicies(actor);

/** @throws AzureDevOpsError 403, naming each blocking policy that is not met and why */
export async function requirePoliciesMet(
  simulation: Simulation,
  pullRequest: PullRequest,
  actor: Identity,
): Promise<void> {
  if (isBypassed(pullRequest, actor)) return;
  const unmet = await unmetPolicies(simulation, pullRequest);
  if (unmet.length === 0) return;
  throw new AzureDevOpsError(
    403,
    'GitPullRequestUpdateRejectedByPolicyException',
    `The pull request cannot be completed because required policies are not satisfied: ${unmet.map(sentence).join(' ')}`,
  );
}

/** "Portcullis: Waiting for portcullis/verdict." */
export const sentence = ({ name, reason }: Evaluation): string =>
  `${name}: ${/[.!?…]$/.test(reason) ? reason : `${reason}.`}`;

/** @throws AzureDevOpsError 403 for who asks to bypass policies without the right to */
export function requireBypass(actor: Identity): void {
  if (mayBypassPolicies(actor)) return;
  throw new AzureDevOpsError(
    403,
    'GitNeedsPermissionException',
    `TF401027: You need the Git 'PullRequestBypassPolicy' permission to perform this action. Details: identity '${actor.uniqueName}', scope 'branch'.`,
  );
}
