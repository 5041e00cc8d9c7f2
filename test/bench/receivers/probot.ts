import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { z } from 'zod';

import { enqueue, readIds } from '../by-hand';
import { listenAndServe } from '../listen';
import { HOOK_PASSWORD } from '../payload';
import { isFunction, loadPeer } from '../peers';

interface App {
  on(event: 'pull_request', receive: (context: { payload: unknown }) => Promise<void>): void;
}
type CreateProbot = (options: {
  overrides: { appId: number; privateKey: string; secret: string; logLevel: 'fatal' };
  env: Record<string, string>;
}) => object;
type CreateNodeMiddleware = (
  app: (app: App) => void,
  options: { probot: object; webhooksPath: string },
) => Promise<(request: IncomingMessage, response: ServerResponse, next: () => void) => unknown>;

const { createProbot, createNodeMiddleware } = z
  .object({
    createProbot: z.custom<CreateProbot>(isFunction),
    createNodeMiddleware: z.custom<CreateNodeMiddleware>(isFunction),
  })
  .parse(loadPeer('probot'));

/** Probot behind node:http, the lighter of its two ways: its HMAC authenticates, its handler validates and queues. */
async function start(): Promise<void> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const probot = createProbot({
    overrides: { appId: 1, privateKey, secret: HOOK_PASSWORD, logLevel: 'fatal' },
    env: {},
  });
  const middleware = await createNodeMiddleware(
    (app) => {
      app.on('pull_request', async ({ payload }) => {
        const ids = readIds(payload);
        if (!ids) throw new Error('The payload has no ids.');
        await enqueue(ids);
      });
    },
    { probot, webhooksPath: '/api/webhooks' },
  );
  const server = createServer((request, response) => {
    void middleware(request, response, () => response.writeHead(404).end());
  });
  listenAndServe(server);
}

void start();
