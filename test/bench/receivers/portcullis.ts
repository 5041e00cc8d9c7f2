import { createServer } from 'node:http';

import { z } from 'zod';

import type { WorkQueue } from '../../../src/app/ports';
import { createReceiveServiceHook } from '../../../src/app/receive-service-hook';
import { serviceBusQueue } from '../../../src/azure/service-bus-queue';
import { parseServiceHook } from '../../../src/azure-devops/service-hook';
import { readBody } from '../by-hand';
import { benchConnection } from '../bench-connection';
import { argument } from '../child-side';
import { listenAndServe } from '../listen';
import { HOOK_PASSWORD } from '../payload';
import { stubQueue } from '../stub-queue';

/** Our own hook's way behind node:http, with ports in memory; with a connection string, its queue is the real one. */
const { connectionString } = z.object({ connectionString: z.string().optional() }).parse(argument());

const clock = { now: () => new Date() };
const queue: WorkQueue =
  connectionString === undefined ? stubQueue : serviceBusQueue({ serviceBus: { connectionString }, clock });
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const receive = createReceiveServiceHook({
  connections: { find: async (id) => (id === benchConnection.id ? benchConnection : undefined) },
  secrets: { readHookSecrets: async () => [HOOK_PASSWORD] },
  queue,
  parse: parseServiceHook,
  clock,
  log: silent,
});

const server = createServer((request, response) => {
  // As the Functions host, which has read the body before a function is called.
  const body = readBody(request);
  void receive({
    connectionId: request.url?.split('/').at(-1) ?? '',
    authorization: request.headers.authorization ?? null,
    readBody: () => body,
  }).then((status) => response.writeHead(status, { 'content-length': 0 }).end());
});
listenAndServe(server);
