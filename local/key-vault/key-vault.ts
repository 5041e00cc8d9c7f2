import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { answerVaultRequest, failure, type VaultResponse } from './routes';
import { openSecretStore } from './secret-store';

/** What the vault does to every request until told otherwise: 429, 503, or no answer at all. */
export type KeyVaultFault = 'throttle' | 'unavailable' | 'hang';

export interface KeyVaultOptions {
  /** Secrets are kept in `key-vault.json` in this folder; in memory when absent. */
  dataDirectory?: string;
  /** 0 or absent: a free one. */
  port?: number;
  /** Whether deleted secrets cannot be purged; default: they can. */
  isPurgeProtected?: boolean;
  /** The tokens that may do anything, as with the role Secrets Officer; others then read, as a Secrets User. Absent: all. */
  officers?: readonly string[];
}

export interface KeyVault {
  /** For `new SecretClient(url, …)`, with `allowInsecureConnection` and `disableChallengeResourceVerification`. */
  url: string;
  port: number;
  setFault(fault: KeyVaultFault | null): void;
  /** Requests received so far, challenges included, by method and route: `GET /secrets/{name}` → 2. */
  requests(): Record<string, number>;
  /** Those of them that were refused to who may only read. */
  refused(): Record<string, number>;
  stop(): Promise<void>;
}

const CHALLENGE =
  'Bearer authorization="https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000", resource="https://vault.azure.net"';

function routeOf(method: string, segments: string[]): string {
  const [collection = '', name, third] = segments;
  const rest = name === undefined ? '' : '/{name}';
  const last = third === undefined ? '' : ['versions', 'recover'].includes(third) ? `/${third}` : '/{version}';
  return `${method} /${collection}${rest}${last}`;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const bytes = await buffer(request);
  return bytes.length === 0 ? undefined : JSON.parse(bytes.toString('utf8'));
}

function send(response: ServerResponse, { status, body }: VaultResponse, headers: Record<string, string> = {}): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    ...(text === '' ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
    'Content-Length': Buffer.byteLength(text),
    'x-ms-keyvault-service-version': 'local',
  });
  response.end(text);
}

/**
 * Starts a stand-in for Azure Key Vault on loopback, for the genuine `@azure/keyvault-secrets`: it asks for a bearer
 * token as the service does and takes any.
 */
export async function startKeyVault(options: KeyVaultOptions = {}): Promise<KeyVault> {
  const store = openSecretStore(options.dataDirectory);
  const counts = new Map<string, number>();
  const refusals = new Map<string, number>();
  let fault: KeyVaultFault | null = null;
  let url = '';

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET';
    const address = new URL(request.url ?? '/', url);
    // getSecret of the current version asks with a trailing slash.
    const segments = address.pathname.split('/').filter((segment) => segment !== '');
    const route = routeOf(method, segments);
    counts.set(route, (counts.get(route) ?? 0) + 1);

    if (fault === 'hang') return;
    if (fault === 'throttle') {
      send(response, failure(429, 'Throttled', 'Request was not processed because too many requests were received.'), {
        'Retry-After': '1',
      });
      return;
    }
    if (fault === 'unavailable') {
      send(response, failure(503, 'ServiceUnavailable', 'The service is unavailable.'));
      return;
    }
    if (!/^Bearer \S+$/i.test(request.headers.authorization ?? '')) {
      send(response, failure(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.'), {
        'WWW-Authenticate': CHALLENGE,
      });
      return;
    }
    const [, token = ''] = (request.headers.authorization ?? '').split(' ');
    // Whether a Secrets User may see what is deleted is documented nowhere.
    const isOfficers = method !== 'GET' || segments[0] === 'deletedsecrets';
    if (isOfficers && options.officers && !options.officers.includes(token)) {
      refusals.set(route, (refusals.get(route) ?? 0) + 1);
      send(
        response,
        failure(403, 'Forbidden', 'Caller is not authorized to perform action on resource.', 'ForbiddenByRbac'),
      );
      return;
    }
    if (!address.searchParams.has('api-version')) {
      send(response, failure(400, 'BadParameter', 'api-version must be specified'));
      return;
    }
    let body: unknown;
    try {
      body = await readBody(request);
    } catch {
      send(response, failure(400, 'BadParameter', 'The request body is not JSON.'));
      return;
    }
    const { isPurgeProtected = false } = options;
    const query = address.searchParams;
    send(response, answerVaultRequest(store, { method, baseUrl: url, segments, query, body, isPurgeProtected }));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      send(response, failure(500, 'InternalError', String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The local Key Vault has no port.');
  url = `http://127.0.0.1:${address.port}`;

  return {
    url,
    port: address.port,
    setFault: (next) => {
      fault = next;
    },
    requests: () => Object.fromEntries(counts),
    refused: () => Object.fromEntries(refusals),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
