import {
  applyBreakGlass,
  planBreakGlass,
  type BreakGlassAction,
  type BreakGlassReport,
} from '../app/policy-break-glass';
import { readPolicyReport, type PolicyRequest } from '../app/policy-status';
import type { PolicyReport } from '../app/policy-plan';
import { installInStages, type StagedInstall } from '../app/policy-stages';
import type { StagedReport } from '../app/policy-stages-text';
import type { Log } from '../app/ports';
import { administerHookRights } from '../azure-devops/connect';
import { administerPolicies, type ConnectedPolicyAdministration } from '../azure-devops/policy-administration';

import { personalCredential } from './personal-credential';
import { personalNetwork } from './personal-network';

/** Whether the verdict is required, read with the credential of whoever calls. Throws `Failure`. */
export async function policyStatus(
  request: PolicyRequest,
  identityId: string | undefined,
  log: Log,
): Promise<PolicyReport> {
  return withAdministration(request.address.base, 'Code (Read)', log, (administration) =>
    readPolicyReport(administration, request, identityId),
  );
}

/** Requires the verdict in stages, with the credential of whoever calls; see `installInStages`. Throws `Failure`. */
export async function policyInstall(
  staged: Omit<StagedInstall, 'administration'>,
  log: Log,
): Promise<StagedReport | undefined> {
  return withAdministration(staged.request.address.base, 'Code (Read & write)', log, (administration) =>
    installInStages({ ...staged, administration }),
  );
}

/**
 * Suspends our policies in all projects of an organization or a collection, or restores them, with the credential of
 * whoever calls and nothing else; see `planBreakGlass`. Throws `Failure`.
 *
 * @param agree is asked when there is something to write; what it was shown is returned when it says no
 */
export async function breakGlass(
  base: string,
  action: BreakGlassAction,
  agree: (plan: BreakGlassReport) => Promise<boolean>,
  log: Log,
): Promise<BreakGlassReport> {
  return withAdministration(base, 'Code (Read & write)', log, async (administration) => {
    const plan = await planBreakGlass(administration, action);
    const isNothing = plan.policies.every(({ state }) => state !== 'toChange');
    return isNothing || !(await agree(plan)) ? plan : applyBreakGlass(administration, action, plan);
  });
}

/**
 * What Azure DevOps itself calls an account that a policy is going to trust; undefined where whoever calls may not ask:
 * for that, a PAT needs Identity (Read).
 */
export async function accountName(base: string, identityId: string, log: Log): Promise<string | undefined> {
  const credential = await personalCredential(base, 'Identity (Read)');
  const door = administerHookRights({ url: base, network: personalNetwork(base), credential, log });
  try {
    return await door.readAccount(identityId);
  } catch {
    return undefined;
  } finally {
    door.dispose();
  }
}

async function withAdministration<T>(
  base: string,
  scopes: string,
  log: Log,
  act: (administration: ConnectedPolicyAdministration) => Promise<T>,
): Promise<T> {
  const credential = await personalCredential(base, scopes);
  const administration = administerPolicies({ url: base, network: personalNetwork(base), credential, log });
  try {
    return await act(administration);
  } finally {
    administration.dispose();
  }
}
