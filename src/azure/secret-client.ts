import type { TokenCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';

import { Failure } from '../core/failures';
import { bounded } from './bounded';
import { DELETE_MS, deleteSecret, purgeSecret, recoverSecret } from './delete-secret';
import { isPlainLoopback } from './loopback';
import { describeAnswer, parseRestAnswer, type RestAnswer } from './rest-answers';

const WRITE_MS = 3_000;

export interface StoredSecret {
  value: string;
  expiresOn: Date | undefined;
}

/**
 * The vault's answer: the secret, or that there is none (also when it is disabled or empty); or why there is no answer.
 * `vaultFailed` is false when the vault is well and refuses.
 */
export type SecretAnswer =
  { kind: 'answered'; secret: StoredSecret | undefined } | { kind: 'failed'; vaultFailed: boolean; failure: Failure };

/** Never rejects; gives up after `wait` milliseconds. */
export type ReadSecret = (name: string, wait: number) => Promise<SecretAnswer>;

export interface VaultClient {
  host: string;
  read: ReadSecret;
  /** Throws `unavailable`. `recovers`: also over what was deleted, which the vault keeps for a while. */
  write(
    name: string,
    value: string,
    properties: { contentType: string; expiresOn?: Date },
    options?: { recovers?: boolean },
  ): Promise<void>;
  /** Purged as well, unless the vault protects what is deleted. Nothing happens when it is gone already. */
  remove(name: string): Promise<void>;
}

/** Whose sign-in is used: the app's, or that of a person at a terminal, who is told what they can do. */
export type VaultCaller = 'app' | 'person';

/** The local vault takes any token, and tells callers by it; it must never be mistaken for a real credential. */
const localCredential = (caller: VaultCaller): TokenCredential => ({
  getToken: () => Promise.resolve({ token: LOCAL_TOKENS[caller], expiresOnTimestamp: Date.now() + 3_600_000 }),
});

export const LOCAL_TOKENS = { app: 'local', person: 'local-administrator' } as const satisfies Record<
  VaultCaller,
  string
>;

/** The genuine Key Vault client. No request is made here. */
export function openVault(
  vaultUrl: string,
  credential: TokenCredential | undefined,
  caller: VaultCaller,
): { client: SecretClient; host: string } {
  const isLocal = isPlainLoopback(vaultUrl, 'Key Vault');
  const { host } = new URL(vaultUrl);
  const chosen = isLocal ? localCredential(caller) : credential;
  if (chosen === undefined) {
    throw new Failure({ kind: 'unexpected', message: `A credential is needed for the Key Vault ${host}.` });
  }
  const client = new SecretClient(vaultUrl, chosen, {
    retryOptions: { maxRetries: 1, retryDelayInMs: 150, maxRetryDelayInMs: 300 },
    allowInsecureConnection: isLocal,
    disableChallengeResourceVerification: isLocal,
  });
  return { client, host };
}

/** The same, bounded and without a secret in any error. */
export function secretClient(
  vaultUrl: string,
  credential: TokenCredential | undefined,
  caller: VaultCaller,
): VaultClient {
  const { client, host } = openVault(vaultUrl, credential, caller);
  const failure = (error: unknown, name: string): Failure => vaultFailure(error, name, host, caller);
  return {
    host,
    read: async (name, wait) => {
      try {
        const { value = '', properties } = await bounded(wait, (abortSignal) =>
          client.getSecret(name, { abortSignal }),
        );
        const secret = value === '' ? undefined : { value, expiresOn: properties.expiresOn };
        return { kind: 'answered', secret };
      } catch (error) {
        const { status, innerCode } = parseRestAnswer(error);
        if (status === 404 || innerCode === 'SecretDisabled') return { kind: 'answered', secret: undefined };
        return { kind: 'failed', vaultFailed: status !== 403, failure: failure(error, name) };
      }
    },
    write: async (name, value, properties, { recovers = false } = {}) => {
      const set = () =>
        bounded(WRITE_MS, (abortSignal) => client.setSecret(name, value, { ...properties, abortSignal }));
      try {
        await set();
      } catch (error) {
        if (!recovers || parseRestAnswer(error).status !== 409) throw failure(error, name);
        try {
          await bounded(DELETE_MS, (abortSignal) => recoverSecret(client, name, abortSignal));
          await set();
        } catch {
          throw failure(error, name);
        }
      }
    },
    remove: async (name) => {
      try {
        await bounded(DELETE_MS, (abortSignal) => deleteSecret(client, name, abortSignal));
        await bounded(DELETE_MS, (abortSignal) => purgeSecret(client, name, abortSignal));
      } catch (error) {
        throw failure(error, name);
      }
    },
  };
}

/** The vault's own text stays out: it may quote what was sent. */
export function vaultFailure(error: unknown, name: string, host: string, caller: VaultCaller): Failure {
  // Of a sign-in: it has its sentence.
  if (error instanceof Failure) return error;
  const answer = parseRestAnswer(error);
  return new Failure({
    kind: 'unavailable',
    message: `Key Vault could not be used (secret ${name} in ${host}: ${describeAnswer(error)}); ${advice(answer, host, caller)}.`,
    mayHaveApplied: answer.status === undefined,
  });
}

/** What Key Vault calls a caller from an address that it does not let in, and one that comes past its private endpoint. */
const NETWORK_REFUSALS: readonly (string | undefined)[] = ['ForbiddenByFirewall', 'ForbiddenByConnection'];

function advice({ status, innerCode }: RestAnswer, host: string, caller: VaultCaller): string {
  const isNetwork = status === 403 && NETWORK_REFUSALS.includes(innerCode);
  if (caller === 'person') {
    if (isNetwork)
      return 'its firewall does not let you in from here: call this from inside its network, or let your address through';
    if (status === 403)
      return 'you need the role Key Vault Secrets Officer on this vault, which counts some minutes after it is assigned (the nextCommands of the deployment have the command)';
    if (status === 401) return 'sign in with az login to the tenant that this vault belongs to';
    if (status === undefined)
      return `it does not answer: look at the name ${host}, and whether this machine reaches it`;
  }
  switch (status) {
    case 401:
    case 403:
      if (isNetwork) return 'its firewall does not let Portcullis in';
      return 'give this identity the role Key Vault Secrets User (Secrets Officer to save) on the vault, and check its firewall';
    case 409:
      return 'the secret was deleted and can still be recovered: recover or purge it first';
    default:
      return caller === 'person' ? 'call this again later' : 'it is tried again later';
  }
}
