import { startKeyVault, type KeyVault } from '../../local/key-vault/key-vault';
import { keptSecrets } from '../azure/kept-secrets';
import { LOCAL_TOKENS } from '../azure/secret-client';
import { keyVaultSecrets } from '../azure/key-vault-secrets';

import { openAdministratorsVault, vaultTokens } from './administrators-vault';
import { systemClock } from './clock';

const VAULT = 'https://contoso.vault.azure.net';

test('a token is got for Key Vault, and again before it ends', async () => {
  let now = 0;
  const asked: string[] = [];
  const read = vaultTokens(
    VAULT,
    async (scope) => ({ token: `token ${asked.push(scope)}`, expiresOnTimestamp: now + 3_600_000 }),
    () => now,
  );
  expect([(await read()).token, (await read()).token]).toEqual(['token 1', 'token 1']);
  now = 3_500_000;
  expect((await read()).token).toBe('token 2');
  expect(asked).toEqual(Array(2).fill('https://vault.azure.net/.default'));
});

test.each([
  ['nobody is signed in', () => Promise.reject(new Error('CredentialUnavailableError: a page of it'))],
  ['there is no token', () => Promise.resolve(null)],
])('when %s, it is said before anything is written', async (_, getToken) => {
  await expect(openAdministratorsVault(VAULT, getToken)).rejects.toMatchObject({
    kind: 'credentialRefused',
    message: expect.stringMatching(
      /^Nobody is signed in to Azure.*contoso\.vault\.azure\.net.*az login.*Key Vault Secrets Officer on it\.$/,
    ),
  });
});

describe('a vault that its administrator writes', () => {
  let vault: KeyVault;
  const end = new Date(Date.now() + 86_400_000);

  beforeAll(async () => {
    vault = await startKeyVault({ officers: [LOCAL_TOKENS.person] });
  });

  afterAll(() => vault.stop());

  test('takes the administrator, and the app reads what they wrote', async () => {
    const { secrets, kept } = await openAdministratorsVault(vault.url);
    const app = keyVaultSecrets({ vaultUrl: vault.url, clock: systemClock });
    await secrets.saveCandidatePat('con', 'the-candidate', end);
    await secrets.savePat('con', 'the-pat', end);
    expect([await app.readCandidatePat('con'), await app.readPat('con')]).toEqual(['the-candidate', 'the-pat']);
    expect((await kept.list('con')).map(({ name }) => name)).toEqual(['candidate-pat-con', 'pat-con']);
    await secrets.removeCandidatePat('con');
    expect(await app.readCandidatePat('con')).toBeUndefined();
    expect(await kept.remove('con')).toEqual([]);
    expect(vault.refused()).toEqual({});
  });

  test('refuses the app, which says what it lacks', async () => {
    const app = keyVaultSecrets({ vaultUrl: vault.url, clock: systemClock });
    expect(await keptSecrets({ vaultUrl: vault.url }).list('con')).toEqual([]);
    await expect(app.savePat('con', 'canary-pat', end)).rejects.toThrow(/ForbiddenByRbac.*Secrets Officer to save/);
    expect(vault.refused()).toEqual({ 'GET /deletedsecrets': 1, 'PUT /secrets/{name}': 1 });
  });
});

test('a candidate is written again over one that the vault keeps as deleted', async () => {
  const vault = await startKeyVault({ isPurgeProtected: true });
  const { secrets } = await openAdministratorsVault(vault.url);
  const end = new Date(Date.now() + 86_400_000);
  for (const pat of ['first', 'second']) {
    await secrets.saveCandidatePat('con', pat, end);
    expect(await secrets.readCandidatePat('con')).toBe(pat);
    await secrets.removeCandidatePat('con');
    expect(await secrets.readCandidatePat('con')).toBeUndefined();
  }
  await vault.stop();
});

test('whoever lacks the role is told which, and never what they sent', async () => {
  const vault = await startKeyVault({ officers: [] });
  const { secrets } = await openAdministratorsVault(vault.url);
  const error = await secrets.savePat('con', 'canary-pat', new Date(Date.now() + 86_400_000)).catch(String);
  expect(error).toMatch(/you need the role Key Vault Secrets Officer on this vault/);
  expect(error).not.toMatch(/canary-pat/);
  await vault.stop();
});
