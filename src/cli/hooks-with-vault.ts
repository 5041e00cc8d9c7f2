import { setTimeout as delay } from 'node:timers/promises';

import { newHookSecret } from '../app/hooks/hook-secret';
import { syncResultSchema } from '../app/hooks/hook-slices';
import { ARRIVED_AFTER_SECONDS, rotateResultSchema } from '../app/hooks/rotate-operation';
import type { AdministratorsVault } from '../composition/administrators-vault';

import { CliError } from './cli-error';
import { followOperation } from './follow-operation';
import type { CallManagement } from './management-client';

const ERROR = 2;

/**
 * Gives the subscriptions a new password where Portcullis only reads its vault, by the steps of its own rotation
 * (app/hooks/rotate-operation.ts): what an earlier one left is settled, the new password stored beside the present one, the
 * subscriptions rewritten once every endpoint knows it, the former one left to end. Broken off, it is called again.
 */
export async function rotateHooksWithVault(
  call: CallManagement,
  { secrets }: Pick<AdministratorsVault, 'secrets'>,
  { id, path }: { id: string; path: string },
  wait: (milliseconds: number) => Promise<unknown> = delay,
): Promise<unknown> {
  const operate = async (verb: 'sync' | 'rotate', body?: unknown): Promise<unknown> => {
    const { body: started } = await call('POST', `${path}/hooks/${verb}`, { body, expected: [202] });
    return followOperation(call, { path, started, exitCode: ERROR });
  };
  const known = await secrets.readHookSecrets(id, { fresh: true });
  if (known.length > 0) {
    const { changes } = syncResultSchema.parse(await operate('sync'));
    // Only two are accepted: what was sent with the one before them has to have arrived.
    if (known.length > 1 || changes.repaired > 0) {
      process.stderr.write('waiting until what was sent with an earlier password has arrived\n');
      await wait(ARRIVED_AFTER_SECONDS * 1_000);
    }
  }
  // The other's subscriptions would be left with a password that is not accepted any more.
  const present = await secrets.readHookSecrets(id, { fresh: true });
  if (present[0] !== known[0]) {
    throw new CliError('Somebody else gives the hooks a new password at the same time: theirs is used.', ERROR);
  }
  await secrets.saveHookSecret(id, newHookSecret());
  const result = rotateResultSchema.parse(await operate('rotate', { isStored: true }));
  if (result.formerEndsAt !== null) await secrets.endFormerHookSecret(id, new Date(result.formerEndsAt));
  return result;
}
