import { ensureListAt, hasRights, putEntry, requireRights } from './access-control';
import { isAdministrator } from './permissions';
import { serviceHooksNamespace, SUBSCRIPTION_RIGHTS } from './security-namespaces';
import type { Identity, State } from './state-model';

/** Rights over service hook subscriptions: of one project, or, at the root, of all and of what has no project. */

const ROOT = 'PublisherSecurity';
const EVERYTHING = 15;

interface OfProject {
  publisherInputs?: Record<string, string> | null | undefined;
}

const tokenOf = ({ publisherInputs }: OfProject): string => {
  const projectId = publisherInputs?.['projectId'] ?? '';
  return projectId === '' ? ROOT : `${ROOT}/${projectId.toLowerCase()}`;
};

export const mayViewSubscription = (state: State, identity: Identity, subscription: OfProject): boolean =>
  hasRights(state, identity, serviceHooksNamespace, tokenOf(subscription), SUBSCRIPTION_RIGHTS.view);

/** Creating, changing and deleting all take Edit. @throws AzureDevOpsError 403 */
export const requireEditSubscription = (state: State, identity: Identity, subscription: OfProject): void =>
  requireRights(state, identity, serviceHooksNamespace, tokenOf(subscription), SUBSCRIPTION_RIGHTS.edit);

/** Allows or takes back rights at the root, as the control over permissions does. */
export function setRootRights(
  state: State,
  identity: Identity,
  wanted: Partial<Record<keyof typeof SUBSCRIPTION_RIGHTS, boolean | undefined>>,
): void {
  if (wanted.view === undefined && wanted.edit === undefined) return;
  const list = ensureListAt(state, serviceHooksNamespace, ROOT);
  let { allow } = list.entries.find(({ identityId }) => identityId === identity.id) ?? { allow: 0 };
  for (const right of ['view', 'edit'] as const) {
    const bit = SUBSCRIPTION_RIGHTS[right];
    if (wanted[right] !== undefined) allow = wanted[right] ? allow | bit : allow & ~bit;
  }
  putEntry(list, { identityId: identity.id, allow, deny: 0 }, false);
}

/** Administrators have every right at the root, from the beginning. */
export function ensureAdministrators(state: State): void {
  if (state.accessControl.some(({ token }) => token === ROOT)) return;
  const list = ensureListAt(state, serviceHooksNamespace, ROOT);
  for (const { id } of state.identities.filter(isAdministrator)) {
    putEntry(list, { identityId: id, allow: EVERYTHING, deny: 0 }, false);
  }
}
