import { Hono, type Context } from 'hono';

import { readHooksStatus } from '../app/hooks/hooks-status';
import type { WithHooks } from '../app/hooks/hook-slices';
import { HOOKS_ROTATE, rotateRequestSchema } from '../app/hooks/rotate-operation';
import { HOOKS_SYNC } from '../app/hooks/sync-operation';
import type { OperationsRunner } from '../app/operations';
import type { Secrets } from '../app/ports';
import { vaultIsReadOnly, type VaultTerms } from '../app/read-only-secrets';

import { callerOf, connectionOf, needs, record } from './guard';
import { operationAnswer } from './operation-routes';
import { parseJson } from './read-json';

interface Dependencies {
  withHooks: WithHooks;
  secrets: Pick<Secrets, 'readHookSecrets'>;
  start: OperationsRunner['start'];
  vault: Pick<VaultTerms, 'writesSecrets'>;
}

/** Service hooks: how they are, and the long work that brings them in order or gives them a new password. */
export function hooksRoutes({ withHooks, secrets, start, vault: { writesSecrets } }: Dependencies): Hono {
  const api = new Hono();

  api.get('/connections/:connection/hooks', needs('reader'), async (context) => {
    const connection = connectionOf(context);
    return context.json(await withHooks(connection, (hooks) => readHooksStatus(hooks, secrets, connection)));
  });

  const begin = async (context: Context, kind: string, request: object, action: string): Promise<Response> => {
    const connection = connectionOf(context);
    const { id, name } = callerOf(context);
    const operation = await start(kind, connection, request, { id, name });
    record(context, { action, subject: connection.name, details: { operation: operation.id } });
    return context.json({ operation: operationAnswer(operation) }, 202);
  };

  api.post('/connections/:connection/hooks/sync', needs('admin'), async (context) => {
    const { id } = connectionOf(context);
    // Without one, syncing makes one.
    const mayBegin = writesSecrets || (await secrets.readHookSecrets(id, { fresh: true })).length > 0;
    if (!mayBegin) throw vaultIsReadOnly('portcullis hooks rotate');
    return begin(context, HOOKS_SYNC, {}, 'hooks.sync');
  });

  api.post('/connections/:connection/hooks/rotate', needs('admin'), async (context) => {
    const text = await context.req.text();
    const body = rotateRequestSchema.safeParse(text === '' ? {} : parseJson(text));
    const { isStored = false } = body.data ?? {};
    if (!body.success || (isStored && writesSecrets)) {
      return context.json({ message: 'Send nothing: Portcullis makes the password, and stores it.' }, 400);
    }
    if (!isStored && !writesSecrets) throw vaultIsReadOnly('portcullis hooks rotate');
    return begin(context, HOOKS_ROTATE, body.data, 'hooks.rotate');
  });

  return api;
}
