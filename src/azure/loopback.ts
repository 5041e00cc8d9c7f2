import { Failure } from '../core/failures';
import { isLoopback } from '../core/loopback';

/**
 * Credentials and secrets travel without encryption to this machine only, which is what the local environment needs.
 * Returns whether the address is such a plain one; throws for plain http to anywhere else.
 */
export function isPlainLoopback(url: string, what: string): boolean {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:') return false;
  if (protocol === 'http:' && isLoopback(hostname)) return true;
  throw new Failure({
    kind: 'unexpected',
    message: `${what} must be reached over https; ${protocol}//${hostname} was configured (plain http is for the local environment on loopback only).`,
  });
}
