import type { ProjectAddress } from '../core/azure-devops-url';
import { Failure } from '../core/failures';

import { findVerdictPolicies } from './policy-faults';
import { planPolicy, policyDiff, reportPolicies, type PolicyReport } from './policy-plan';
import type { PolicyTarget } from './policy-scope';
import { isSuspended, suspensionOf } from './policy-suspension';
import type { BranchPolicy, PolicyAdministration } from './ports';

export interface PolicyRequest {
  address: ProjectAddress;
  /** A branch by name or full ref name; undefined = the default branch. */
  branch: string | undefined;
}

/** What is going to be written, for a person to agree to. */
export interface PolicyChange {
  /** `Policy 12, for main of web, will be changed:` */
  heading: string;
  /** One line per value; see `policyDiff`. */
  diff: string[];
}

/** Tells whether the pull requests of a repository or project need the verdict. Throws `Failure`. */
export async function readPolicyReport(
  administration: PolicyAdministration,
  request: PolicyRequest,
  identityId: string | undefined,
): Promise<PolicyReport> {
  const target = await readTarget(administration, request);
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

/**
 * Creates the status policy of a repository or project, or mends the one that is there, once `agree` says so. Changes
 * only what differs; a policy that is fine is not written. Throws `Failure`.
 *
 * @returns what the policies are worth then; undefined when nobody agreed
 */
export async function installPolicy(
  administration: PolicyAdministration,
  request: PolicyRequest,
  identityId: string,
  agree: (change: PolicyChange) => Promise<boolean>,
): Promise<PolicyReport | undefined> {
  const target = await readTarget(administration, request);
  const { id: projectId } = target.project;
  const policies = await administration.readStatusPolicies(projectId);
  const plan = planPolicy(policies, target, identityId);
  if (!plan) return reportPolicies(policies, target, identityId);
  const { before, after, place } = plan;
  const heading =
    before === undefined
      ? `A policy for ${place} will be created:`
      : `Policy ${before.id}, for ${place}, will be changed:`;
  if (!(await agree({ heading, diff: policyDiff(before, after) }))) return undefined;
  const { id, ...rest } = after;
  if (id === undefined) await administration.createStatusPolicy(projectId, rest);
  else await administration.updateStatusPolicy(projectId, { id, ...rest });
  return reportPolicies(await administration.readStatusPolicies(projectId), target, identityId);
}

async function readTarget(
  administration: PolicyAdministration,
  { address, branch }: PolicyRequest,
): Promise<PolicyTarget> {
  const wanted = branch === undefined ? null : branch.startsWith('refs/') ? branch : `refs/heads/${branch}`;
  if (address.repository === undefined) {
    return { project: await administration.readProject(address.project), repository: undefined, refName: wanted };
  }
  const { project, ...repository } = await administration.readRepository(address.project, address.repository);
  const refName = wanted ?? repository.defaultBranch;
  if (refName !== null) return { project, repository, refName };
  throw new Failure({
    kind: 'notFound',
    message: `Repository ${project.name}/${repository.name} has no default branch yet: name the branch with --branch.`,
  });
}
