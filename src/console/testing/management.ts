import { createFakeKept } from '../../app/testing/fake-kept';
import { createFakePersonalRows } from '../../app/testing/fake-personal-rows';
import { bot } from '../../app/testing/samples';
import type { World } from '../../app/testing/world';

import type { ManagementDependencies } from '../management-api';
import type { SignInWay } from '../sign-in';

/** What the management API of a world is made of: signed in to with the local token `secret`, unless another way is given. */
export function managementOf(
  world: World,
  signInWay: SignInWay = { kind: 'local', token: 'secret' },
): ManagementDependencies {
  return {
    connections: world.connections.port,
    settings: world.settings.port,
    secrets: world.secrets.port,
    vault: { url: 'https://contoso.vault.azure.net/', writesSecrets: true },
    credentials: world.credentials,
    deadLetters: world.deadLetters.port,
    ledger: world.ledger.port,
    queueHealth: world.queueHealth.port,
    sweeps: world.sweeps.port,
    knownProjects: world.knownProjects.port,
    identity: world.identity.port,
    publicUrl: undefined,
    wrong: [],
    version: '1.2.3',
    start: world.runner.start,
    withHooks: (_, use) => use(world.serviceHooks.open(bot)),
    queue: world.queue.port,
    operations: world.operations.port,
    grants: world.grants.port,
    audit: world.audit.port,
    connect: world.azureDevOps.connect,
    look: () => Promise.reject(new Error('nobody looks at a connection here')),
    clock: world.clock,
    log: world.log.port,
    signInWay,
    personalRows: createFakePersonalRows(world.wire).port,
    kept: createFakeKept(world.wire),
  };
}
