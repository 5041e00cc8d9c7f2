import { closeThreads, type ClosedThreads } from '../app/disconnect/close-threads';
import { findPolicies, removePolicies, type PolicyRemoval } from '../app/disconnect/remove-policies';
import { removeAllHooks } from '../app/hooks/remove-all-hooks';
import type { Log } from '../app/ports';
import {
  administerHookRights,
  connectAzureDevOps,
  connectServiceHooks,
  type ConnectOptions,
} from '../azure-devops/connect';
import { administerPolicies } from '../azure-devops/policy-administration';

import { personalCredential } from './personal-credential';
import { personalNetwork } from './personal-network';

/** What an administrator does in Azure DevOps with their own credential, which Portcullis never sees. All throw `Failure`. */
export interface DisconnectAdministration {
  /** What Azure DevOps itself calls accounts; those that it does not tell by their ids. */
  nameAccounts(identityIds: readonly string[]): Promise<string[]>;
  findPolicies(): Promise<PolicyRemoval>;
  removePolicies(removal: PolicyRemoval): Promise<PolicyRemoval>;
  /** Subscriptions that the gate's account may not remove. */
  removeHooks(connectionId: string): Promise<{ removed: number; refused: { project: string; reason: string }[] }>;
  /** Threads that the gate's account cannot close any more. */
  closeThreads(identityIds: readonly string[]): Promise<Pick<ClosedThreads, 'closed' | 'refused'>>;
  /** Rights that the gate's accounts were given for service hooks; returns in how many places. */
  revoke(identityIds: readonly string[]): Promise<number>;
}

const SCOPES = 'Code (Read & write), Security (Manage), Identity (Read) and Project and Team (Read)';
const always = (): boolean => true;

/** With the credential of whoever calls. */
export async function administerDisconnect(base: string, log: Log): Promise<DisconnectAdministration> {
  const credential = await personalCredential(base, SCOPES);
  const options = { url: base, network: personalNetwork(base), credential, log };
  return {
    nameAccounts: (identityIds) =>
      using(administerHookRights, options, async (granting) => {
        const names: string[] = [];
        for (const id of identityIds) {
          const name = await granting.readAccount(id).catch(() => undefined);
          names.push(name === undefined ? id : `${name}, ${id}`);
        }
        return names;
      }),
    findPolicies: () => using(administerPolicies, options, findPolicies),
    removePolicies: (removal) => using(administerPolicies, options, (door) => removePolicies(door, removal)),
    removeHooks: (connectionId) =>
      using(connectServiceHooks, options, async (hooks) => {
        const { carried, refused } = await removeAllHooks(hooks, connectionId, always);
        return { removed: carried.changes.removed, refused };
      }),
    closeThreads: (identityIds) =>
      using(connectAzureDevOps, options, async (door) => {
        const keys = [];
        for (const { id } of await door.readProjects()) keys.push(...(await door.readActivePullRequests(id)));
        const ascending = keys
          .map(({ repositoryId, pullRequestId }) => ({ connectionId: '', repositoryId, pullRequestId }))
          .sort((a, b) => a.pullRequestId - b.pullRequestId);
        return closeThreads((_, use) => use(door), ascending, new Set(identityIds), always);
      }),
    revoke: (identityIds) =>
      using(administerHookRights, options, async (granting) => {
        let places = 0;
        for (const id of identityIds) places += await granting.revoke(id);
        return places;
      }),
  };
}

async function using<Door extends { dispose(): void }, T>(
  open: (options: ConnectOptions) => Door,
  options: ConnectOptions,
  use: (door: Door) => Promise<T>,
): Promise<T> {
  const door = open(options);
  try {
    return await use(door);
  } finally {
    door.dispose();
  }
}
