import { Hono, type Context } from 'hono';

import { readHooksStatus } from '../app/hooks/hooks-status';
import type { WithHooks } from '../app/hooks/hook-slices';
import { HOOKS_ROTATE } from '../app/hooks/rotate-operation';
import { HOOKS_SYNC } from '../app/hooks/sync-operation';
import type { OperationsRunner } from '../app/operations';
import type { Secrets } from '../app/ports';

import { callerOf, connectionOf, needs, record } from './guard';
import { operationAnswer } from './operation-routes';

interface Dependencies {
  withHooks: WithHooks;
  secrets: Pick<Secrets, 'readHookSecrets'>;
  start: OperationsRunner['start'];
}

/** Service hooks: how they are, and the long work that brings them in order or gives them a new password. */
export function hooksRoutes({ withHooks, secrets, start }: Dependencies): Hono {
  const api = new Hono();

  api.get('/connections/:connection/hooks', needs('reader'), async (context) => {
    const connection = connectionOf(context);
    return context.json(await withHooks(connection, (hooks) => readHooksStatus(hooks, secrets, connection)));
  });

  const begin = async (context: Context, kind: string, action: string): Promise<Response> => {
    const connection = connectionOf(context);
    const { id, name } = callerOf(context);
    const operation = await start(kind, connection, {}, { id, name });
    record(context, { action, subject: connection.name, details: { operation: operation.id } });
    return context.json({ operation: operationAnswer(operation) }, 202);
  };

  api.post('/connections/:connection/hooks/sync', needs('admin'), (context) =>
    begin(context, HOOKS_SYNC, 'hooks.sync'),
  );

  api.post('/connections/:connection/hooks/rotate', needs('admin'), (context) =>
    begin(context, HOOKS_ROTATE, 'hooks.rotate'),
  );

  return api;
}
