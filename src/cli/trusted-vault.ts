import { isLoopback } from '../core/loopback';
import { vaultAddress } from '../core/vault-address';

import { askAtTerminal, hasTerminal } from './agree';
import { CliError } from './cli-error';
import { visible } from './terminal-text';
import { isPortcullisHere } from './trusted-address';

/** Nothing was written: never the answer that 1 is. */
const ERROR = 2;

/**
 * Before a PAT goes into a vault that Portcullis names: what answers at PORTCULLIS_URL must not choose who gets it, and
 * anybody can have a vault in Azure. So whoever calls names it, or agrees at a terminal.
 *
 * @param told by Portcullis
 * @param given by whoever calls
 */
export async function trustVault(told: string, given: string | undefined): Promise<string> {
  const named = given === undefined ? undefined : vaultAddress(given);
  if (given !== undefined && named === undefined) {
    throw new CliError(
      `${visible(given)} is no Key Vault: it is a name, or an address like https://contoso-kv.vault.azure.net (the deployment's output keyVaultUri).`,
      ERROR,
    );
  }
  const address = vaultAddress(told);
  const at = `Portcullis says that its secrets are in ${visible(told)}`;
  if (address === undefined) throw new CliError(`${at}, which is no Key Vault: nothing was written.`, ERROR);
  if (named !== undefined) {
    if (named === address) return address;
    throw new CliError(`${at}, and you say ${named}: nothing was written.`, ERROR);
  }
  if (isLoopback(new URL(address).hostname)) {
    if (isPortcullisHere()) return address;
    throw new CliError(`${at}, which is this machine, and Portcullis is not: nothing was written.`, ERROR);
  }
  if (!hasTerminal()) {
    throw new CliError(
      `${at}, and nobody else: nothing was written. Say it yourself, with --vault or PORTCULLIS_VAULT (the deployment's output keyVaultUri).`,
      ERROR,
    );
  }
  process.stderr.write(
    `${at}. What is secret is going to be written there, with your sign-in to Azure. (PORTCULLIS_VAULT=${address} says so once and for all; the deployment's output keyVaultUri tells the right one.)\n`,
  );
  if (!(await askAtTerminal('Is that the vault of your Portcullis?')))
    throw new CliError('Nothing was written.', ERROR);
  return address;
}
