import { Failure } from '../core/failures';

import { connectOrganization, EVENT_TYPES, type ConnectRequest } from './connect-organization';
import type { Connection } from './ports';
import { createFakeAdministration } from './testing/fake-administration';
import { bot, mallory, organizationId } from './testing/samples';
import { BOT_PAT, createWorld } from './testing/world';

const request: ConnectRequest = {
  name: 'Fabrikam',
  kind: 'services',
  url: 'https://dev.azure.example/fabrikam/',
  pat: BOT_PAT,
  patExpiresOn: new Date('2026-12-01T00:00:00Z'),
  publicUrl: 'https://gate.example',
  phase: 'shadow',
};

function createOrganization() {
  const world = createWorld();
  const administration = createFakeAdministration(world.wire);
  const connect = (over: Partial<ConnectRequest> = {}): Promise<Connection> =>
    connectOrganization(
      {
        connections: world.connections.port,
        secrets: world.secrets.port,
        settings: world.settings.port,
        connect: world.azureDevOps.connect,
        administration: administration.port,
        clock: world.clock,
        log: world.log.port,
      },
      { ...request, ...over },
    );
  return { ...world, administration, connect };
}

test('everything that an organization needs is there afterwards', async () => {
  const world = createOrganization();
  const connection = await world.connect();
  expect(connection).toEqual({
    id: connection.id,
    name: 'Fabrikam',
    kind: 'services',
    url: 'https://dev.azure.example/fabrikam',
    organizationIds: [organizationId],
    identities: [bot],
    broken: null,
    description: '',
    labels: [],
    credential: { kind: 'pat', expiresOn: request.patExpiresOn },
    projectPats: [],
    state: 'connected',
    publicUrl: 'https://gate.example',
    expiryWarnings: [],
    refusedWrites: [],
  });
  expect(connection.id).toMatch(/^connection-[0-9a-f]{12}$/);
  expect(world.connections.recorded.rows()).toContainEqual(connection);
  expect(world.secrets.recorded.pat(connection.id)).toEqual({ value: BOT_PAT, expiresOn: request.patExpiresOn });
  expect(world.settings.recorded.document({ kind: 'connection', connectionId: connection.id })).toEqual({
    phase: 'shadow',
  });
  const [password, ...others] = world.secrets.recorded.hookSecrets(connection.id);
  expect(others).toEqual([]);
  expect(password).toMatch(/^[\w-]{43}$/);
  expect(world.administration.recorded.subscriptions()).toEqual(
    EVENT_TYPES.map((eventType) => ({
      projectId: world.administration.projects[0]?.id,
      url: `https://gate.example/api/service-hooks/${connection.id}`,
      eventType,
      userName: 'portcullis',
      password,
    })),
  );
});

describe('run again', () => {
  test('it changes only what differs', async () => {
    const world = createOrganization();
    const first = await world.connect();
    const before = world.administration.recorded.subscriptions();
    await world.settings.port.save(
      { kind: 'repository', connectionId: first.id, repositoryId: 'r' },
      {},
      { savedBy: 'ada' },
      null,
    );
    const second = await world.connect({
      url: 'HTTPS://DEV.azure.example/Fabrikam',
      name: 'New name',
      phase: 'enforce',
    });
    expect(second).toMatchObject({ id: first.id, name: 'New name' });
    expect(world.connections.recorded.rows()).toHaveLength(2);
    expect(world.administration.recorded.subscriptions()).toEqual(before);
    // Whoever chose a phase since is not overruled.
    expect(world.settings.recorded.document({ kind: 'connection', connectionId: first.id })).toEqual({
      phase: 'shadow',
    });
  });

  test('a new project gets its hooks, with the password that stands', async () => {
    const world = createOrganization();
    await world.connect();
    world.administration.projects.push({ id: 'another', name: 'Bank' });
    await world.connect();
    const subscriptions = world.administration.recorded.subscriptions();
    expect(subscriptions).toHaveLength(2 * EVENT_TYPES.length);
    expect(new Set(subscriptions.map(({ password }) => password)).size).toBe(1);
  });

  test('a new password is in the vault for as long as the endpoint may not ask, before it is in the hooks', async () => {
    const world = createOrganization();
    const { id } = await world.connect();
    expect(world.clock.slept).toEqual([]);
    world.secrets.rotateHookSecrets(id, []);
    const [before] = world.administration.recorded.subscriptions();
    world.wire.meanwhile('ensureServiceHooks', () => {
      expect(world.clock.slept).toEqual([10]);
    });
    await world.connect();
    const [after] = world.administration.recorded.subscriptions();
    expect(after?.password).not.toBe(before?.password);
    expect(world.clock.slept).toEqual([10]);
  });

  test('with the PAT of another account, that one comes first and the former one is remembered', async () => {
    const world = createOrganization();
    await world.connect();
    world.azureDevOps.accounts.set('other-pat', mallory);
    const { id, identities } = await world.connect({ pat: 'other-pat' });
    expect(identities).toEqual([mallory, bot]);
    expect((await world.connect()).identities).toEqual([bot, mallory]);
    expect(world.secrets.recorded.pat(id)?.value).toBe(BOT_PAT);
  });
});

test('a PAT that is refused changes nothing', async () => {
  const world = createOrganization();
  const before = world.connections.recorded.rows();
  await expect(world.connect({ pat: 'wrong' })).rejects.toMatchObject({ kind: 'credentialRefused' });
  expect(world.connections.recorded.rows()).toEqual(before);
  expect(world.administration.recorded.subscriptions()).toEqual([]);
});

test('what broke off anywhere is completed by the next run', async () => {
  const whole = createOrganization();
  await whole.connect();
  for (let call = 1; call <= whole.wire.calls.length; call += 1) {
    const world = createOrganization();
    world.wire.fail(call, 'after', new Failure({ kind: 'unavailable', message: 'down' }));
    await expect(world.connect()).rejects.toMatchObject({ kind: 'unavailable' });
    const { id } = await world.connect();
    expect(world.connections.recorded.rows().map(({ name }) => name)).toEqual(['Fabrikam', 'contoso']);
    const [password] = world.secrets.recorded.hookSecrets(id);
    const subscriptions = world.administration.recorded.subscriptions();
    expect(subscriptions.map((subscription) => subscription.password)).toEqual(EVENT_TYPES.map(() => password));
    expect(world.settings.recorded.document({ kind: 'connection', connectionId: id })).toEqual({ phase: 'shadow' });
  }
});

test('no secret is logged', async () => {
  const world = createOrganization();
  const { id } = await world.connect();
  const logged = JSON.stringify(world.log.recorded.entries);
  expect(logged).toContain('Shop');
  for (const secret of [BOT_PAT, ...world.secrets.recorded.hookSecrets(id)]) expect(logged).not.toContain(secret);
});
