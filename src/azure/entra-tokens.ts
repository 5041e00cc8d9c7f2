import type { JWTVerifyGetKey } from 'jose';

import type { Clock, VerifyEntraToken } from '../app/ports';
import { Failure } from '../core/failures';
import { isPlainLoopback } from './loopback';

/** The longest that a token with a full list of groups comes to, and more. */
const LONGEST_TOKEN = 16_384;
const CLOCK_TOLERANCE_SECONDS = 60;
/** Entra signs with new keys long after it published them, and an unknown one is asked for at once. */
const KEYS_KEPT_MS = 60 * 60 * 1_000;
const KEYS_TIMEOUT_MS = 5_000;
/** What the token itself is to blame for, of all that can go wrong while its key is looked for. */
const TOKENS_OWN_FAULTS = ['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS', 'ERR_JOSE_NOT_SUPPORTED'];

interface EntraOptions {
  tenantId: string;
  clientId: string;
  /** Where the tenant's keys are: `https://login.microsoftonline.com`, or that of a national cloud. */
  authority: string;
  clock: Clock;
}

/** Verifies tokens that one tenant's Entra made for this deployment, in either of its two formats. */
export function entraTokens({ tenantId, clientId, authority, clock }: EntraOptions): VerifyEntraToken {
  const base = `${authority.replace(/\/+$/, '')}/${tenantId}`;
  let loading: ReturnType<typeof load> | undefined;

  const load = async () => {
    const { createRemoteJWKSet, jwtVerify } = await import('jose');
    const address = new URL(`${base}/discovery/v2.0/keys`);
    isPlainLoopback(address.href, 'Entra');
    const options = { cacheMaxAge: KEYS_KEPT_MS, timeoutDuration: KEYS_TIMEOUT_MS };
    return { jwtVerify, keys: createRemoteJWKSet(address, options), host: address.host };
  };

  return async (token) => {
    if (token.length > LONGEST_TOKEN) return undefined;
    loading ??= load();
    const { jwtVerify, keys, host } = await loading;
    const keyOf: JWTVerifyGetKey = async (header, jws) => {
      try {
        return await keys(header, jws);
      } catch (error) {
        if (TOKENS_OWN_FAULTS.includes(codeOf(error))) throw error;
        throw new Failure({
          kind: 'unavailable',
          message: `The keys of Entra could not be read from ${host}, so nobody can be told from anybody else; try again in a minute.`,
        });
      }
    };
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: ['RS256'],
        issuer: [`${base}/v2.0`, `https://sts.windows.net/${tenantId}/`],
        audience: [clientId, `api://${clientId}`],
        requiredClaims: ['exp', 'oid', 'tid'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: clock.now(),
      });
      return payload;
    } catch (error) {
      if (error instanceof Failure) throw error;
      return undefined;
    }
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
