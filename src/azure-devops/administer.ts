import { ClientApiBase } from 'azure-devops-node-api/ClientApiBases';
import { CoreApi } from 'azure-devops-node-api/CoreApi';
import { z } from 'zod';

import type { AzureDevOpsAdministration } from '../app/ports';

import { guid, listOf } from './answers';
import { ask, observe, openDoor, type ConnectOptions, type Door } from './door';
import { ensureServiceHooks } from './service-hook-subscriptions';
import type { ServiceHookOptions } from './subscription-body';

export interface Administration extends AzureDevOpsAdministration {
  ensureServiceHooks(options: ServiceHookOptions): Promise<{ created: number; updated: number; unchanged: number }>;
  dispose(): void;
}

/** What an admin's credential is needed for. Nothing is requested until the first call. */
export function administerAzureDevOps(options: ConnectOptions): Administration {
  const door = openDoor(options);
  const core = observe(new CoreApi(door.base, []), door.exchange);
  const hooks = observe(new ClientApiBase(door.base, []), door.exchange);
  return {
    readProjects: () => readProjects(door, core),
    ensureServiceHooks: (wanted) => ensureServiceHooks(door, hooks, wanted),
    dispose: () => door.exchange.dispose(),
  };
}

const projects = listOf(z.object({ id: guid, name: z.string() }));

/** All projects that the credential may see, by name. */
async function readProjects(door: Door, core: CoreApi): Promise<{ id: string; name: string }[]> {
  const found = new Map<string, { id: string; name: string }>();
  for (;;) {
    const before = found.size;
    const page = await ask(`read the projects of ${door.base}`, projects, () =>
      core.getProjects(undefined, 500, before),
    );
    for (const { id, name } of page) found.set(id, { id, name });
    // How many the service gives at most is its own affair: the list has ended when nothing new comes.
    if (found.size === before) break;
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
