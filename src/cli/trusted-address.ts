import { isServicesUrl } from '../core/entra';
import { isLoopback } from '../core/loopback';

import { askAtTerminal, hasTerminal } from './agree';
import { CliError } from './cli-error';
import { isSameOrganization } from './gate-identity';
import { visible } from './terminal-text';

/**
 * Before the credential of whoever calls goes to an address that Portcullis names: what answers at PORTCULLIS_URL must not
 * choose who gets the PAT of an administrator. Microsoft's own hosts may have it; a server is named by whoever calls,
 * or agreed to at a terminal.
 *
 * @param given the address as whoever calls says it
 */
export async function trustAddress(
  { name, url }: { name: string; url: string },
  given: string | undefined,
  exitCode: number,
): Promise<void> {
  const at = `${visible(name)} is at ${visible(url)}, as Portcullis says`;
  if (!URL.canParse(url)) throw new CliError(`${at}, which is no address: nothing was sent.`, exitCode);
  if (given !== undefined) {
    if (isSameOrganization(url, given)) return;
    throw new CliError(`${at}, and you say ${visible(given)}: nothing was sent.`, exitCode);
  }
  if (isServicesUrl(url) || (isLoopback(new URL(url).hostname) && isPortcullisHere())) return;
  if (!hasTerminal()) {
    const message = `${at}, and nobody else: your credential was not sent there. Say it yourself, with --organization ${visible(url)}.`;
    throw new CliError(message, exitCode);
  }
  process.stderr.write(`${at}. Your credential is going to be sent there.\n`);
  if (!(await askAtTerminal('Send it?'))) throw new CliError('Nothing was sent.', exitCode);
}

/** Something on this machine is only of this machine to what runs here, too. */
export function isPortcullisHere(): boolean {
  const address = process.env['PORTCULLIS_URL'] ?? '';
  return address === '' || (URL.canParse(address) && isLoopback(new URL(address).hostname));
}
