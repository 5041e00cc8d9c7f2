import { HOOKS_ROTATE } from '../app/hooks/rotate-operation';
import { HOOKS_SYNC } from '../app/hooks/sync-operation';
import type { KeptSecret } from '../app/ports';
import { readOnlyKeptSecrets } from '../app/read-only-secrets';
import { bot, connection, mallory } from '../app/testing/samples';
import { createWorld } from '../app/testing/world';

import { createManagementApi } from './management-api';
import { managementOf } from './testing/management';
import { expiresOn, ID, readOnlyManagement, WRITES } from './testing/read-only-management';

/** The management API of a deployment that only reads its vault; `world.secrets` is the vault, as an administrator writes it. */

const ADDRESS = 'https://dev.azure.com/fabrikam';
const project = 'a0700000-0000-4000-8000-00000000000c';

const readOnly = { status: 409, body: { code: 'vault-is-read-only', message: expect.stringMatching(/only reads/) } };

test('who writes the vault is told to whoever has signed in', async () => {
  const { ask } = readOnlyManagement();
  expect((await ask('GET', '/deployment')).body).toEqual({
    writesSecrets: false,
    vaultUrl: 'https://contoso.vault.azure.net/',
  });
});

const inVault = { kind: 'vault', expiresOn: expiresOn.toISOString() };

describe('what would write the vault is answered with who does, and asks nobody anything', () => {
  const pat = { kind: 'pat', pat: 'new-pat', expiresOn: expiresOn.toISOString() };
  test.each<[string, string, unknown]>([
    ['POST', '/connections', { url: ADDRESS, credential: pat }],
    ['POST', '/connections', { url: ADDRESS, credential: pat, id: ID }],
    ['POST', '/connections', { url: ADDRESS, credential: inVault }],
    ['POST', '/connections', { url: ADDRESS, credential: { kind: 'managedIdentity' } }],
    ['POST', '/connections/contoso/pat', { pat: 'new-pat' }],
    ['POST', '/connections/contoso/hooks/rotate', undefined],
    ['POST', '/connections/contoso/hooks/rotate', {}],
    ['POST', '/connections/contoso/hooks/rotate', { isStored: false }],
    ['POST', '/connections/contoso/hooks/sync', undefined],
  ])('%s %s %j', async (method, path, body) => {
    const { ask, asked, azureDevOps, queue } = readOnlyManagement();
    azureDevOps.accounts.set('new-pat', bot);
    expect(await ask(method, path, body)).toEqual(readOnly);
    expect([asked, queue.recorded.sent]).toEqual([[], []]);
  });

  test('the PAT of a project, while it stands', async () => {
    const { ask, connections, vault } = readOnlyManagement();
    const own = { projectId: project, projectName: 'Shop', expiresOn, accountId: bot.id };
    connections.put({ ...connection, projectPats: [own] });
    await vault.savePat(connection.id, 'shop-pat', expiresOn, project);
    expect(await ask('DELETE', '/connections/contoso/pat?project=Shop')).toEqual(readOnly);
    await vault.removePat(connection.id, project);
    expect(await ask('DELETE', '/connections/contoso/pat?project=Shop')).toMatchObject({ status: 200 });
    expect(connections.recorded.rows()[0]?.projectPats).toEqual([]);
  });

  test('the secrets of a connection that leaves, while they stand', async () => {
    const { ask, connections, kept } = readOnlyManagement();
    connections.put({ ...connection, state: 'leaving' });
    const secret: KeptSecret = { name: 'pat-con-contoso', state: 'stands', purgedOn: null };
    kept.of(connection.id).secrets = [secret];
    expect(await ask('POST', '/connections/contoso/disconnect/forget')).toEqual(readOnly);
    const remaining = readOnlyKeptSecrets(kept.secrets);
    await expect(remaining.remove(connection.id)).rejects.toMatchObject({ code: 'vault-is-read-only' });
    kept.of(connection.id).secrets = [{ ...secret, state: 'deleted' }];
    expect(await remaining.remove(connection.id)).toEqual([{ ...secret, state: 'deleted' }]);
  });
});

describe('connecting with what stands in the vault', () => {
  const body = { url: ADDRESS, id: ID, credential: inVault };

  test('it is tested and connected, and nothing is written but rows', async () => {
    const { ask, store, azureDevOps, connections, audit } = readOnlyManagement({ others: false });
    azureDevOps.accounts.set('new-pat', bot);
    await store();
    expect(await ask('POST', '/connections', body)).toMatchObject({ status: 201, body: { connection: { id: ID } } });
    expect(connections.recorded.rows()).toMatchObject([{ id: ID, credential: { kind: 'pat', expiresOn } }]);
    expect(audit.recorded.entries()).toMatchObject([{ action: 'connection.connect', details: { credential: 'pat' } }]);
  });

  test('a PAT that is refused is told, and nothing is connected', async () => {
    const { ask, store, connections } = readOnlyManagement({ others: false });
    await store();
    expect(await ask('POST', '/connections', body)).toMatchObject({ status: 422, body: { test: { ok: false } } });
    expect(connections.recorded.rows()).toEqual([]);
  });

  test('without a password of its hooks nothing is connected', async () => {
    const { ask, store, azureDevOps, connections } = readOnlyManagement({ others: false });
    azureDevOps.accounts.set('new-pat', bot);
    await store({ password: '' });
    expect(await ask('POST', '/connections', body)).toEqual(readOnly);
    expect(connections.recorded.rows()).toEqual([]);
  });

  test.each<[string, string, { candidate?: string } | undefined]>([
    ['another connection', connection.id, {}],
    ['a connection whose row was lost', 'con-lost', { candidate: 'another-pat' }],
    ['nobody', ID, undefined],
    ['a malformed id', '../con', undefined],
  ])('the PAT of %s is sent to no address that somebody chooses', async (_, id, stored) => {
    const { ask, store, asked } = readOnlyManagement();
    if (stored) await store({ id, ...stored });
    const { status } = await ask('POST', '/connections', { ...body, url: 'https://evil.example/c', id });
    expect([400, 409]).toContain(status);
    expect(asked).toEqual([]);
  });
});

describe('replacing a PAT', () => {
  const terms = { expires: '2027-02-01' };

  test('the candidate is tested and changes nothing; what was stored then is noted', async () => {
    const { ask, vault, azureDevOps, connections, secrets, asked, audit } = readOnlyManagement();
    azureDevOps.accounts.set('new-pat', bot);
    await vault.saveCandidatePat(connection.id, 'new-pat', expiresOn);
    const before = connections.recorded.rows();
    const tried = await ask('POST', '/connections/contoso/pat', { inVault: 'candidate', ...terms });
    expect(tried).toMatchObject({ status: 200, body: { outcome: 'fit', former: 'other', project: null } });
    expect(connections.recorded.rows()).toEqual(before);
    expect(secrets.recorded.pat(connection.id)?.value).toBe('bot-pat');
    await vault.savePat(connection.id, 'new-pat', expiresOn);
    const noted = await ask('POST', '/connections/contoso/pat', { inVault: 'stored', ...terms, force: true });
    expect(noted).toMatchObject({ status: 200, body: { outcome: 'rotated', former: 'same' } });
    expect(connections.recorded.rows()).toMatchObject([{ credential: { kind: 'pat', expiresOn }, broken: null }]);
    expect(asked).toEqual(Array(2).fill(`${connection.url} new-pat`));
    // What is noted afterwards is noted in any case: whether somebody insisted, the attempt says.
    expect(audit.recorded.entries()).toMatchObject([
      { action: 'pat.rotate', details: expect.not.objectContaining({ isForced: expect.anything() }) },
      { action: 'pat.try', details: { isForced: false } },
    ]);
  });

  test.each<[string, unknown, number]>([
    ['a candidate that is refused', { inVault: 'candidate', ...terms }, 422],
    ['a project that only a name says', { inVault: 'stored', project: 'Shop', ...terms }, 409],
    ['a project without one', { inVault: 'stored', project, ...terms }, 409],
    ['both', { inVault: 'candidate', pat: 'new-pat', ...terms }, 400],
    ['neither', terms, 400],
  ])('%s: nothing is changed', async (_, body, status) => {
    const { ask, vault, connections } = readOnlyManagement();
    const before = connections.recorded.rows();
    await vault.saveCandidatePat(connection.id, 'new-pat', expiresOn);
    expect((await ask('POST', '/connections/contoso/pat', body)).status).toBe(status);
    expect(connections.recorded.rows()).toEqual(before);
  });

  test('another account is told, as ever', async () => {
    const { ask, vault, azureDevOps } = readOnlyManagement();
    azureDevOps.accounts.set('new-pat', mallory);
    await vault.saveCandidatePat(connection.id, 'new-pat', expiresOn);
    const body = { inVault: 'candidate', ...terms };
    expect(await ask('POST', '/connections/contoso/pat', body)).toMatchObject({ body: { outcome: 'otherAccount' } });
    expect(await ask('POST', '/connections/contoso/pat', { ...body, otherAccount: true })).toMatchObject({
      body: { outcome: 'fit' },
    });
  });
});

describe('a new password of the hooks', () => {
  const run = async (scene: ReturnType<typeof readOnlyManagement>, path: string, body?: unknown) => {
    const { status } = await scene.ask('POST', `/connections/contoso/hooks/${path}`, body);
    expect(status).toBe(202);
    scene.wire.clearCalls();
    await scene.drain(600);
    expect(scene.wire.attempts.filter((call) => WRITES.test(call))).toEqual([]);
    return scene.operations.recorded.all().find(({ kind }) => kind === (body ? HOOKS_ROTATE : HOOKS_SYNC));
  };

  test('that was stored is given to the subscriptions once every endpoint knows it; ending the former one is left', async () => {
    const scene = readOnlyManagement();
    scene.secrets.rotateHookSecrets(connection.id, ['first']);
    expect(await run(scene, 'sync')).toMatchObject({ state: 'succeeded', result: { changes: { created: 4 } } });
    await scene.vault.saveHookSecret(connection.id, 'second');
    const began = scene.clock.now().getTime();
    const done = await run(scene, 'rotate', { isStored: true });
    expect(done).toMatchObject({
      state: 'succeeded',
      result: { changes: { repaired: 4 }, formerEndsAt: expect.any(String) },
    });
    expect(scene.clock.now().getTime() - began).toBeGreaterThanOrEqual(20_000);
    const passwords = scene.serviceHooks.recorded.subscriptions.map((each) => each.consumerInputs['basicAuthPassword']);
    expect(passwords).toEqual(Array(4).fill('second'));
    expect(scene.secrets.recorded.formerEndsAt(connection.id)).toBeUndefined();
  });
});

test('a deployment that writes its vault takes nothing that stands in it already', async () => {
  const world = createWorld();
  const answer = createManagementApi(managementOf(world));
  const post = (path: string, body: unknown) =>
    answer(
      new Request(`https://gate.example/api/management${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer secret' },
        body: JSON.stringify(body),
      }),
    );
  expect((await post('/connections', { url: ADDRESS, id: ID, credential: inVault })).status).toBe(400);
  expect((await post('/connections/contoso/pat', { inVault: 'stored' })).status).toBe(400);
  expect((await post('/connections/contoso/hooks/rotate', { isStored: true })).status).toBe(400);
});
