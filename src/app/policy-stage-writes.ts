import { isDeepStrictEqual } from 'node:util';

import { allVerdictPolicies, type Fault } from './policy-faults';
import { isPartial, PARTIAL_NAME, readyScopes, withScopes } from './policy-partial';
import { planPolicy, policyDiff, policyFor } from './policy-plan';
import { covers, scopesOf, type PolicyToWrite } from './policy-scope';
import { isInForce, type Plan } from './policy-stage-plan';
import { isOurs, isSuspended } from './policy-suspension';
import type { BranchPolicy, PolicyAdministration, PolicyRepository } from './ports';

/** Nothing can count under a policy with one of these: mending it at once keeps nobody from anything. */
const HOPELESS: readonly Fault['kind'][] = ['misspelt', 'otherIdentity'];
/** Under a former identity its verdicts count still, and while nothing is judged no others come. */
const HOPELESS_UNJUDGED: readonly Fault['kind'][] = ['misspelt'];

const SUSPENDED = 'The verdict is suspended here: portcullis policy restore --all first.';

/** Makes the policy what it will be, but optional; of one that is blocking, only what nothing can count under. */
export async function prepare(
  administration: PolicyAdministration,
  projectId: string,
  plan: Plan,
  identityId: string,
  isJudging: boolean,
): Promise<void> {
  const policies = await administration.readStatusPolicies(projectId);
  const fresh = planPolicy(policies, plan.target, identityId);
  // Somebody else was faster, or has suspended it.
  if (!fresh) return;
  const { before, after } = fresh;
  if (!isInForce(before)) {
    plan.before = await write(administration, projectId, before, { ...after, isBlocking: false });
    plan.after = { ...after, id: plan.before.id };
    return;
  }
  const faults = allVerdictPolicies(policies, identityId).find(({ policy }) => policy.id === before?.id)?.faults ?? [];
  const hopeless = faults.filter(({ kind }) => (isJudging ? HOPELESS : HOPELESS_UNJUDGED).includes(kind));
  Object.assign(plan, { before, after });
  if (before === undefined || hopeless.length === 0) return;
  const settings = hopeless.reduce((all, { mended }) => ({ ...all, ...mended }), { ...before.settings });
  plan.before = await write(administration, projectId, before, { ...before, settings });
}

/** Makes the policy blocking; returns what kept it from that. */
export async function block(
  administration: PolicyAdministration,
  projectId: string,
  { target, before, after }: Plan,
  identityId: string,
): Promise<string | null> {
  const policies = await administration.readStatusPolicies(projectId);
  // Whoever broke the glass meanwhile means this one, too.
  if (isBroken(policies)) return SUSPENDED;
  const fresh = planPolicy(policies, target, identityId);
  // Somebody else was faster.
  if (!fresh) return null;
  const isSame = fresh.before?.id === before?.id && isDeepStrictEqual(scopesOf(fresh.after), scopesOf(after));
  if (!isSame) return 'Somebody changed the policies meanwhile: run this again.';
  await write(administration, projectId, fresh.before, fresh.after);
  return null;
}

/** Requires the verdict for those of many branches that are ready; what an earlier call required stays required. */
export async function blockReady(
  administration: PolicyAdministration,
  projectId: string,
  plan: Plan,
  repositories: readonly PolicyRepository[],
  identityId: string,
): Promise<void> {
  const scopes = scopesOf(plan.after);
  if (
    isInForce(plan.before) ||
    scopes.every(({ repositoryId, matchKind }) => repositoryId !== null && matchKind === 'exact')
  )
    return;
  const policies = await administration.readStatusPolicies(projectId);
  if (isBroken(policies)) return;
  const present = policies.find(isPartial);
  const required = allVerdictPolicies(policies, identityId).filter(({ faults }) => faults.length === 0);
  const ready = readyScopes(scopes, repositories, plan.unready).filter(({ repositoryId, refName, matchKind }) => {
    const repository = repositories.find(({ id }) => id === repositoryId);
    const place = { repository, refName, isPrefix: matchKind === 'Prefix' };
    return !required.some((other) => covers(other.scopes, place));
  });
  if (ready.length === 0) return;
  const fresh = policyFor(ready, identityId, PARTIAL_NAME);
  const settings = { ...present?.settings, ...fresh.settings, scope: withScopes(present, ready) };
  await write(administration, projectId, present, { ...fresh, id: present?.id, settings });
}

/** Whether one of ours was suspended in an emergency that has not ended. */
function isBroken(policies: readonly BranchPolicy[]): boolean {
  return policies.some((policy) => isOurs(policy) && isSuspended(policy));
}

async function write(
  administration: PolicyAdministration,
  projectId: string,
  before: BranchPolicy | undefined,
  after: PolicyToWrite,
): Promise<BranchPolicy> {
  const { id, ...policy } = after;
  if (before === undefined || id === undefined) return administration.createStatusPolicy(projectId, policy);
  if (policyDiff(before, after).length === 0) return before;
  return administration.updateStatusPolicy(projectId, { id, ...policy });
}
