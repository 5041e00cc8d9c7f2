import { toFailure } from '../../core/failures';
import { scopesOf, scopesText } from '../policy-scope';
import { contextOf, isOurs } from '../policy-suspension';
import type { BranchPolicy, PolicyAdministration } from '../ports';

/** One of our policies, on its way out. */
export interface PolicyToRemove {
  project: { id: string; name: string };
  policyId: number;
  /** `portcullis/verdict`. */
  context: string;
  /** `main of repository 3f0d…`. */
  place: string;
  /** Whether pull requests wait for it. */
  blocks: boolean;
  state: 'toDelete' | 'deleted' | 'failed';
  /** Why it has failed. */
  note: string | null;
}

export interface PolicyRemoval {
  policies: PolicyToRemove[];
  /** Projects of which the policies could not be read. */
  refused: { project: { id: string; name: string }; reason: string }[];
}

/** Our policies of all projects, whoever is authorized by them; nothing is written. Throws `Failure` without the list of projects. */
export async function findPolicies(
  administration: Pick<PolicyAdministration, 'readProjects' | 'readStatusPolicies'>,
): Promise<PolicyRemoval> {
  const removal: PolicyRemoval = { policies: [], refused: [] };
  for (const project of await administration.readProjects()) {
    try {
      const policies = (await administration.readStatusPolicies(project.id)).filter(isOurs);
      removal.policies.push(...policies.map((policy) => toRemove(project, policy)));
    } catch (error) {
      removal.refused.push({ project, reason: toFailure(error).message });
    }
  }
  return removal;
}

/** Deletes what was found, one by one: what fails is named, and the rest goes on. */
export async function removePolicies(
  administration: Pick<PolicyAdministration, 'deleteStatusPolicy'>,
  { policies, refused }: PolicyRemoval,
): Promise<PolicyRemoval> {
  const done: PolicyToRemove[] = [];
  for (const policy of policies) {
    try {
      await administration.deleteStatusPolicy(policy.project.id, policy.policyId);
      done.push({ ...policy, state: 'deleted' });
    } catch (error) {
      const { kind, message } = toFailure(error);
      // Somebody else was faster.
      done.push(kind === 'notFound' ? { ...policy, state: 'deleted' } : { ...policy, state: 'failed', note: message });
    }
  }
  return { policies: done, refused };
}

/** Whether pull requests would wait for ever if the connection left now, as far as anybody knows. */
export function mayBlock({ policies, refused }: PolicyRemoval): boolean {
  return refused.length > 0 || policies.some(({ state, blocks }) => state !== 'deleted' && blocks);
}

function toRemove(project: { id: string; name: string }, policy: BranchPolicy): PolicyToRemove {
  return {
    project,
    policyId: policy.id,
    context: contextOf(policy),
    place: scopesText(scopesOf(policy)),
    blocks: policy.isEnabled && policy.isBlocking,
    state: 'toDelete',
    note: null,
  };
}
