import type { ProjectAddress } from '../core/azure-devops-url';

import { findVerdictPolicies } from './policy-faults';
import { reportPolicies, type PolicyReport } from './policy-plan';
import type { PolicyTarget } from './policy-scope';
import { isSuspended, suspensionOf } from './policy-suspension';
import { readTargets } from './policy-targets';
import type { BranchPolicy, PolicyAdministration } from './ports';

export interface PolicyRequest {
  address: ProjectAddress;
  /** By name or full ref name, or all below a folder as in `release/*`; undefined = the default branch. */
  branch: string | undefined;
}

/** Tells whether the pull requests of a repository or project need the verdict. Throws `Failure`. */
export async function readPolicyReport(
  administration: PolicyAdministration,
  { address, branch }: PolicyRequest,
  identityId: string | undefined,
): Promise<PolicyReport> {
  const branches = branch === undefined ? [] : [branch];
  const [target] = await readTargets(administration, { address, branches, allRepositories: false });
  if (!target) return { isFine: true, lines: [] };
  const policies = await administration.readStatusPolicies(target.project.id);
  const { isFine, lines } = reportPolicies(policies, target, identityId);
  return { isFine, lines: [...lines, ...(await suspensionLines(administration, policies, target))] };
}

/** Who suspended the policies of the target, and when, as their history tells. */
async function suspensionLines(
  administration: PolicyAdministration,
  policies: readonly BranchPolicy[],
  target: PolicyTarget,
): Promise<string[]> {
  const found = findVerdictPolicies(policies, target, undefined).filter(({ policy }) => isSuspended(policy));
  const lines = found.map(async ({ policy: { id } }) => {
    const since = suspensionOf(await administration.readPolicyRevisions(target.project.id, id));
    if (!since) return [];
    const at = since.at === null ? '' : ` at ${since.at}`;
    return [`Policy ${id} was suspended by ${since.by === '' ? 'somebody' : since.by}${at}.`];
  });
  return (await Promise.all(lines)).flat();
}
