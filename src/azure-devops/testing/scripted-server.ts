import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { areas } from './areas';

export interface SeenRequest {
  method: string;
  /** Path and query, without the organization. */
  url: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A body to answer with 200, a full answer, or a function that answers on the raw response. */
export type ScriptedAnswer =
  | { status?: number; headers?: Record<string, string>; json?: unknown; raw?: string | Buffer }
  | ((response: ServerResponse) => void);

export interface ScriptedServer {
  /** The organization's URL. */
  url: string;
  /** Every request but OPTIONS, in order. */
  requests: SeenRequest[];
  options: SeenRequest[];
  stop(): Promise<void>;
}

/**
 * A server that tells node-api its routes and answers everything else as the script says; what the script does not
 * answer is 500. Set `script.options` to answer OPTIONS otherwise.
 */
export async function startScriptedServer(
  script: (request: SeenRequest) => ScriptedAnswer | undefined,
  answerOptions?: (request: SeenRequest) => ScriptedAnswer | undefined,
): Promise<ScriptedServer> {
  const requests: SeenRequest[] = [];
  const options: SeenRequest[] = [];
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const url = new URL(message.url ?? '/', 'http://localhost');
      const path = url.pathname.replace(/^\/contoso/, '');
      const request: SeenRequest = {
        method: message.method ?? '',
        url: `${path}${url.search}`,
        path,
        query: url.searchParams,
        headers: message.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      const isOptions = request.method === 'OPTIONS';
      (isOptions ? options : requests).push(request);
      const answer = isOptions ? (answerOptions?.(request) ?? routesOf(path)) : script(request);
      write(response, answer ?? { status: 500, json: { message: `not scripted: ${request.method} ${request.url}` } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/contoso`,
    requests,
    options,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function routesOf(path: string): ScriptedAnswer {
  const value = areas[path.replace(/^\/_apis\//, '').toLowerCase()] ?? [];
  return { json: { count: value.length, value } };
}

function write(response: ServerResponse, answer: ScriptedAnswer): void {
  if (typeof answer === 'function') {
    answer(response);
    return;
  }
  const body = answer.raw ?? (answer.json === undefined ? '' : JSON.stringify(answer.json));
  response.writeHead(answer.status ?? 200, {
    ...(answer.json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...answer.headers,
  });
  response.end(body);
}
