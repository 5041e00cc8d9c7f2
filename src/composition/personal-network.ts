import type { ConnectionNetwork } from '../app/ports';
import { Failure } from '../core/failures';
import { isLoopback } from '../core/loopback';
import { parseProxy } from '../core/proxy-address';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The way of whoever calls, from their own machine: the proxy that their environment names, as git takes it; authorities of their
 * own Node takes from NODE_EXTRA_CA_CERTS. A connection's network is Portcullis' and not theirs. Throws `unexpected` for a proxy
 * with a password, which would be no use without it.
 */
export function personalNetwork(base: string, variables: Variables = process.env): ConnectionNetwork {
  const { hostname, protocol } = new URL(base);
  const named = variables['HTTPS_PROXY'] ?? variables['https_proxy'] ?? '';
  const bypass = variables['NO_PROXY'] ?? variables['no_proxy'] ?? '';
  if (named === '' || protocol !== 'https:' || isLoopback(hostname) || isBypassed(hostname, bypass)) {
    return { proxy: null, caCertificates: null };
  }
  const parsed = parseProxy(named);
  if (parsed.ok) return { proxy: parsed.proxy, caCertificates: null };
  throw new Failure({ kind: 'unexpected', message: `The environment variable HTTPS_PROXY: ${parsed.reason}` });
}

/** Names, and domains with or without a dot in front, between commas. */
function isBypassed(hostname: string, list: string): boolean {
  const host = `.${hostname.toLowerCase()}`;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((each) => each !== '')
    .some((each) => each === '*' || host.endsWith(`.${each.replace(/^\*?\./, '')}`));
}
