import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { z } from 'zod';

import { enqueue, isAuthentic, readIds } from '../by-hand';
import { listenAndServe } from '../listen';
import { isFunction, loadPeer } from '../peers';

interface Request extends IncomingMessage {
  body: unknown;
}
interface Response extends ServerResponse {
  status(status: number): Response;
}
type Middleware = (request: Request, response: Response, next: () => void) => unknown;
interface Express {
  (request: IncomingMessage, response: ServerResponse): void;
  post(path: string, ...middleware: Middleware[]): void;
}
interface ExpressPackage {
  (): Express;
  json(options: { limit: string }): Middleware;
}

/** Express as its guide has it: a middleware that authenticates, then its own JSON parser, then the handler. */
const express = z.custom<ExpressPackage>(isFunction).parse(loadPeer('express'));
const app = express();
app.post(
  '/api/service-hooks/:connectionId',
  (request, response, next) => {
    if (isAuthentic(request.headers.authorization)) next();
    else response.status(401).end();
  },
  express.json({ limit: '2mb' }),
  async ({ body }, response) => {
    const ids = readIds(body);
    if (ids) await enqueue(ids);
    response.status(ids ? 202 : 200).end();
  },
);
listenAndServe(createServer((request, response) => app(request, response)));
