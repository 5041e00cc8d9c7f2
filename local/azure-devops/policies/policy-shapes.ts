import { identityRefById } from '../identities';
import type { Simulation } from '../simulation';
import type { Policy } from '../state-model';
import { findPolicyType } from './policy-types';

const baseUrl = (simulation: Simulation, projectId: string): string => `${simulation.url()}/${projectId}/_apis/policy`;

export function policyTypeShape(simulation: Simulation, projectId: string, id: string): Record<string, unknown> {
  const url = `${baseUrl(simulation, projectId)}/types/${id}`;
  const type = findPolicyType(id);
  return {
    description: type?.description,
    _links: { self: { href: url } },
    id,
    url,
    displayName: type?.displayName,
  };
}

/** A configuration as it stands in one of its revisions; the last one by default. */
export function policyShape(
  simulation: Simulation,
  policy: Policy,
  number = policy.revisions.length,
): Record<string, unknown> {
  const revision = policy.revisions[number - 1];
  if (!revision) throw new Error(`Policy ${policy.id} has no revision ${number}.`);
  const base = baseUrl(simulation, policy.projectId);
  const url = `${base}/configurations/${policy.id}`;
  const typeUrl = `${base}/types/${policy.typeId}`;
  return {
    createdBy: identityRefById(simulation, revision.createdById),
    createdDate: revision.createdDate,
    isEnabled: revision.isEnabled,
    isBlocking: revision.isBlocking,
    isDeleted: revision.isDeleted,
    settings: revision.settings,
    isEnterpriseManaged: false,
    _links: {
      self: { href: url },
      policyType: { href: typeUrl },
    },
    revision: number,
    id: policy.id,
    url,
    type: { id: policy.typeId, url: typeUrl, displayName: findPolicyType(policy.typeId)?.displayName },
  };
}
