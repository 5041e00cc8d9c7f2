import { Failure } from '../core/failures';

import type { ConnectionTest } from './test-connection';
import { createEstablishConnection, type ConnectionRequest } from './establish-connection';
import { bot, connection, organizationId } from './testing/samples';
import { BOT_PAT, createWorld } from './testing/world';

const FABRIKAM = 'https://dev.azure.com/fabrikam';
const expiresOn = new Date('2027-02-01T00:00:00Z');

const request: ConnectionRequest = {
  address: `${FABRIKAM}/Fiber/_git/web/pullrequest/7`,
  description: 'the second one',
  labels: ['emea', 'emea', 'pilot'],
  credential: { kind: 'pat', pat: BOT_PAT, expiresOn },
  publicUrl: 'https://gate.example',
  network: { proxy: null, caCertificates: null },
  phase: 'shadow',
  force: false,
};

const fine: ConnectionTest = { url: FABRIKAM, ok: true, account: bot, lines: [], apiVersion: '7.2' };

function establishing({ test = fine, others = false }: { test?: ConnectionTest; others?: boolean } = {}) {
  const world = createWorld();
  // Its organization has the id of the one that the fakes answer for.
  if (!others) void world.connections.port.remove(connection.id);
  const asked: unknown[] = [];
  const establish = createEstablishConnection({
    testConnection: {
      given: (address, credential) => {
        asked.push([address, credential]);
        return Promise.resolve(test);
      },
      replacing: () => Promise.reject(new Error('nothing is replaced here')),
      through: () => Promise.reject(new Error('nothing is changed here')),
      stored: () => Promise.reject(new Error('nothing is stored yet')),
    },
    connections: world.connections.port,
    secrets: world.secrets.port,
    settings: world.settings.port,
    identity: world.identity.port,
    queue: world.queue.port,
    connect: world.azureDevOps.connect,
    log: world.log.port,
  });
  return {
    ...world,
    asked,
    establish: (over: Partial<ConnectionRequest> = {}) => establish({ ...request, ...over }),
  };
}

test('everything that a connection needs is there afterwards, but its hooks', async () => {
  const world = establishing();
  const { connection: made, test: tested } = await world.establish();
  expect(tested).toBe(fine);
  expect(world.asked).toEqual([[request.address, { kind: 'pat', pat: BOT_PAT }]]);
  expect(made).toEqual({
    id: made?.id,
    name: 'fabrikam',
    kind: 'services',
    url: FABRIKAM,
    organizationIds: [organizationId],
    identities: [bot],
    broken: null,
    description: 'the second one',
    labels: ['emea', 'pilot'],
    credential: { kind: 'pat', expiresOn },
    projectPats: [],
    state: 'connected',
    publicUrl: 'https://gate.example',
    expiryWarnings: [],
    refusedWrites: [],
    network: { proxy: null, caCertificates: null },
    apiVersion: '7.2',
  });
  const id = made?.id ?? '';
  expect(id).toMatch(/^connection-[0-9a-f]{12}$/);
  expect(world.connections.recorded.rows()).toEqual([made]);
  expect(world.secrets.recorded.pat(id)).toEqual({ value: BOT_PAT, expiresOn });
  expect(world.secrets.recorded.hookSecrets(id)).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  expect(world.settings.recorded.document({ kind: 'connection', connectionId: id })).toEqual({ phase: 'shadow' });
  expect(world.queue.recorded.sent).toMatchObject([{ message: { kind: 'sweep', connectionId: id, full: true } }]);
  expect(JSON.stringify(world.log.recorded.entries)).not.toContain(BOT_PAT);
});

test('the account is kept as the test told it: what a server says of itself may hold what it was sent', async () => {
  const account = { ...bot, displayName: '***' };
  const world = establishing({ test: { ...fine, account: { ...account, pictureUrl: 'https://pictures.example' } } });
  expect((await world.establish()).connection?.identities).toEqual([account]);
});

test('with the identity of the deployment no PAT is kept', async () => {
  const world = establishing();
  const [token = ''] = world.identity.tokens;
  world.azureDevOps.accounts.set(token, bot);
  const { connection: made } = await world.establish({ credential: { kind: 'managedIdentity' }, name: 'by identity' });
  expect(made).toMatchObject({ name: 'by identity', credential: { kind: 'managedIdentity' } });
  expect(world.asked).toEqual([[request.address, { kind: 'bearer', token }]]);
  expect(world.wire.calls).not.toContain('secrets.savePat');
});

test.each<[string, ConnectionTest]>([
  ['no address of Azure DevOps', { url: null, ok: false, account: null, lines: [], apiVersion: null }],
  ['a refused PAT', { ...fine, ok: false, account: null }],
  ['a missing scope', { ...fine, ok: false }],
])('with %s nothing is saved', async (_, test) => {
  const world = establishing({ test });
  expect(await world.establish()).toEqual({ connection: null, test, keepsSettings: false });
  expect(world.connections.recorded.rows()).toEqual([]);
  expect(world.wire.calls.filter((call) => call.includes('save'))).toEqual([]);
});

test('who insists is connected with what is broken, but never without an account', async () => {
  const broken = { ...fine, ok: false };
  expect((await establishing({ test: broken }).establish({ force: true })).connection).not.toBeNull();
  const refused = { ...broken, account: null };
  expect((await establishing({ test: refused }).establish({ force: true })).connection).toBeNull();
});

test('an organization is connected once, whatever it is called in its address', async () => {
  const world = establishing({ others: true });
  await expect(world.establish()).rejects.toThrow(
    'This organization is connected already, as contoso. portcullis pat rotate contoso gives it a new PAT, ' +
      'portcullis test contoso tells what is wrong with it.',
  );
  expect(world.connections.recorded.rows()).toHaveLength(1);
});

test('one that is being disconnected has to be gone first', async () => {
  const world = establishing({ others: true });
  await world.connections.port.change(connection.id, (present) => ({ ...present, state: 'leaving' }));
  await expect(world.establish()).rejects.toThrow(/is being disconnected, as contoso: portcullis disconnect contoso/);
});

test.each(['Contoso', 'CON-CONTOSO'])('a name is given once: %s', async (name) => {
  const world = establishing({ others: true });
  await world.connections.port.change(connection.id, (present) => ({ ...present, organizationIds: ['other'] }));
  await expect(world.establish({ name })).rejects.toThrow(
    /There is a connection contoso already.*choose another --name/,
  );
});

test('of two who connect the same at once, one stays at most, and the other is told', async () => {
  const world = establishing();
  let second: Promise<unknown> | undefined;
  world.wire.stall('connections.save', async () => {
    second = world.establish({ name: 'other' });
    await second.catch(() => undefined);
  });
  const first = world.establish({ name: 'one' });
  await expect(first).rejects.toThrow('is connected already');
  await expect(second).resolves.toMatchObject({ connection: { name: 'other' } });
  expect(world.connections.recorded.rows()).toMatchObject([{ name: 'other' }]);
});

test('whoever dies on the way leaves no connection that does not work', async () => {
  for (let at = 1; at <= 8; at += 1) {
    const world = establishing();
    world.wire.clearCalls();
    world.wire.crash(at, 'after');
    await world.establish().catch(() => undefined);
    world.wire.restart();
    for (const { id } of world.connections.recorded.rows()) {
      expect(world.secrets.recorded.pat(id)?.value).toBe(BOT_PAT);
      expect(world.secrets.recorded.hookSecrets(id)).toHaveLength(1);
    }
  }
});

describe('an id that is given again, as its row was lost', () => {
  const id = 'connection-0123456789ab';

  test('is the connection’s again: hooks come with the password that is left, and settings that are left stay', async () => {
    const world = establishing();
    world.secrets.rotateHookSecrets(id, ['the password that is left']);
    world.settings.put({ kind: 'connection', connectionId: id }, { phase: 'enforce' });
    const { connection: made, keepsSettings } = await world.establish({ id });
    expect([made?.id, keepsSettings]).toEqual([id, true]);
    expect(world.secrets.recorded.hookSecrets(id)).toEqual(['the password that is left']);
    expect(world.secrets.recorded.pat(id)?.value).toBe(BOT_PAT);
    const kept = await world.settings.port.read({ kind: 'connection', connectionId: id });
    expect(kept?.document).toEqual({ phase: 'enforce' });
    expect(world.queue.recorded.sent).toHaveLength(1);
  });

  test('gets a new password where none is left', async () => {
    const world = establishing();
    expect(await world.establish({ id })).toMatchObject({ keepsSettings: false });
    expect(world.secrets.recorded.hookSecrets(id)).toHaveLength(1);
  });

  test.each([
    ['another’s', { ...connection, id }],
    ['another’s name', { ...connection, id: 'connection-other', name: id }],
  ])('is refused where it is %s, and nothing is written', async (_, other) => {
    const world = establishing();
    world.connections.put({ ...other, organizationIds: ['another'] });
    await expect(world.establish({ id, name: 'fabrikam' })).rejects.toMatchObject({ kind: 'superseded' });
    expect(world.secrets.recorded.pat(id)).toBeUndefined();
    expect(world.connections.recorded.rows()).toHaveLength(1);
  });

  test('is refused where its row is there and cannot be read', async () => {
    const world = establishing();
    const unreadable = new Failure({ kind: 'unavailable', message: 'The row cannot be read.' });
    world.wire.fail('connections.find', 'before', unreadable);
    await expect(world.establish({ id })).rejects.toBe(unreadable);
    expect(world.secrets.recorded.pat(id)).toBeUndefined();
  });
});
