import { Option } from 'commander';
import { z } from 'zod';

import type { AdministratorsVault } from '../composition/administrators-vault';

import { CliError } from './cli-error';
import type { CallManagement } from './management-client';
import { trustVault } from './trusted-vault';

const ERROR = 2;

const deploymentSchema = z.object({ writesSecrets: z.boolean(), vaultUrl: z.string().max(500) });

/** For commands that write what is secret. */
export function vaultOption(): Option {
  return new Option(
    '--vault <name or URL>',
    'where Portcullis only reads its Key Vault: the vault that you write, as you; else PORTCULLIS_VAULT',
  );
}

/**
 * The vault that whoever calls has to write with their own sign-in, as this Portcullis only reads it; undefined where it
 * writes itself. Whoever names a vault means it: then nothing that is secret goes to Portcullis, whatever it says.
 */
export async function vaultToWrite(
  call: CallManagement,
  option: string | undefined,
): Promise<AdministratorsVault | undefined> {
  const variable = process.env['PORTCULLIS_VAULT']?.trim() ?? '';
  const given = option ?? (variable === '' ? undefined : variable);
  // A former release does not say it, and writes itself.
  const answer = await call('GET', '/deployment', { expected: [200, 404] });
  const deployment = deploymentSchema.safeParse(answer.body);
  if (answer.status === 404 || deployment.data?.writesSecrets === true) {
    if (given === undefined) return undefined;
    throw new CliError(
      'A vault is named, and this Portcullis says that it writes its vault itself: nothing was sent. Leave out --vault and PORTCULLIS_VAULT to let it, or check PORTCULLIS_URL.',
      ERROR,
    );
  }
  if (!deployment.success) throw new CliError('Portcullis does not say who writes its vault: nothing was sent.', ERROR);
  const url = await trustVault(deployment.data.vaultUrl, given);
  const { openAdministratorsVault } = await import('../composition/administrators-vault');
  return openAdministratorsVault(url);
}
