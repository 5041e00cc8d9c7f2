import { ZERO_ID, type RefChange } from '../git-repository';
import { mayBypassPolicies } from '../permissions';
import type { Identity, Repository, State } from '../state-model';
import { currentRevision, policiesOfBranch } from './policies-in-force';

export const PUSH_REFUSED =
  'TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.';

/** Whether a push of this change is refused: a branch with a blocking policy moves by pull requests only. New ones may come. */
export function isProtected(state: State, repository: Repository, actor: Identity, change: RefChange): boolean {
  if (change.oldObjectId === ZERO_ID || !change.name.startsWith('refs/heads/') || mayBypassPolicies(actor))
    return false;
  return policiesOfBranch(state, repository.id, change.name).some((policy) => currentRevision(policy).isBlocking);
}
