import { Failure } from '../core/failures';

import type { Connection, Credentials, DoorCredential } from './ports';

/** It may be replaced once more in the meantime; but whoever replaces it all the time is not waited for. */
const MOST_TRIES = 4;

interface Options {
  /** A project that has a PAT of its own is asked with that one. */
  projectId?: string | undefined;
  /** Reads past the cache: what acts in an account's name does not act in that of one whose PAT was just replaced. */
  fresh?: boolean;
}

/**
 * A refused PAT may have been replaced within the cache's five minutes, and a token ends: both are asked for once more
 * before giving up.
 */
export async function withCredential<T>(
  credentials: Credentials,
  connection: Connection,
  use: (credential: DoorCredential) => Promise<T>,
  { projectId, fresh: isFresh = false }: Options = {},
): Promise<T> {
  let credential = await credentials.read(connection, { projectId, fresh: isFresh });
  for (let tries = 1; ; tries += 1) {
    try {
      return await use(credential);
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'credentialRefused' || tries === MOST_TRIES) throw error;
      const fresh = await credentials.read(connection, { projectId, fresh: true });
      if (secretOf(fresh) === secretOf(credential)) throw error;
      credential = fresh;
    }
  }
}

function secretOf(credential: DoorCredential): string {
  return credential.kind === 'pat' ? credential.pat : credential.token;
}
