import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { HttpCookie, HttpData, TypedData } from './core-module';
import type { Invoke } from './invoke';
import { createRouter, type Route } from './routes';
import { stopServer } from './stop-server';

/** A worker's own HTTP listener, behind the host's front. */
export interface HttpListener {
  port: number;
  /** Takes no more requests; resolves when those under way are answered. */
  stop(): Promise<void>;
}

const LONGEST_STOP = 9_000;

const SAME_SITE = { none: undefined, lax: 'Lax', strict: 'Strict', explicitNone: 'None' } as const;

function setCookie(cookie: HttpCookie): string {
  const sameSite = SAME_SITE[cookie.sameSite ?? 'none'];
  const parts = [
    `${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`,
    cookie.expires && `expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`,
    cookie.maxAge && `max-age=${cookie.maxAge.value}`,
    cookie.domain && `domain=${cookie.domain.value}`,
    `path=${cookie.path?.value ?? '/'}`,
    cookie.secure?.value === true && 'secure',
    sameSite && `samesite=${sameSite.toLowerCase()}`,
    cookie.httpOnly?.value === true && 'httponly',
  ];
  return parts.filter((part) => typeof part === 'string' && part !== '').join('; ');
}

function bytesOf(data: TypedData | null | undefined): Buffer {
  if (data?.bytes !== undefined) return Buffer.from(data.bytes);
  return Buffer.from(data?.string ?? data?.json ?? '');
}

function nullable(entries: Iterable<[string, string | string[] | undefined]>): Record<string, { value: string }> {
  const result: Record<string, { value: string }> = {};
  for (const [name, value] of entries) {
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    const known = result[name];
    // As the host joins a query parameter that is there twice.
    result[name] = { value: known === undefined ? text : `${known.value},${text}` };
  }
  return result;
}

async function toHttpData(request: IncomingMessage, url: URL, params: Record<string, string>): Promise<HttpData> {
  const bytes = await buffer(request);
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(Object.entries(request.headers)),
    nullableQuery: nullable(url.searchParams),
    nullableParams: nullable(Object.entries(params)),
    ...(bytes.length === 0 ? {} : { body: { bytes } }),
  };
}

function send(response: ServerResponse, method: string, value: TypedData | null | undefined): void {
  const http = value?.http;
  if (http === undefined) {
    response.writeHead(204).end();
    return;
  }
  const status = Number(http.statusCode ?? 200);
  const body = bytesOf(http.body);
  for (const [name, text] of Object.entries(http.headers ?? {})) response.setHeader(name, text);
  if (http.cookies !== undefined && http.cookies.length > 0)
    response.setHeader('Set-Cookie', http.cookies.map(setCookie));
  const bodiless = status === 204 || status === 304 || status < 200;
  if (!bodiless) response.setHeader('Content-Length', body.length);
  response.writeHead(status);
  response.end(bodiless || method === 'HEAD' ? undefined : body);
}

/** Listens on a free loopback port and invokes the function that a request's route names. */
export async function startHttpListener(
  routes: Route<string>[],
  invoke: Invoke,
  failed: (functionName: string, error: unknown) => void,
): Promise<HttpListener> {
  const router = createRouter(routes);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET';
    const path = request.url ?? '/';
    const url = new URL(`http://${request.headers.host ?? 'localhost'}${path.startsWith('/') ? path : `/${path}`}`);
    const match = router(method, url.pathname);
    if (match === undefined) {
      response.writeHead(404, { 'Content-Length': 0 }).end();
      return;
    }
    try {
      const http = await toHttpData(request, url, match.params);
      const { returnValue } = await invoke(match.value, { http });
      send(response, method, returnValue);
    } catch (error) {
      failed(match.value, error);
      if (response.headersSent || request.destroyed) response.destroy();
      else response.writeHead(500, { 'Content-Length': 0 }).end();
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      failed('', error);
      response.destroy();
    });
  });
  // Only the host connects, and it keeps its connections: closing an idle one would race with its next request.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The worker has no port.');
  return {
    port: address.port,
    stop: () => stopServer(server, LONGEST_STOP),
  };
}
