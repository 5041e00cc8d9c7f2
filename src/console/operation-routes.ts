import { Hono } from 'hono';

import type { Operation, Operations } from '../app/ports';
import { Failure } from '../core/failures';

import { connectionOf, needs } from './guard';

interface Dependencies {
  operations: Operations;
}

/** Long work: what is under way, what became of it. Whoever asked for it watches it here. */
export function operationRoutes({ operations }: Dependencies): Hono {
  const api = new Hono();

  api.get('/connections/:connection/operations', needs('reader'), async (context) => {
    const { id } = connectionOf(context);
    return context.json((await operations.list(id)).map(operationAnswer));
  });

  api.get('/connections/:connection/operations/:operation', needs('reader'), async (context) => {
    const { id, name } = connectionOf(context);
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
