import type { ListedPullRequest } from '../core/listed';

import { allVerdictPolicies } from './policy-faults';
import { planPolicy } from './policy-plan';
import type { UnreadyPullRequest } from './policy-readiness';
import { covers, scopesOf, type PolicyTarget, type PolicyToWrite } from './policy-scope';
import type { BranchPolicy, PolicyRepository } from './ports';

/** What is going to be written for a target, and what keeps it from blocking. */
export interface Plan {
  target: PolicyTarget;
  before: BranchPolicy | undefined;
  after: PolicyToWrite;
  place: string;
  unready: UnreadyPullRequest[];
}

export const isInForce = (policy: BranchPolicy | undefined): boolean =>
  policy !== undefined && policy.isEnabled && policy.isBlocking;

export function plansOf(
  policies: readonly BranchPolicy[],
  targets: readonly PolicyTarget[],
  identityId: string,
): Plan[] {
  const plans: Plan[] = [];
  for (const target of targets) {
    const plan = planPolicy(policies, target, identityId);
    // Two branches may be covered by one policy.
    if (!plan || (plan.before && plans.some(({ before }) => before?.id === plan.before?.id))) continue;
    plans.push({ ...plan, target, unready: [] });
  }
  return plans;
}

/** Pull requests that the policy would newly block: none that another of ours blocks already. */
export function concernOf(
  plan: Plan,
  present: readonly BranchPolicy[],
  repositories: readonly PolicyRepository[],
  identityId: string,
): (listed: ListedPullRequest) => boolean {
  const scopes = scopesOf(plan.after);
  const written = plan.after.settings['scope'];
  // A scope of a kind that this release does not know may be anywhere.
  const isUnknown = !Array.isArray(written) || written.length !== scopes.length;
  const required = allVerdictPolicies(present, identityId).filter(({ faults }) => faults.length === 0);
  return ({ repositoryId, targetBranch }) => {
    const repository = repositories.find(({ id }) => id === repositoryId) ?? { id: repositoryId, defaultBranch: null };
    const place = { repository, refName: targetBranch };
    return (isUnknown || covers(scopes, place)) && !required.some((other) => covers(other.scopes, place));
  };
}

/** Whether the policy applies in that repository alone. */
export function isWithin(policy: PolicyToWrite, repositoryId: string | undefined): boolean {
  const written = policy.settings['scope'];
  const scopes = scopesOf(policy);
  return (
    repositoryId !== undefined &&
    Array.isArray(written) &&
    written.length === scopes.length &&
    scopes.every((scope) => scope.repositoryId === repositoryId)
  );
}
