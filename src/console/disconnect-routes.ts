import { Hono, type Context } from 'hono';

import type { Disconnect } from '../app/disconnect/disconnect';
import { FORGET_OPERATION } from '../app/disconnect/forget-operation';
import { LEAVE_OPERATION, leaveRequestSchema } from '../app/disconnect/leave-operation';
import type { OperationsRunner } from '../app/operations';
import type { KeptSecrets } from '../app/ports';
import { vaultIsReadOnly, type VaultTerms } from '../app/read-only-secrets';

import { callerOf, connectionOf, needs, record } from './guard';
import { operationAnswer } from './operation-routes';
import { readJson } from './read-json';

interface Dependencies {
  disconnect: Disconnect;
  start: OperationsRunner['start'];
  secrets: Pick<KeptSecrets, 'list'>;
  vault: Pick<VaultTerms, 'writesSecrets'>;
}

/**
 * Disconnecting, step by step, as some of it takes a credential that Portcullis never sees: look; leave; forget; and the
 * connection itself. Each may be asked for again.
 */
export function disconnectRoutes({ disconnect, start, secrets, vault }: Dependencies): Hono {
  const api = new Hono();

  const begin = async (context: Context, kind: string, request: unknown, action: string): Promise<Response> => {
    const connection = connectionOf(context);
    const { id, name } = callerOf(context);
    const operation = await start(kind, connection, request, { id, name });
    record(context, { action, subject: connection.name, details: { url: connection.url, operation: operation.id } });
    return context.json({ operation: operationAnswer(operation) }, 202);
  };

  api.get('/connections/:connection/disconnect', needs('admin'), async (context) =>
    context.json(await disconnect.look(connectionOf(context))),
  );

  api.post('/connections/:connection/disconnect/leave', needs('admin', { whileLeaving: true }), async (context) => {
    const request = leaveRequestSchema.safeParse(await readJson(context));
    if (!request.success) return context.json({ message: 'Send { "organizationGone": false }, or true.' }, 400);
    return begin(context, LEAVE_OPERATION, request.data, 'connection.leave');
  });

  api.post('/connections/:connection/disconnect/forget', needs('admin', { whileLeaving: true }), async (context) => {
    const standing = vault.writesSecrets ? [] : await secrets.list(connectionOf(context).id);
    if (standing.some(({ state }) => state === 'stands')) throw vaultIsReadOnly();
    return begin(context, FORGET_OPERATION, {}, 'connection.forget');
  });

  api.delete('/connections/:connection', needs('admin', { whileLeaving: true }), async (context) => {
    const connection = connectionOf(context);
    await disconnect.finish(connection);
    record(context, { action: 'connection.disconnect', subject: connection.name, details: { url: connection.url } });
    return context.body(null, 204);
  });

  return api;
}
