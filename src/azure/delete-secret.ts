import type { SecretClient } from '@azure/keyvault-secrets';

import { parseRestAnswer } from './rest-answers';

/** The vault deletes in the background, and purges only then. */
export const DELETE_MS = 20_000;
const POLL_MS = 250;

export async function deleteSecret(client: SecretClient, name: string, abortSignal: AbortSignal): Promise<void> {
  try {
    const deleting = await client.beginDeleteSecret(name, { abortSignal, intervalInMs: POLL_MS });
    await deleting.pollUntilDone();
  } catch (error) {
    // Somebody else was faster.
    if (parseRestAnswer(error).status !== 404) throw error;
  }
}

/** False where the vault protects what is deleted, or this identity may not purge. */
export async function purgeSecret(client: SecretClient, name: string, abortSignal: AbortSignal): Promise<boolean> {
  try {
    await client.purgeDeletedSecret(name, { abortSignal });
    return true;
  } catch (error) {
    const { status } = parseRestAnswer(error);
    if (status === 404) return true;
    if (status === 403) return false;
    throw error;
  }
}

/** What was deleted bars its name until it is recovered; false where it was not deleted. */
export async function recoverSecret(client: SecretClient, name: string, abortSignal: AbortSignal): Promise<boolean> {
  try {
    const recovering = await client.beginRecoverDeletedSecret(name, { abortSignal, intervalInMs: POLL_MS });
    await recovering.pollUntilDone();
    return true;
  } catch (error) {
    if (parseRestAnswer(error).status === 404) return false;
    throw error;
  }
}
