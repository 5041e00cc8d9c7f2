import type { AzureDevOpsAdministration } from '../ports';

import type { Wire } from './wire';

type HookOptions = Parameters<AzureDevOpsAdministration['ensureServiceHooks']>[0];

export interface FakeAdministration {
  port: AzureDevOpsAdministration;
  /** The projects of the organization, which somebody may add to. */
  projects: { id: string; name: string }[];
  recorded: {
    /** The subscriptions that stand: one for each project, URL and event. */
    subscriptions(): { projectId: string; url: string; eventType: string; userName: string; password: string }[];
  };
}

export function createFakeAdministration(wire: Wire): FakeAdministration {
  const projects = [{ id: 'd0700000-0000-4000-8000-000000000005', name: 'Shop' }];
  const subscriptions = new Map<string, { userName: string; password: string }>();
  const parts = (name: string): string[] => name.split(' ');
  const ensure = ({ projectId, url, userName, password, eventTypes }: HookOptions) => {
    const changes = { created: 0, updated: 0, unchanged: 0 };
    for (const eventType of eventTypes) {
      const name = `${projectId} ${url} ${eventType}`;
      const standing = subscriptions.get(name);
      const isSame = standing?.userName === userName && standing.password === password;
      changes[standing ? (isSame ? 'unchanged' : 'updated') : 'created'] += 1;
      subscriptions.set(name, { userName, password });
    }
    return changes;
  };
  return {
    projects,
    port: {
      readProjects: () => wire.call('readProjects', () => structuredClone(projects)),
      ensureServiceHooks: (options) => wire.call('ensureServiceHooks', () => ensure(options)),
    },
    recorded: {
      subscriptions: () =>
        [...subscriptions].map(([name, credentials]) => {
          const [projectId = '', url = '', eventType = ''] = parts(name);
          return { projectId, url, eventType, ...credentials };
        }),
    },
  };
}
