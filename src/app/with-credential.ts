import { Failure } from '../core/failures';

import type { Connection, Credentials, DoorCredential } from './ports';

interface Options {
  /** A project that has a PAT of its own is asked with that one. */
  projectId?: string | undefined;
}

/**
 * A refused PAT may have been replaced within the cache's five minutes, and a token ends: both are asked for once more
 * before giving up.
 */
export async function withCredential<T>(
  credentials: Credentials,
  connection: Connection,
  use: (credential: DoorCredential) => Promise<T>,
  { projectId }: Options = {},
): Promise<T> {
  const credential = await credentials.read(connection, { projectId });
  try {
    return await use(credential);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'credentialRefused') throw error;
    const fresh = await credentials.read(connection, { projectId, fresh: true });
    if (secretOf(fresh) === secretOf(credential)) throw error;
    return use(fresh);
  }
}

function secretOf(credential: DoorCredential): string {
  return credential.kind === 'pat' ? credential.pat : credential.token;
}
