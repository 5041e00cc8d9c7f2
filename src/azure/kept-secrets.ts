import type { KeptSecret, KeptSecrets } from '../app/ports';
import { bounded } from './bounded';
import { deleteSecret, DELETE_MS, purgeSecret } from './delete-secret';
import { isSecretOf, type KeyVaultOptions } from './key-vault-secrets';
import { parseRestAnswer } from './rest-answers';
import { openVault, vaultFailure } from './secret-client';

/** A list of all secrets is pages of 25. */
const LIST_MS = 15_000;

/** The secrets of a connection, found by their names: also those that nothing points to any more. */
export function keptSecrets({ vaultUrl, credential, caller = 'app' }: Omit<KeyVaultOptions, 'clock'>): KeptSecrets {
  const { client, host } = openVault(vaultUrl, credential, caller);

  const orFailure = async <T>(name: string, milliseconds: number, use: (signal: AbortSignal) => Promise<T>) => {
    try {
      return await bounded(milliseconds, use);
    } catch (error) {
      throw vaultFailure(error, name, host, caller);
    }
  };

  const list = (connectionId: string): Promise<KeptSecret[]> =>
    orFailure('list', LIST_MS, async (abortSignal) => {
      const found: KeptSecret[] = [];
      for await (const { name } of client.listPropertiesOfSecrets({ abortSignal })) {
        if (isSecretOf(name, connectionId)) found.push({ name, state: 'stands', purgedOn: null });
      }
      try {
        for await (const { name, scheduledPurgeDate } of client.listDeletedSecrets({ abortSignal })) {
          const purgedOn = scheduledPurgeDate ?? null;
          if (isSecretOf(name, connectionId)) found.push({ name, state: 'deleted', purgedOn });
        }
      } catch (error) {
        // What is deleted keeps nobody from anything: whoever only reads may not be shown it.
        if (parseRestAnswer(error).status !== 403) throw error;
      }
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    });

  return {
    list,
    remove: async (connectionId) => {
      const kept: KeptSecret[] = [];
      for (const secret of await list(connectionId)) {
        if (secret.state === 'stands') {
          await orFailure(secret.name, DELETE_MS, (signal) => deleteSecret(client, secret.name, signal));
        }
        const isPurged = await orFailure(secret.name, DELETE_MS, (signal) => purgeSecret(client, secret.name, signal));
        if (!isPurged) kept.push({ ...secret, state: 'deleted' });
      }
      if (kept.length === 0) return [];
      // The day is the vault's to tell.
      const standing = await list(connectionId);
      return kept.map((secret) => standing.find(({ name }) => name === secret.name) ?? secret);
    },
  };
}
