import { isDeepStrictEqual } from 'node:util';

import { findVerdictPolicies } from './policy-faults';
import { isPartial, uncovered } from './policy-partial';
import { scopesOf, type PolicyScope, type PolicyTarget } from './policy-scope';
import type { BranchPolicy, PolicyAdministration, PolicyRepository } from './ports';

/** A policy for branches that were ready, of which the one that was asked for covers all or a part. */
export interface Fold {
  partial: BranchPolicy;
  left: unknown[];
}

/**
 * What is not needed any more beside the policies that were asked for. Others count for nothing here, narrower ones of
 * people above all: whoever wrote them takes them away again, and then nothing would be required there.
 *
 * @param planned where policies will apply that are going to be written
 */
export function foldsOf(
  policies: readonly BranchPolicy[],
  targets: readonly PolicyTarget[],
  identityId: string,
  repositories: readonly PolicyRepository[],
  planned: readonly PolicyScope[],
): Fold[] {
  const inForce = targets
    .flatMap((target) => findVerdictPolicies(policies, target, identityId))
    .filter(({ policy, faults }) => faults.length === 0 && !isPartial(policy));
  const scopes = [...inForce.flatMap((each) => each.scopes), ...planned];
  return policies.filter(isPartial).flatMap((partial) => {
    const left = uncovered(partial, scopes, repositories);
    if (left.length === scopesOf(partial).length) return [];
    return [{ partial, left: leftOf(partial, left) }];
  });
}

function leftOf(partial: BranchPolicy, left: readonly unknown[]): unknown[] {
  const written = partial.settings['scope'];
  const all: unknown[] = Array.isArray(written) ? written : [];
  return all.filter((scope) => {
    const [parsed] = scopesOf({ settings: { scope: [scope] } });
    return parsed === undefined || left.some((each) => isDeepStrictEqual(each, parsed));
  });
}

/** Takes away what is not needed any more. */
export async function applyFold(
  administration: PolicyAdministration,
  projectId: string,
  { partial, left }: Fold,
): Promise<void> {
  if (left.length === 0) await administration.deleteStatusPolicy(projectId, partial.id);
  else
    await administration.updateStatusPolicy(projectId, { ...partial, settings: { ...partial.settings, scope: left } });
}
