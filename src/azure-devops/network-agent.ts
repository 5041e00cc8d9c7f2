import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { createSecureContext, getCACertificates, rootCertificates, type SecureContext } from 'node:tls';

import { LRUCache } from 'lru-cache';

import type { ConnectionNetwork } from '../app/ports';
import { PROXY_ERROR } from '../core/proxy-address';

/** A proxy that takes longer to lead anywhere is one that does not answer. */
const CONNECT_DEADLINE_MS = 10_000;

/** Without a proxy, with the system's authorities. */
export const STRAIGHT: ConnectionNetwork = { proxy: null, caCertificates: null };

/** A context is some 150 roots parsed; a deployment has a handful of connections with certificates of their own. */
const contexts = new LRUCache<string, SecureContext>({ max: 20 });

/**
 * What opens the sockets to one origin: straight, or through a proxy by CONNECT, and then no other way. Sockets are kept, the
 * server's certificate is verified inside the tunnel, and the environment of the process (HTTPS_PROXY) is not asked: node-api's
 * own tunnel keeps no socket, waits for ever, and calls all that goes wrong ECONNRESET.
 */
export function createAgent(origin: URL, { proxy, caCertificates }: ConnectionNetwork): HttpAgent {
  if (origin.protocol === 'http:') return new HttpAgent({ keepAlive: true });
  const trust = caCertificates === null ? {} : { secureContext: trusting(caCertificates) };
  const agent = new HttpsAgent({ keepAlive: true, rejectUnauthorized: true, ...trust });
  if (proxy === null) return agent;

  const secure = agent.createConnection.bind(agent);
  const tunnels = new Set<AbortController>();
  agent.createConnection = (options, callback) => {
    const tunnel = new AbortController();
    tunnels.add(tunnel);
    openTunnel(new URL(proxy), origin, trust, tunnel.signal)
      .then((socket) => {
        const given = { ...options, socket };
        const opened = secure(given);
        if (opened) callback?.(null, opened);
      })
      // The types want a stream beside an error, which nobody looks at.
      .catch((error: unknown) => (callback as ((error: unknown) => void) | undefined)?.(error))
      .finally(() => tunnels.delete(tunnel));
    return undefined;
  };
  const destroy = agent.destroy.bind(agent);
  agent.destroy = () => {
    for (const tunnel of tunnels) tunnel.abort();
    destroy();
  };
  return agent;
}

/** A socket that leads to the origin. The proxy is told host and port, and nothing else. */
function openTunnel(
  proxy: URL,
  origin: URL,
  trust: { secureContext?: SecureContext },
  disposed: AbortSignal,
): Promise<Socket> {
  const target = `${origin.hostname}:${origin.port === '' ? '443' : origin.port}`;
  const isSecure = proxy.protocol === 'https:';
  const send = isSecure ? httpsRequest : httpRequest;
  const host = proxy.hostname.replace(/^\[|\]$/g, '');
  // Node would look in the certificate for the name in `host` below, the server's. An address is no name, and compared as it is.
  const servername = isIP(host) === 0 ? host : '';
  return new Promise((resolve, reject) => {
    const asking = send({
      host,
      port: proxy.port === '' ? (isSecure ? 443 : 80) : Number(proxy.port),
      method: 'CONNECT',
      path: target,
      headers: { host: target },
      agent: false,
      signal: disposed,
      ...(isSecure ? { servername, rejectUnauthorized: true, ...trust } : {}),
    });
    const late = setTimeout(() => asking.destroy(proxyError('timed out')), CONNECT_DEADLINE_MS);
    asking
      .once('connect', ({ statusCode }, socket, head) => {
        clearTimeout(late);
        // A server of TLS does not speak first.
        if (statusCode === 200 && head.length === 0) resolve(socket);
        else {
          socket.destroy();
          reject(proxyError(statusCode === 200 ? 'spoke out of turn' : String(statusCode)));
        }
      })
      .once('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(late);
        reject(error.code?.startsWith(PROXY_ERROR) ? error : proxyError(error.code ?? 'failed'));
      })
      .end();
  });
}

function proxyError(why: string): Error {
  return Object.assign(new Error(`The proxy led nowhere: ${why}`), { code: `${PROXY_ERROR}${why}` });
}

/** The system's authorities and these; an authority below a root that is not given counts by itself. */
function trusting(caCertificates: string): SecureContext {
  const known = contexts.get(caCertificates);
  if (known) return known;
  // Runtimes before 22.15 cannot tell their own list, in which NODE_EXTRA_CA_CERTS are.
  const roots = (getCACertificates as typeof getCACertificates | undefined)?.('default') ?? rootCertificates;
  const context = createSecureContext({ ca: [...roots, caCertificates], allowPartialTrustChain: true });
  contexts.set(caCertificates, context);
  return context;
}
