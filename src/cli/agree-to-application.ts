import type { Deployment } from '../composition/portcullis-sign-in';
import { isLoopback } from '../core/loopback';

import { askAtTerminal, hasTerminal } from './agree';
import { CliError } from './cli-error';

/** Nobody was asked: never the answer that 1 is. */
const ERROR = 2;

/**
 * What answers at PORTCULLIS_URL must not choose by itself for which application it gets a token: it could name that of
 * another deployment, and administer there with it. So whoever calls says the scope, or agrees at a terminal.
 */
export function assertAgreeable(portcullis: string): void {
  if (isHere(portcullis) || hasTerminal()) return;
  throw new CliError(
    `PORTCULLIS_SCOPE is not set, and there is no terminal to ask in: put the deployment's output portcullisScope there (api://<client id>/.default), so that ${portcullis} cannot choose what your sign-in is good for.`,
    ERROR,
  );
}

export async function agreeToApplication(portcullis: string, { tenantId, clientId }: Deployment): Promise<void> {
  if (isHere(portcullis)) return;
  process.stderr.write(
    `${portcullis} asks for your sign-in to application ${clientId} in tenant ${tenantId}. (PORTCULLIS_SCOPE=api://${clientId}/.default says so once and for all; the deployment's output portcullisScope tells the right one.)\n`,
  );
  if (!(await askAtTerminal('Is that your Portcullis?'))) throw new CliError('Nothing was sent.', ERROR);
}

function isHere(portcullis: string): boolean {
  return isLoopback(new URL(portcullis).hostname);
}
