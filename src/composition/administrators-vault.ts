import type { KeptSecrets, Secrets } from '../app/ports';
import { azureCredential } from '../azure/credentials';
import { keptSecrets } from '../azure/kept-secrets';
import { keyVaultSecrets } from '../azure/key-vault-secrets';
import { Failure } from '../core/failures';
import { isLoopback } from '../core/loopback';
import { vaultResourceOf } from '../core/vault-address';

import { systemClock } from './clock';
import { SIGN_IN_TIMEOUT_MS } from './personal-credential';

/** The vault, with the sign-in of whoever calls: what the app may only read. */
export interface AdministratorsVault {
  url: string;
  secrets: Secrets;
  kept: KeptSecrets;
}

interface Token {
  token: string;
  expiresOnTimestamp: number;
}

/** A token that is about to end is not begun with. */
const ENDS_SOON_MS = 2 * 60_000;

type GetToken = (scope: string, abortSignal: AbortSignal) => Promise<Token | null>;

/**
 * Signs in and opens the vault; throws `credentialRefused` when nobody is signed in. The token is for Key Vault of the cloud
 * that the vault's own name is of, whatever it answers.
 */
export async function openAdministratorsVault(
  url: string,
  getToken: GetToken = entraToken,
): Promise<AdministratorsVault> {
  const isLocal = isLoopback(new URL(url).hostname);
  const read = vaultTokens(url, getToken);
  // It starts a process, and takes longer than the vault may.
  if (!isLocal) await read();
  const options = { vaultUrl: url, credential: { getToken: read }, caller: 'person' } as const;
  return { url, secrets: keyVaultSecrets({ ...options, clock: systemClock }), kept: keptSecrets(options) };
}

export function vaultTokens(url: string, getToken: GetToken, now: () => number = Date.now): () => Promise<Token> {
  let kept: Token | undefined;
  return async () => {
    if (kept && kept.expiresOnTimestamp - now() > ENDS_SOON_MS) return kept;
    const resource = vaultResourceOf(url);
    const scope = `${resource ?? ''}/.default`;
    // What the library says is a page of every way in which somebody might have signed in.
    const token = resource
      ? await getToken(scope, AbortSignal.timeout(SIGN_IN_TIMEOUT_MS)).catch(() => undefined)
      : undefined;
    if (!token) {
      throw new Failure({
        kind: 'credentialRefused',
        message: `Nobody is signed in to Azure, so nothing was written into the Key Vault ${new URL(url).host}: sign in with az login as somebody who has the role Key Vault Secrets Officer on it.`,
      });
    }
    kept = token;
    return token;
  };
}

function entraToken(scope: string, abortSignal: AbortSignal): Promise<Token | null> {
  return azureCredential({}).getToken(scope, { abortSignal });
}
