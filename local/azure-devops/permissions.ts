import { permissionNeeded } from './errors';
import type { Identity, Permission, Repository, State } from './state-model';

export type RepositoryPermission = 'read' | 'contribute' | 'pullRequestContribute';

const NAMES: Record<RepositoryPermission, string> = {
  read: 'GenericRead',
  contribute: 'GenericContribute',
  pullRequestContribute: 'PullRequestContribute',
};

export function permissionsOf(state: State, identity: Identity, repository: Repository): Permission {
  return (
    state.permissions.find((each) => each.identityId === identity.id && each.repositoryId === repository.id) ?? {
      identityId: identity.id,
      repositoryId: repository.id,
      read: true,
      contribute: true,
      pullRequestContribute: true,
    }
  );
}

export const mayRead = (state: State, identity: Identity, repository: Repository): boolean =>
  identity.licence !== 'stakeholder' && permissionsOf(state, identity, repository).read;

/** @throws AzureDevOpsError 403 TF401027, naming the permission that lacks. */
export function requirePermission(
  state: State,
  identity: Identity,
  repository: Repository,
  permission: RepositoryPermission,
): void {
  if (!permissionsOf(state, identity, repository)[permission]) {
    throw permissionNeeded(NAMES[permission], identity.uniqueName);
  }
}

/** Whoever administers the collection; rights over service hooks alone make nobody that. */
export const isAdministrator = (identity: Identity): boolean => identity.isAdministrator ?? identity.key === 'admin';

/** As administrators may; a test may set either right by itself. */
export const mayEditPolicies = (identity: Identity): boolean => identity.editPolicies ?? isAdministrator(identity);

/** "Bypass policies when completing pull requests", and when pushing. */
export const mayBypassPolicies = (identity: Identity): boolean => identity.bypassPolicies ?? isAdministrator(identity);
