import { Failure } from '../core/failures';

import { entraToken, SIGN_IN_TIMEOUT_MS, type GetEntraToken } from './personal-credential';

/** Less than any token of az login lasts; asking it starts a process each time. */
const KEPT_MS = 4 * 60 * 1_000;

/** A deployment of Portcullis, as its management API tells it to whoever wants to sign in. */
export interface Deployment {
  tenantId: string;
  clientId: string;
}

/**
 * Access tokens of whoever is signed in, for one deployment of Portcullis.
 *
 * @param scope that was named; without one, the deployment's own
 */
export function portcullisSignIn(
  { tenantId, clientId }: Deployment,
  scope = `api://${clientId}/.default`,
  getEntraToken: GetEntraToken = entraToken,
  now: () => number = Date.now,
): () => Promise<string> {
  let kept: { token: string; until: number } | undefined;
  return async () => {
    if (kept && now() < kept.until) return kept.token;
    const until = now() + KEPT_MS;
    // What the library says is a page of every way in which somebody might have signed in.
    const token = await getEntraToken(scope, AbortSignal.timeout(SIGN_IN_TIMEOUT_MS)).catch(() => undefined);
    if (token === undefined) {
      throw new Failure({
        kind: 'credentialRefused',
        message: `Nobody is signed in to Portcullis: sign in with az login --tenant ${tenantId} --scope ${scope}, or put a token into PORTCULLIS_TOKEN.`,
      });
    }
    kept = { token, until };
    return token;
  };
}
