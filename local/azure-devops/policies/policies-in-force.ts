import { repositoryById } from '../lookups';
import type { Policy, PolicyRevision, State } from '../state-model';
import { coversBranch, scopesOf } from './policy-scope';

export const currentRevision = (policy: Policy): PolicyRevision => {
  const revision = policy.revisions.at(-1);
  if (!revision) throw new Error(`Policy ${policy.id} has no revision.`);
  return revision;
};

/** The policies in force for a branch: enabled, not deleted, in scope. */
export function policiesOfBranch(state: State, repositoryId: string, refName: string): Policy[] {
  const repository = repositoryById(state, repositoryId);
  return state.policies.filter((policy) => {
    const { isEnabled, isDeleted, settings } = currentRevision(policy);
    const isHere = policy.projectId === repository.projectId && isEnabled && !isDeleted;
    return isHere && coversBranch(scopesOf(settings), repository, refName);
  });
}
