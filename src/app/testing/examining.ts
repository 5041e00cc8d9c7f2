import type { Asked, ConnectionSight } from '../../core/connection-sight';
import type { DoctorLine } from '../../core/doctor-line';
import { createDoctor, type DoctorReport } from '../doctor/doctor';
import { ALL_PROJECTS, wantedSubscriptions } from '../hooks/wanted-hooks';
import type { BranchPolicy } from '../ports';
import { createTestConnection } from '../test-connection';

import { ALL_RIGHTS } from './fake-service-hooks';
import { bot, connection, organizationId } from './samples';
import { createWorld } from './world';

const HOOK_SECRET = 'a-hook-secret';

const answered: Asked<unknown> = { ok: true, value: undefined };

/** What a connection shows where all is well. */
export const goodSight: ConnectionSight = {
  who: { ok: true, value: { identity: bot, organizationIds: [organizationId] } },
  secondsAhead: 0,
  newestVersion: { ok: true, value: '7.2' },
  scopes: { code: answered, workItems: answered, groups: answered },
  repositories: { ok: true, value: 1 },
  repository: undefined,
  subscriptions: undefined,
};

/** A policy as Portcullis installs it, for every repository of a project. */
export function goodPolicy(over: Partial<BranchPolicy> = {}, settings: Record<string, unknown> = {}): BranchPolicy {
  return {
    id: 40,
    isEnabled: true,
    isBlocking: true,
    ...over,
    settings: {
      statusGenre: 'portcullis',
      statusName: 'verdict',
      authorId: bot.id,
      invalidateOnSourceUpdate: true,
      defaultDisplayName: 'Portcullis',
      policyApplicability: null,
      filenamePatterns: [],
      scope: [{ repositoryId: null, refName: null, matchKind: 'DefaultBranch' }],
      ...settings,
    },
  };
}

/** A doctor in a world in which everything is well, until a test changes it. */
export function createExamining() {
  const world = createWorld();
  const { project } = world.pullRequest.seen(0).details;
  const sights = { next: goodSight };
  const wrong: string[] = [];
  const testConnection = createTestConnection({
    look: () => world.wire.call('look', () => sights.next),
    connections: world.connections.port,
    credentials: world.credentials,
    settings: world.settings.port,
    log: world.log.port,
  });
  const hooks = world.serviceHooks;
  hooks.setRights(bot.id, '', ALL_RIGHTS);
  const wanted = { connectionId: connection.id, publicUrl: connection.publicUrl ?? '', password: HOOK_SECRET };
  hooks.recorded.subscriptions.push(
    ...wantedSubscriptions(wanted, ALL_PROJECTS).map((body, index) => ({
      ...body,
      id: `subscription-${index}`,
      consumerActionId: 'httpRequest',
      status: 'enabled',
      owner: bot,
      changedBy: bot,
      probation: { retries: 0, lastRetryAt: null },
    })),
  );
  const doctor = createDoctor({
    connections: world.connections.port,
    secrets: world.secrets.port,
    credentials: world.credentials,
    settings: world.settings.port,
    deadLetters: world.deadLetters.port,
    queueHealth: world.queueHealth.port,
    sweeps: world.sweeps.port,
    withHooks: (_, use) => use(hooks.open(bot)),
    connect: world.azureDevOps.connect,
    testConnection,
    wrong,
    clock: world.clock,
    log: world.log.port,
  });
  world.secrets.rotateHookSecrets(connection.id, [HOOK_SECRET]);
  world.sweeps.recorded.set(connection.id, { at: world.clock.now(), active: 1 });
  world.settings.put({ kind: 'connection', connectionId: connection.id }, { phase: 'enforce' });
  world.azureDevOps.statusPolicies.set(project.id, [goodPolicy()]);
  return {
    ...world,
    world,
    project,
    sights,
    wrong,
    hooks,
    doctor,
    examine: async (): Promise<DoctorReport> => doctor.examine(await world.connections.port.list(), { isWhole: true }),
    setPolicies: (...policies: BranchPolicy[]) => world.azureDevOps.statusPolicies.set(project.id, policies),
    changeConnection: (over: Partial<typeof connection>) => world.connections.put({ ...connection, ...over }),
  };
}

export type Examining = ReturnType<typeof createExamining>;

/** What is not well, in short. */
export function troublesOf({ lines }: DoctorReport): string[] {
  return lines.filter(({ state }) => state !== 'ok').map(shortly);
}

function shortly({ check, state, isUnknown }: DoctorLine): string {
  return `${check} ${isUnknown ? 'unknown' : state}`;
}
