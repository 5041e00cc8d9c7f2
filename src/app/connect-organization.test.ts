import { Failure } from '../core/failures';

import { connectOrganization, type ConnectRequest } from './connect-organization';
import type { Connection, DoorCredential } from './ports';
import { EVENT_TYPES, hookUserName } from './hooks/wanted-hooks';
import { ALL_RIGHTS, createFakeServiceHooks } from './testing/fake-service-hooks';
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
  const service = createFakeServiceHooks(world.wire);
  const connect = (over: Partial<ConnectRequest> = {}): Promise<Connection> =>
    connectOrganization(
      {
        connections: world.connections.port,
        secrets: world.secrets.port,
        settings: world.settings.port,
        connect: world.azureDevOps.connect,
        openHooks: (_, credential) => service.open(accountOf(credential)),
        granting: service.granting,
        clock: world.clock,
        log: world.log.port,
      },
      { ...request, ...over },
    );
  const accountOf = (credential: DoorCredential) =>
    (credential.kind === 'pat' ? world.azureDevOps.accounts.get(credential.pat) : undefined) ?? bot;
  const subscriptions = () =>
    service.recorded.subscriptions.map(({ eventType, owner, publisherInputs, consumerInputs }) => ({
      projectId: publisherInputs['projectId'],
      url: consumerInputs['url'],
      eventType,
      userName: consumerInputs['basicAuthUsername'],
      password: consumerInputs['basicAuthPassword'],
      owner: owner.id,
    }));
  return { ...world, service, subscriptions, connect };
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
  expect(world.subscriptions()).toEqual(
    EVENT_TYPES.map((eventType) => ({
      projectId: '',
      url: `https://gate.example/api/service-hooks/${connection.id}`,
      eventType,
      userName: hookUserName(connection.id, password ?? ''),
      password,
      owner: bot.id,
    })),
  );
  expect(world.wire.calls.filter((call) => call === 'granting.grant')).toHaveLength(1);
});

describe('run again', () => {
  test('it changes only what differs', async () => {
    const world = createOrganization();
    const first = await world.connect();
    const before = world.subscriptions();
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
    expect(world.subscriptions()).toEqual(before);
    // Whoever chose a phase since is not overruled.
    expect(world.settings.recorded.document({ kind: 'connection', connectionId: first.id })).toEqual({
      phase: 'shadow',
    });
  });

  test('what the account may in every project is enough; a new one has it granted for all, with the password that stands', async () => {
    const world = createOrganization();
    const { projects } = world.service;
    for (const { id } of projects) world.service.setRights(bot.id, id, ALL_RIGHTS);
    await world.connect();
    expect(world.subscriptions().map(({ projectId }) => projectId)).toEqual(EVENT_TYPES.map(() => projects[0]?.id));
    expect(world.wire.calls).not.toContain('granting.grant');
    const [before] = world.subscriptions();
    projects.push({ id: 'another', name: 'Bank' });
    await world.connect();
    expect(world.subscriptions().map(({ projectId }) => projectId)).toEqual(EVENT_TYPES.map(() => ''));
    expect(new Set(world.subscriptions().map(({ password }) => password))).toEqual(new Set([before?.password]));
  });

  test('what a project refuses is said', async () => {
    const world = createOrganization();
    const refusal = new Failure({ kind: 'unexpected', message: 'The URL is not one that hooks are sent to.' });
    world.wire.fail('hooks.create', 'before', refusal, 8);
    await expect(world.connect()).rejects.toThrow(
      'Service hooks are not in place everywhere. Shop: The URL is not one that hooks are sent to.',
    );
  });

  test('a new password is in the vault for as long as the endpoint may not ask, before it is in the hooks', async () => {
    const world = createOrganization();
    const { id } = await world.connect();
    expect(world.clock.slept).toEqual([]);
    world.secrets.rotateHookSecrets(id, []);
    const [before] = world.subscriptions();
    world.wire.meanwhile('hooks.update', () => {
      expect(world.clock.slept).toEqual([10]);
    });
    await world.connect();
    const [after] = world.subscriptions();
    expect(after?.password).not.toBe(before?.password);
    expect(world.clock.slept).toEqual([10]);
  });

  test('with the PAT of another account, that one comes first and the former one is remembered', async () => {
    const world = createOrganization();
    await world.connect();
    world.azureDevOps.accounts.set('other-pat', mallory);
    const { id, identities } = await world.connect({ pat: 'other-pat' });
    expect(identities).toEqual([mallory, bot]);
    expect(world.subscriptions().map(({ owner }) => owner)).toEqual(EVENT_TYPES.map(() => mallory.id));
    expect((await world.connect()).identities).toEqual([bot, mallory]);
    expect(world.secrets.recorded.pat(id)?.value).toBe(BOT_PAT);
  });
});

test('a PAT that is refused changes nothing', async () => {
  const world = createOrganization();
  const before = world.connections.recorded.rows();
  await expect(world.connect({ pat: 'wrong' })).rejects.toMatchObject({ kind: 'credentialRefused' });
  expect(world.connections.recorded.rows()).toEqual(before);
  expect(world.subscriptions()).toEqual([]);
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
    const subscriptions = world.subscriptions();
    expect(subscriptions.map((subscription) => subscription.password)).toEqual(EVENT_TYPES.map(() => password));
    expect(world.settings.recorded.document({ kind: 'connection', connectionId: id })).toEqual({ phase: 'shadow' });
  }
});

test('no secret is logged', async () => {
  const world = createOrganization();
  const { id } = await world.connect();
  const logged = JSON.stringify(world.log.recorded.entries);
  expect(logged).toContain('Service hooks were compared');
  for (const secret of [BOT_PAT, ...world.secrets.recorded.hookSecrets(id)]) expect(logged).not.toContain(secret);
});
