import { Failure } from '../core/failures';

import type { Secrets } from './ports';

/** A refused PAT may have been rotated within the cache's five minutes: the vault is asked once more before giving up. */
export async function withPat<T>(secrets: Secrets, connectionId: string, use: (pat: string) => Promise<T>): Promise<T> {
  const pat = await secrets.readPat(connectionId);
  try {
    return await use(pat);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'credentialRefused') throw error;
    const fresh = await secrets.readPat(connectionId, { fresh: true });
    if (fresh === pat) throw error;
    return use(fresh);
  }
}
