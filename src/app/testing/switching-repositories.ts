import { createManageSettings } from '../manage-settings';
import type { AnyOperationWork } from '../operation-work';
import type { Operation, SettingsScope } from '../ports';
import type { WantedSwitch } from '../repositories/choose-switches';
import type { ListSources } from '../repositories/list-repositories';
import { REPOSITORIES_SWITCH, switchOperation } from '../repositories/switch-repositories';
import { withCredential } from '../with-credential';

import { bot, connection } from './samples';
import { createWorld, type World } from './world';

/** Project `Shop` with the world's repository `web`, and as many others as wanted, in `Shop` or elsewhere. */
export function createSwitching() {
  const kinds: AnyOperationWork[] = [];
  const world = createWorld({ kinds });
  world.pullRequest.change(({ details }) => (details.status = 'completed'));
  const sources = sourcesOf(world);
  const shared = { ...sources, credentials: world.credentials, connect: world.azureDevOps.connect, clock: world.clock };
  const manage = createManageSettings({ ...shared, queue: world.queue.port });
  kinds.push(switchOperation({ ...shared, manage, queue: world.queue.port }));
  const { project } = world.pullRequest.seen(0).details;
  const scopes = {
    connection: { kind: 'connection', connectionId: connection.id },
    project: (projectId: string = project.id) => ({ kind: 'project', connectionId: connection.id, projectId }),
    repository: (number: number) => ({
      kind: 'repository',
      connectionId: connection.id,
      repositoryId: repositoryIdOf(number),
    }),
  } as const satisfies Record<string, SettingsScope | ((value: never) => SettingsScope)>;
  const start = (wanted: WantedSwitch, note = ''): Promise<Operation> =>
    world.runner.start(REPOSITORIES_SWITCH, connection, { ...wanted, note }, { id: 'local', name: 'ada' });
  return {
    ...world,
    world,
    sources,
    project,
    scopes,
    start,
    /** Adds repositories `r<number>`, from 1. */
    addRepositories: (count: number, inProject: { id: string; name: string } = project): void => {
      const { otherRepositories } = world.azureDevOps;
      for (let left = count; left > 0; left -= 1) {
        const number = otherRepositories.length + 1;
        const rest = { defaultBranch: 'refs/heads/main', size: null, isDisabled: false, fork: null };
        otherRepositories.push({ id: repositoryIdOf(number), name: `r${number}`, project: inProject, ...rest });
      }
    },
    /** Asks, and lets the worker do it. */
    run: async (wanted: WantedSwitch, note?: string): Promise<Operation | undefined> => {
      const { id } = await start(wanted, note);
      await world.drain(60);
      return world.operations.port.find(connection.id, id);
    },
    /** Which parts of the connection were asked to be judged again. */
    sweeps: (): unknown[] =>
      world.queue.recorded.sent.flatMap(({ message }) =>
        message.kind === 'sweep' && message.full
          ? [[message.projectId, message.repositoryId].filter((id) => id !== undefined).join('/')]
          : [],
      ),
  };
}

export function repositoryIdOf(number: number): string {
  return `a0700000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function sourcesOf(world: World): ListSources {
  return {
    settings: world.settings.port,
    log: world.log.port,
    knownProjects: world.knownProjects.port,
    withHooks: (_, use) => use(world.serviceHooks.open(bot)),
    ask: (wanted, use, projectId) =>
      withCredential(world.credentials, wanted, (credential) => use(world.azureDevOps.connect(wanted, credential)), {
        projectId,
      }),
  };
}
