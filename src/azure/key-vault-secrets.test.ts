import { createLocalClock, type LocalClock } from '../../local/clock';
import { startKeyVault, type KeyVault } from '../../local/key-vault/key-vault';
import type { Secrets } from '../app/ports';
import { keyVaultSecrets } from './key-vault-secrets';

const MINUTE = 60_000;

describe('secrets in Key Vault', () => {
  let clock: LocalClock;
  let vault: KeyVault;
  let secrets: Secrets;

  beforeEach(async () => {
    clock = createLocalClock();
    vault = await startKeyVault();
    secrets = open();
  });

  afterEach(async () => {
    await vault.stop();
  });

  const open = (): Secrets => keyVaultSecrets({ vaultUrl: vault.url, clock: { now: () => new Date(clock.now()) } });
  const inAMonth = (): Date => new Date(clock.now() + 30 * 24 * 60 * MINUTE);
  const reads = (): number => vault.requests()['GET /secrets/{name}'] ?? 0;
  /** Writes into the vault as an admin would, past the adapter. */
  const put = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(`${vault.url}${path}?api-version=2025-07-01`, {
      method,
      headers: { authorization: 'Bearer admin', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.ok).toBe(true);
    return response;
  };

  test('keeps a PAT with its end and content type', async () => {
    const expiresOn = inAMonth();
    await secrets.savePat('contoso', 'the-pat', expiresOn);

    expect(await open().readPat('contoso')).toBe('the-pat');
    expect(await (await put('GET', '/secrets/pat-contoso')).json()).toMatchObject({
      contentType: 'Azure DevOps PAT',
      attributes: { exp: Math.floor(expiresOn.getTime() / 1_000) },
    });
  });

  test('says what to do when there is no PAT, and finds it as soon as it is saved', async () => {
    await expect(secrets.readPat('contoso')).rejects.toMatchObject({
      kind: 'credentialRefused',
      message: expect.stringMatching(/connection contoso.*pat-contoso.*portcullis pat rotate/),
    });
    await open().savePat('contoso', 'the-pat', inAMonth());

    expect(await secrets.readPat('contoso')).toBe('the-pat');
  });

  test('keeps a project’s PAT apart from its connection’s and from any other’s', async () => {
    const [shop, bank] = ['3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f', '4f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f'];
    await secrets.savePat('contoso', 'connection-pat', inAMonth());
    await secrets.savePat('contoso', 'shop-pat', inAMonth(), shop);

    expect(await open().readPat('contoso')).toBe('connection-pat');
    expect(await open().readPat('contoso', { projectId: shop.toUpperCase() })).toBe('shop-pat');
    // Neither another project, nor a connection whose id reads like a project of this one.
    for (const other of [
      open().readPat('contoso', { projectId: bank }),
      open().readPat(`contoso-${shop}`),
      open().readPat(`project-pat-contoso-${shop}`),
    ]) {
      await expect(other).rejects.toMatchObject({ kind: 'credentialRefused' });
    }
    await expect(secrets.savePat('contoso', 'a', inAMonth(), '../x')).rejects.toMatchObject({ kind: 'unexpected' });
  });

  test('removes a project’s PAT, and takes another one under its name, also where the vault keeps what is deleted', async () => {
    const shop = '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f';
    await secrets.savePat('contoso', 'shop-pat', inAMonth(), shop);
    expect(await secrets.readStoredPat('contoso', shop)).toMatchObject({
      pat: 'shop-pat',
      expiresOn: expect.any(Date),
    });
    for (const remove of [
      () => secrets.removePat('contoso', shop),
      () => secrets.removePat('contoso', shop),
      () => put('DELETE', `/secrets/project-pat-contoso-${shop}`),
    ]) {
      await remove();
      expect(await secrets.readStoredPat('contoso', shop)).toBeUndefined();
      await secrets.savePat('contoso', 'next-pat', inAMonth(), shop);
      expect(await open().readPat('contoso', { projectId: shop })).toBe('next-pat');
    }
    await secrets.removePat('contoso', '4f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f');
  });

  test('shares one request among concurrent reads and asks again after 5 minutes', async () => {
    await open().savePat('contoso', 'first', inAMonth());
    await secrets.readPat('warm-up').catch(() => undefined);
    const before = reads();
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => secrets.readPat('contoso'))))).toEqual(
      new Set(['first']),
    );
    expect(reads() - before).toBeLessThanOrEqual(2); // the challenge may cost one more

    await open().savePat('contoso', 'second', inAMonth());
    clock.advance(4.9 * MINUTE);
    expect(await secrets.readPat('contoso')).toBe('first');
    clock.advance(0.2 * MINUTE);
    expect(await secrets.readPat('contoso')).toBe('second');
  });

  test('reads past the cache when asked to, and remembers what it found', async () => {
    await secrets.savePat('contoso', 'first', inAMonth());
    await open().savePat('contoso', 'second', inAMonth());

    expect(await secrets.readPat('contoso')).toBe('first');
    expect(await secrets.readPat('contoso', { fresh: true })).toBe('second');
    expect(await secrets.readPat('contoso')).toBe('second');
  });

  test.each(['throttle', 'unavailable', 'hang'] as const)(
    'serves old values for an hour under fault %s',
    async (fault) => {
      await secrets.savePat('contoso', 'the-pat', inAMonth());
      clock.advance(6 * MINUTE);
      vault.setFault(fault);
      const begun = performance.now();
      expect(await secrets.readPat('contoso')).toBe('the-pat');
      expect(performance.now() - begun).toBeLessThan(2_500);

      // A vault that fails is not asked by every reader.
      const asked = reads();
      expect(await secrets.readPat('contoso')).toBe('the-pat');
      expect(reads()).toBe(asked);

      // Who asks for the vault's own word gets it or nothing.
      await expect(secrets.readPat('contoso', { fresh: true })).rejects.toMatchObject({ kind: 'unavailable' });

      clock.advance(55 * MINUTE);
      const late = performance.now();
      await expect(secrets.readPat('contoso')).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining(`pat-contoso in 127.0.0.1:${vault.port}`),
      });
      expect(performance.now() - late).toBeLessThan(4_000);

      vault.setFault(null);
      expect(await secrets.readPat('contoso')).toBe('the-pat');
    },
  );

  test('believes the vault at once when a secret is disabled or deleted', async () => {
    await secrets.savePat('contoso', 'the-pat', inAMonth());
    const { id } = (await (await put('GET', '/secrets/pat-contoso')).json()) as { id: string };
    await put('PATCH', new URL(id).pathname, { attributes: { enabled: false } });
    clock.advance(6 * MINUTE);
    await expect(secrets.readPat('contoso')).rejects.toMatchObject({ kind: 'credentialRefused' });

    await secrets.saveHookSecret('contoso', 'one');
    await put('DELETE', '/secrets/hook-contoso');
    clock.advance(6 * MINUTE);
    expect(await secrets.readHookSecrets('contoso')).toEqual([]);
    await expect(secrets.saveHookSecret('contoso', 'two')).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('recover or purge'),
    });
  });

  test('takes two hook secrets for a day while they are rotated', async () => {
    expect(await secrets.readHookSecrets('contoso')).toEqual([]);
    await secrets.saveHookSecret('contoso', 'one');
    expect(await secrets.readHookSecrets('contoso')).toEqual(['one']);
    await secrets.saveHookSecret('contoso', 'two');
    await secrets.saveHookSecret('contoso', 'two');
    expect(await secrets.readHookSecrets('contoso')).toEqual(['two', 'one']);
    expect(await open().readHookSecrets('contoso')).toEqual(['two', 'one']);

    clock.advance(24 * 60 * MINUTE + MINUTE);
    expect(await secrets.readHookSecrets('contoso')).toEqual(['two']);
    expect(await open().readHookSecrets('contoso')).toEqual(['two']);
  });

  test('a former hook secret ends when it is told to, and never later than it would', async () => {
    await secrets.endFormerHookSecret('contoso', new Date(clock.now() + 15 * MINUTE));
    await secrets.saveHookSecret('contoso', 'one');
    await secrets.saveHookSecret('contoso', 'two');
    await secrets.endFormerHookSecret('contoso', new Date(clock.now() + 15 * MINUTE));
    await secrets.endFormerHookSecret('contoso', new Date(clock.now() + 60 * MINUTE));
    expect(await open().readHookSecrets('contoso')).toEqual(['two', 'one']);
    clock.advance(16 * MINUTE);
    expect(await secrets.readHookSecrets('contoso')).toEqual(['two']);
    expect(await open().readHookSecrets('contoso')).toEqual(['two']);
  });

  test('remembers that a hook secret is absent, so that strangers cost no requests', async () => {
    expect(await secrets.readHookSecrets('contoso')).toEqual([]);
    const before = reads();
    expect(await secrets.readHookSecrets('contoso')).toEqual([]);
    expect(await secrets.readHookSecrets('not/an id')).toEqual([]);
    expect(reads()).toBe(before);
  });

  test('keeps a value that was saved while an older read was under way', async () => {
    await open().savePat('contoso', 'first', inAMonth());
    const reading = secrets.readPat('contoso');
    await secrets.savePat('contoso', 'second', inAMonth());
    await reading;

    expect(await secrets.readPat('contoso')).toBe('second');
  });

  test('never puts a value into an error', async () => {
    vault.setFault('unavailable');
    const failure: unknown = await secrets
      .savePat('contoso', 'very-secret', inAMonth())
      .catch((error: unknown) => error);

    expect(failure).toMatchObject({ kind: 'unavailable' });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('very-secret');
  });

  test('refuses plain http to another machine, and https without a credential', () => {
    const clockPort = { now: () => new Date() };
    expect(() => keyVaultSecrets({ vaultUrl: 'http://vault.contoso.com', clock: clockPort })).toThrow('over https');
    expect(() => keyVaultSecrets({ vaultUrl: 'https://contoso.vault.azure.net', clock: clockPort })).toThrow(
      'credential',
    );
  });
});
