import {
  Agent,
  createServer,
  request as forward,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { stopServer } from './stop-server';

export interface HttpFrontOptions {
  /** 0: a free one. */
  port: number;
  /** Whether a function takes this request. */
  matches: (method: string, path: string) => boolean;
  /** The HTTP worker's port, waiting so long for it; undefined when it is not there. */
  workerPort: (withinMilliseconds: number) => Promise<number | undefined>;
  /** Answers what the host itself serves (`/admin/…`); false when it is not that. */
  answerItself: (method: string, path: string, response: ServerResponse) => boolean;
}

export interface HttpFront {
  port: number;
  stop(): Promise<void>;
}

/** The Functions host's own limit. */
const LARGEST_BODY = 100 * 1024 * 1024;
const LONGEST_WAIT = 10_000;
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) if (!HOP_BY_HOP.has(name)) kept[name] = value;
  return kept;
}

/** An answer of the host itself: a status and nothing else, as Azure's. */
function answerEmpty(response: ServerResponse, status: number, close = false): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'Content-Length': 0, ...(close ? { Connection: 'close' } : {}) }).end();
}

/** Starts the host's HTTP front on loopback: it passes what a function takes to the HTTP worker and answers 404 else. */
export async function startHttpFront(options: HttpFrontOptions): Promise<HttpFront> {
  const agent = new Agent({ keepAlive: true });

  /** Resolves to false when nothing was sent because nobody listens at that port. */
  const passOn = (request: IncomingMessage, response: ServerResponse, port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const passed = forward({
        agent,
        host: '127.0.0.1',
        port,
        method: request.method,
        path: request.url,
        headers: endToEnd(request.headers),
      });
      let size = 0;
      let sent = false;
      const startSending = (): void => {
        sent = true;
        request.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= LARGEST_BODY) return;
          request.unpipe(passed);
          passed.destroy();
          answerEmpty(response, 413, true);
        });
        request.pipe(passed);
      };
      passed.on('socket', (socket) => {
        if (socket.connecting) socket.once('connect', startSending);
        else startSending();
      });
      passed.on('response', (answer) => {
        answer.on('error', () => response.destroy());
        answer.on('close', () => resolve(true));
        if (response.destroyed) {
          // The client is gone. The function has run all the same, as in Azure.
          answer.resume();
          return;
        }
        response.on('close', () => answer.resume());
        response.writeHead(answer.statusCode ?? 500, endToEnd(answer.headers));
        answer.pipe(response);
      });
      passed.on('error', () => {
        if (sent && !response.writableEnded) {
          // The worker died while it had the request: Azure answers 500 too.
          request.unpipe(passed);
          request.resume();
          answerEmpty(response, 500);
        }
        resolve(sent);
      });
      // A request that breaks off never gets to a function; one that is whole does, whoever still waits for its answer.
      request.on('close', () => {
        if (!request.complete) passed.destroy();
      });
    });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET';
    const path = request.url ?? '/';
    const { pathname } = new URL(`http://localhost${path.startsWith('/') ? path : `/${path}`}`);
    if (options.answerItself(method, pathname, response)) {
      request.resume();
      return;
    }
    if (!options.matches(method, pathname)) {
      request.resume();
      answerEmpty(response, 404);
      return;
    }
    if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) {
      answerEmpty(response, 413, true);
      return;
    }
    const deadline = performance.now() + LONGEST_WAIT;
    for (;;) {
      const port = await options.workerPort(deadline - performance.now());
      if (port === undefined) {
        request.resume();
        answerEmpty(response, 503);
        return;
      }
      if (await passOn(request, response, port)) return;
      // Dead, and its end not yet seen here: a moment later it is.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => answerEmpty(response, 500));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The Functions host has no port.');

  return {
    port: address.port,
    async stop() {
      await stopServer(server, LONGEST_WAIT);
      agent.destroy();
    },
  };
}
