import type { TokenCredential } from '@azure/identity';

import type { DeploymentIdentity } from '../app/ports';
import { AZURE_DEVOPS_SCOPE, isServicesUrl } from '../core/entra';
import { Failure } from '../core/failures';
import { isLoopback } from '../core/loopback';
import { bounded } from './bounded';

/** The identity endpoint is next door, but the library is loaded with the first token. */
const GIVE_UP_MS = 10_000;

/**
 * The deployment's managed identity as an account of Azure DevOps. The library keeps a token until shortly before it ends, so
 * that asking again is cheap, and brings another one then.
 */
export function azureDevOpsIdentity(credential: TokenCredential): DeploymentIdentity {
  return {
    async readToken(url) {
      if (!isServicesUrl(url) && !isLoopback(new URL(url).hostname)) {
        throw new Failure({
          kind: 'credentialRefused',
          message: `The token of the managed identity is for Azure DevOps Services alone and was not sent to ${new URL(url).host}: give this connection a PAT.`,
        });
      }
      // What the library says is a page, and may quote what it sent.
      const got = await bounded(GIVE_UP_MS, (abortSignal) =>
        credential.getToken(AZURE_DEVOPS_SCOPE, { abortSignal }),
      ).catch(() => null);
      if (got) return got.token;
      throw new Failure({
        kind: 'unavailable',
        message:
          'Azure gave no token of the managed identity for Azure DevOps. Check that the function app has its user-assigned ' +
          'identity and that the app setting AZURE_CLIENT_ID names it; it is tried again later.',
      });
    },
  };
}
