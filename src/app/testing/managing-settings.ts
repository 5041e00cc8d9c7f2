import { createManageSettings, type Saving } from '../manage-settings';
import type { SettingsScope } from '../ports';

import { connection, key } from './samples';
import { createWorld } from './world';

const { connectionId, repositoryId } = key;

/** An admin who manages settings of the world's connection, project and repository. */
export function createManaging() {
  const world = createWorld();
  const { project } = world.pullRequest.seen(0).details;
  const manage = createManageSettings({
    settings: world.settings.port,
    credentials: world.credentials,
    queue: world.queue.port,
    connect: world.azureDevOps.connect,
    clock: world.clock,
    log: world.log.port,
  });
  const scopes = {
    connection: { kind: 'connection', connectionId },
    project: { kind: 'project', connectionId, projectId: project.id },
    repository: { kind: 'repository', connectionId, repositoryId },
  } as const satisfies Record<string, SettingsScope>;
  const presentEtag = async (scope: SettingsScope) => (await world.settings.port.read(scope))?.etag ?? null;
  return {
    ...world,
    manage,
    scopes,
    connection,
    presentEtag,
    /** Saves over whatever stands there, unless another ETag is given. */
    save: async (scope: SettingsScope, document: unknown, saving: Partial<Saving> = {}) =>
      manage.save(connection, scope, document, {
        savedBy: 'ada',
        expectedEtag: await presentEtag(scope),
        ...saving,
      }),
    validate: (scope: SettingsScope, document: unknown) => manage.validate(connection, scope, document),
  };
}
