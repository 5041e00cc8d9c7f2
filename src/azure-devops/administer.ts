import { ClientApiBase } from 'azure-devops-node-api/ClientApiBases';

import type { AzureDevOpsAdministration } from '../app/ports';

import { observe, openDoor, type ConnectOptions } from './door';
import { readProjects } from './read-projects';
import { ensureServiceHooks } from './service-hook-subscriptions';
import type { ServiceHookOptions } from './subscription-body';

export interface Administration extends AzureDevOpsAdministration {
  ensureServiceHooks(options: ServiceHookOptions): Promise<{ created: number; updated: number; unchanged: number }>;
  dispose(): void;
}

/** What an admin's credential is needed for. Nothing is requested until the first call. */
export function administerAzureDevOps(options: ConnectOptions): Administration {
  const door = openDoor(options);
  const hooks = observe(new ClientApiBase(door.base, []), door.exchange);
  return {
    readProjects: () => readProjects(door),
    ensureServiceHooks: (wanted) => ensureServiceHooks(door, hooks, wanted),
    dispose: () => door.exchange.dispose(),
  };
}
