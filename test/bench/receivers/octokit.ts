import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { z } from 'zod';

import { enqueue, readIds } from '../by-hand';
import { listenAndServe } from '../listen';
import { HOOK_PASSWORD } from '../payload';
import { isFunction, loadPeer } from '../peers';

interface Webhooks {
  on(event: 'pull_request', receive: (event: { payload: unknown }) => Promise<void>): void;
}
type NodeMiddleware = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const octokit = z
  .object({
    Webhooks: z.custom<new (options: { secret: string }) => Webhooks>(isFunction),
    createNodeMiddleware: z.custom<(webhooks: Webhooks, options: { path: string }) => NodeMiddleware>(isFunction),
  })
  .parse(loadPeer('@octokit/webhooks'));

/** GitHub's own middleware behind node:http: its HMAC authenticates, its handler validates and queues. */
const webhooks = new octokit.Webhooks({ secret: HOOK_PASSWORD });
webhooks.on('pull_request', async ({ payload }) => {
  const ids = readIds(payload);
  if (!ids) throw new Error('The payload has no ids.');
  await enqueue(ids);
});
const middleware = octokit.createNodeMiddleware(webhooks, { path: '/api/webhooks' });
const server = createServer((request, response) => {
  void middleware(request, response).then((answered) => (answered ? undefined : response.writeHead(404).end()));
});
listenAndServe(server);
