import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretClient } from '@azure/keyvault-secrets';
import { startKeyVault, type KeyVault } from './key-vault';

const credential = {
  getToken: async () => ({ token: 'any', expiresOnTimestamp: Date.now() + 3_600_000 }),
};
const clientOf = (vault: { url: string }, maxRetries = 0): SecretClient =>
  new SecretClient(vault.url, credential, {
    allowInsecureConnection: true,
    disableChallengeResourceVerification: true,
    retryOptions: { maxRetries, retryDelayInMs: 1 },
  });

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

let vault: KeyVault;
beforeEach(async () => {
  vault = await startKeyVault();
});
afterEach(() => vault.stop());

test('a request without a token is challenged, and the genuine client passes the challenge', async () => {
  const bare = await fetch(`${vault.url}/secrets/pat/?api-version=7.5`);
  expect(bare.status).toBe(401);
  expect(bare.headers.get('www-authenticate')).toContain('resource="https://vault.azure.net"');

  const client = clientOf(vault);
  const set = await client.setSecret('pat', 'value one', {
    contentType: 'text/plain',
    tags: { owner: 'contoso' },
    expiresOn: new Date('2030-01-02T03:04:05Z'),
    notBefore: new Date('2020-01-02T03:04:05Z'),
  });
  const got = await client.getSecret('PAT');
  expect(got).toMatchObject({ name: 'pat', value: 'value one' });
  expect(got.properties).toMatchObject({
    contentType: 'text/plain',
    enabled: true,
    tags: { owner: 'contoso' },
    expiresOn: new Date('2030-01-02T03:04:05Z'),
    notBefore: new Date('2020-01-02T03:04:05Z'),
    version: set.properties.version,
    vaultUrl: vault.url,
  });
  expect(vault.requests()).toMatchObject({ 'GET /secrets/{name}': 2 });
});

test('an unknown secret, version or name is refused in the service’s shape', async () => {
  const client = clientOf(vault);
  await expect(client.getSecret('absent')).rejects.toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
  await client.setSecret('pat', 'one');
  await expect(client.getSecret('pat', { version: 'f'.repeat(32) })).rejects.toMatchObject({ statusCode: 404 });
  await expect(client.setSecret('no_underscores', 'x')).rejects.toMatchObject({ statusCode: 400 });
});

test('each set makes a version; older ones stay readable and all are listed, page after page', async () => {
  const client = clientOf(vault);
  const first = await client.setSecret('pat', 'one');
  for (let index = 2; index <= 30; index++) await client.setSecret('pat', String(index));
  expect((await client.getSecret('pat')).value).toBe('30');
  expect((await client.getSecret('pat', { version: first.properties.version ?? '' })).value).toBe('one');

  const versions = await collect(client.listPropertiesOfSecretVersions('pat'));
  expect(new Set(versions.map((one) => one.version)).size).toBe(30);

  await client.setSecret('another', 'x');
  const secrets = await collect(client.listPropertiesOfSecrets());
  expect(secrets.map((one) => one.name)).toEqual(['another', 'pat']);
  expect(JSON.stringify(secrets)).not.toContain('"30"');
});

test('properties change without a new version, and a disabled secret cannot be read', async () => {
  const client = clientOf(vault);
  const { properties } = await client.setSecret('pat', 'one', { tags: { a: 'b' } });
  const expiresOn = new Date('2031-01-01T00:00:00Z');
  const updated = await client.updateSecretProperties('pat', properties.version ?? '', { expiresOn });
  expect(updated).toMatchObject({ expiresOn, tags: { a: 'b' } });
  expect((await client.getSecret('pat')).properties).toMatchObject({ expiresOn, version: properties.version });

  await client.updateSecretProperties('pat', properties.version ?? '', { enabled: false });
  await expect(client.getSecret('pat')).rejects.toMatchObject({ statusCode: 403, code: 'Forbidden' });
  expect((await collect(client.listPropertiesOfSecrets()))[0]).toMatchObject({ enabled: false });
});

test('a deleted secret is gone, bars its name, and can be recovered or purged', async () => {
  const client = clientOf(vault);
  await client.setSecret('pat', 'one');
  const poller = await client.beginDeleteSecret('pat', { intervalInMs: 1 });
  await poller.pollUntilDone();
  await expect(client.getSecret('pat')).rejects.toMatchObject({ statusCode: 404 });
  await expect(client.setSecret('pat', 'two')).rejects.toMatchObject({ statusCode: 409 });
  expect((await collect(client.listDeletedSecrets())).map((one) => one.name)).toEqual(['pat']);

  await (await client.beginRecoverDeletedSecret('pat', { intervalInMs: 1 })).pollUntilDone();
  expect((await client.getSecret('pat')).value).toBe('one');

  await (await client.beginDeleteSecret('pat', { intervalInMs: 1 })).pollUntilDone();
  await client.purgeDeletedSecret('pat');
  await client.setSecret('pat', 'two');
  expect(await collect(client.listPropertiesOfSecretVersions('pat'))).toHaveLength(1);
});

test('faults answer 429, 503 or nothing until they are lifted', async () => {
  const client = clientOf(vault);
  await client.setSecret('pat', 'one');
  vault.setFault('throttle');
  await expect(client.getSecret('pat')).rejects.toMatchObject({ statusCode: 429 });
  vault.setFault('unavailable');
  await expect(client.getSecret('pat')).rejects.toMatchObject({ statusCode: 503 });
  vault.setFault('hang');
  await expect(client.getSecret('pat', { abortSignal: AbortSignal.timeout(50) })).rejects.toMatchObject({
    name: 'AbortError',
  });
  vault.setFault(null);
  expect((await client.getSecret('pat')).value).toBe('one');
});

test('secrets survive a restart, in a file that only its owner reads', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'key-vault-'));
  try {
    const first = await startKeyVault({ dataDirectory });
    await clientOf(first).setSecret('pat', 'kept', { tags: { a: 'b' } });
    await first.stop();
    expect(statSync(join(dataDirectory, 'key-vault.json')).mode & 0o777).toBe(0o600);

    const second = await startKeyVault({ dataDirectory, port: first.port });
    expect(second.port).toBe(first.port);
    // The SDK's connection pool still holds a socket of the vault that stopped: one retry finds that out.
    const kept = await clientOf(second, 2)
      .getSecret('pat')
      .finally(() => second.stop());
    expect(kept).toMatchObject({ value: 'kept', properties: { tags: { a: 'b' } } });
  } finally {
    rmSync(dataDirectory, { recursive: true });
  }
});

test('what it does not have it answers 501', async () => {
  const answer = await fetch(`${vault.url}/keys?api-version=7.5`, { headers: { authorization: 'Bearer any' } });
  expect(answer.status).toBe(501);
  expect(await answer.json()).toMatchObject({ error: { code: 'NotImplemented' } });
});
