import { installPolicy, readPolicyReport, type PolicyChange, type PolicyRequest } from '../app/policy-install';
import type { PolicyReport } from '../app/policy-plan';
import type { Log } from '../app/ports';
import { administerPolicies, type ConnectedPolicyAdministration } from '../azure-devops/policy-administration';

import { personalCredential } from './personal-credential';

/** Whether the verdict is required, read with the credential of whoever calls. Throws `Failure`. */
export async function policyStatus(
  request: PolicyRequest,
  identityId: string | undefined,
  log: Log,
): Promise<PolicyReport> {
  return withAdministration(request, 'Code (Read)', log, (administration) =>
    readPolicyReport(administration, request, identityId),
  );
}

/** Requires the verdict, with the credential of whoever calls; see `installPolicy`. Throws `Failure`. */
export async function policyInstall(
  request: PolicyRequest,
  identityId: string,
  agree: (change: PolicyChange) => Promise<boolean>,
  log: Log,
): Promise<PolicyReport | undefined> {
  return withAdministration(request, 'Code (Read & write)', log, (administration) =>
    installPolicy(administration, request, identityId, agree),
  );
}

async function withAdministration<T>(
  { address }: PolicyRequest,
  scopes: string,
  log: Log,
  act: (administration: ConnectedPolicyAdministration) => Promise<T>,
): Promise<T> {
  const credential = await personalCredential(address.base, scopes);
  const administration = administerPolicies({ url: address.base, credential, log });
  try {
    return await act(administration);
  } finally {
    administration.dispose();
  }
}
