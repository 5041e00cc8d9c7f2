import { Failure } from '../core/failures';

import type { KeptSecrets, Secrets } from './ports';

/** By this a program that calls the management API knows that it has to write the vault itself. */
export const VAULT_IS_READ_ONLY = 'vault-is-read-only';

/** Whose vault it is, and who writes it. */
export interface VaultTerms {
  url: string;
  /** False: administrators write it with their own sign-in, and Portcullis only reads it. */
  writesSecrets: boolean;
}

/** Why Portcullis did not do it, and what does. */
export function vaultIsReadOnly(command = 'the portcullis command of this release'): Failure {
  return new Failure({
    kind: 'superseded',
    code: VAULT_IS_READ_ONLY,
    message:
      'Nothing was changed: this Portcullis only reads its Key Vault (consoleWritesSecrets is false). Call ' +
      `${command}, which writes it as you, with the role Key Vault Secrets Officer.`,
  });
}

/**
 * Secrets that only somebody else may write: whatever would be written has to stand there already, so that the same steps
 * run after an administrator has written. Anything else throws, and nothing reaches the vault.
 */
export function readOnlySecrets(secrets: Secrets): Secrets {
  const demand = (isThere: boolean, command?: string): void => {
    if (!isThere) throw vaultIsReadOnly(command);
  };
  return {
    readPat: (...asked) => secrets.readPat(...asked),
    readStoredPat: (...asked) => secrets.readStoredPat(...asked),
    readCandidatePat: (...asked) => secrets.readCandidatePat(...asked),
    readHookSecrets: (...asked) => secrets.readHookSecrets(...asked),
    savePat: async (connectionId, pat, _expiresOn, projectId) =>
      demand((await secrets.readStoredPat(connectionId, projectId))?.pat === pat),
    removePat: async (connectionId, projectId) =>
      demand((await secrets.readStoredPat(connectionId, projectId)) === undefined),
    saveHookSecret: async (connectionId, secret) =>
      demand((await secrets.readHookSecrets(connectionId, { fresh: true }))[0] === secret, 'portcullis hooks rotate'),
    saveCandidatePat: async (connectionId, pat) => demand((await secrets.readCandidatePat(connectionId)) === pat),
    removeCandidatePat: async (connectionId) => demand((await secrets.readCandidatePat(connectionId)) === undefined),
    // When it ends is not to be seen from here.
    endFormerHookSecret: () => Promise.reject(vaultIsReadOnly()),
  };
}

/** The same when a connection goes: what stands has to be deleted before, and what is deleted is told. */
export function readOnlyKeptSecrets(secrets: KeptSecrets): KeptSecrets {
  return {
    list: (connectionId) => secrets.list(connectionId),
    remove: async (connectionId) => {
      const found = await secrets.list(connectionId);
      if (found.some(({ state }) => state === 'stands')) throw vaultIsReadOnly();
      return found;
    },
  };
}
