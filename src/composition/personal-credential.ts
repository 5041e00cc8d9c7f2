import { azureCredential } from '../azure/credentials';
import type { Credential } from '../azure-devops/connect';
import { AZURE_DEVOPS_SCOPE, isServicesUrl } from '../core/entra';
import { Failure } from '../core/failures';
import { isLoopback } from '../core/loopback';
import { isPat } from '../core/pat';

/** Asking an identity that is not there takes time, but not that long. */
export const SIGN_IN_TIMEOUT_MS = 60_000;

type Variables = Readonly<Record<string, string | undefined>>;

/** An access token of the signed-in person for a scope; undefined when there is none. Throws when nobody is signed in. */
export type GetEntraToken = (scope: string, signal: AbortSignal) => Promise<string | undefined>;

/**
 * The credential of whoever calls: the PAT in AZURE_DEVOPS_PAT, else the Entra token of the signed-in person, which only
 * Azure DevOps Services ever gets. Throws `credentialRefused` with what to do when there is none for this address.
 *
 * @param scopes that a PAT needs for what is going to be done, for the sentence
 */
export async function personalCredential(
  base: string,
  scopes: string,
  variables: Variables = process.env,
  getEntraToken: GetEntraToken = entraToken,
): Promise<Credential> {
  const url = new URL(base);
  const pat = variables['AZURE_DEVOPS_PAT']?.trim() ?? '';
  if (pat !== '') {
    if (!isPat(pat)) throw refuse('AZURE_DEVOPS_PAT holds characters that no PAT has: copy it again.');
    if (url.protocol !== 'https:' && !isLoopback(url.hostname)) {
      throw refuse(`The PAT is not sent to ${url.host} in the clear: use the https:// address of this server.`);
    }
    return { kind: 'pat', pat, renewal: `make a new one with ${scopes} and put it into AZURE_DEVOPS_PAT` };
  }
  if (!isServicesUrl(url)) {
    throw refuse(
      `AZURE_DEVOPS_PAT is not set: put a PAT of ${url.host} with ${scopes} into that environment variable.`,
    );
  }
  let token: string | undefined;
  try {
    token = await getEntraToken(AZURE_DEVOPS_SCOPE, AbortSignal.timeout(SIGN_IN_TIMEOUT_MS));
  } catch {
    // What the library says is a page of every way in which somebody might have signed in.
    token = undefined;
  }
  if (token === undefined) {
    throw refuse(
      `AZURE_DEVOPS_PAT is not set, and nobody is signed in: put a PAT with ${scopes} into that environment variable, or ` +
        'sign in with az login.',
    );
  }
  return {
    kind: 'bearer',
    token,
    renewal: 'sign in with az login as a member of the organization, or put a PAT into AZURE_DEVOPS_PAT',
  };
}

/** By whatever way somebody is signed in on this machine: az login and its like. */
export async function entraToken(scope: string, abortSignal: AbortSignal): Promise<string | undefined> {
  return (await azureCredential({}).getToken(scope, { abortSignal }))?.token;
}

function refuse(message: string): Failure {
  return new Failure({ kind: 'credentialRefused', message });
}
