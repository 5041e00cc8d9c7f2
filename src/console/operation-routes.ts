import { Hono } from 'hono';

import type { Operation, Operations } from '../app/ports';
import { Failure } from '../core/failures';

import type { LookUps } from './look-ups';

interface Dependencies {
  operations: Operations;
  lookUps: LookUps;
}

/** Long work: what is under way, what became of it. Whoever asked for it watches it here. */
export function operationRoutes({ operations, lookUps }: Dependencies): Hono {
  const api = new Hono();

  api.get('/connections/:connection/operations', async (context) => {
    const { id } = await lookUps.connectionOf(context);
    return context.json((await operations.list(id)).map(operationAnswer));
  });

  api.get('/connections/:connection/operations/:operation', async (context) => {
    const { id, name } = await lookUps.connectionOf(context);
    const wanted = context.req.param('operation');
    const operation = await operations.find(id, wanted);
    if (operation) return context.json(operationAnswer(operation));
    throw new Failure({ kind: 'notFound', message: `Connection ${name} has no operation ${wanted}.` });
  });

  return api;
}

/** An operation as callers see it. */
export function operationAnswer(operation: Operation): Record<string, unknown> {
  const { id, kind, state, progress, result, trouble, by, createdAt, changedAt } = operation;
  return { id, kind, state, progress, result: result ?? null, trouble, by: by.name, createdAt, changedAt };
}
