import type { Server } from 'node:http';

import { z } from 'zod';

import { enqueue, isAuthentic } from '../by-hand';
import { serveListening } from '../listen';
import { ORGANIZATION_ID } from '../payload';
import { isFunction, loadPeer } from '../peers';

/** Fastify as its documentation has it: a hook that authenticates, its own JSON parser, a JSON Schema that validates. */
const guid = { type: 'string', pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' };
const object = (properties: Record<string, unknown>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
const body = object({
  id: guid,
  notificationId: { type: 'integer' },
  eventType: { enum: ['git.pullrequest.created', 'git.pullrequest.updated', 'git.pullrequest.merged'] },
  resource: object({ pullRequestId: { type: 'integer', minimum: 1 }, repository: object({ id: guid }) }),
  resourceContainers: object({ collection: object({ id: { const: ORGANIZATION_ID } }) }),
});

interface Body {
  id: string;
  notificationId: number;
  resource: { pullRequestId: number; repository: { id: string } };
}

interface Reply extends PromiseLike<void> {
  code(status: number): Reply;
  send(): Reply;
}
interface Fastify {
  server: Server;
  addHook(
    name: 'onRequest',
    hook: (request: { headers: { authorization?: string } }, reply: Reply) => Promise<void>,
  ): void;
  post(
    path: string,
    options: { schema: { body: unknown } },
    receive: (request: { body: Body }, reply: Reply) => Promise<void>,
  ): void;
  listen(options: { port: number; host: string }): Promise<string>;
}

type FastifyPackage = (options: { bodyLimit: number }) => Fastify;

const fastify = z.custom<FastifyPackage>(isFunction).parse(loadPeer('fastify'));
const app = fastify({ bodyLimit: 2 * 1024 * 1024 });
app.addHook('onRequest', async (request, reply) => {
  if (!isAuthentic(request.headers.authorization)) await reply.code(401).send();
});
app.post('/api/service-hooks/:connectionId', { schema: { body } }, async (request, reply) => {
  const { id: eventId, notificationId, resource } = request.body;
  const { pullRequestId, repository } = resource;
  await enqueue({ eventId, notificationId, repositoryId: repository.id, pullRequestId });
  return reply.code(202).send();
});
void app.listen({ port: 0, host: '127.0.0.1' }).then(() => serveListening(app.server));
