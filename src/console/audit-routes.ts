import { Hono, type Context } from 'hono';

import type { AuditLog } from '../app/ports';

import { connectionOf, needs } from './guard';

const MOST_ENTRIES = 200;
const ENTRIES = 50;

/** Who changed what, newest first, page by page: `?before=` takes the `next` of the page before. */
export function auditRoutes({ audit }: { audit: AuditLog }): Hono {
  const api = new Hono();

  const answer = async (context: Context, connectionId?: string): Promise<Response> => {
    const { before, limit = String(ENTRIES) } = context.req.query();
    if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > MOST_ENTRIES) {
      return context.json({ message: `limit is a number from 1 to ${MOST_ENTRIES}.` }, 400);
    }
    // Within what a row's key can be; what it says is up to the log.
    if (before !== undefined && !/^[\w-]{1,100}$/.test(before)) {
      return context.json({ message: 'before is the `next` of the page before.' }, 400);
    }
    const { entries, next } = await audit.list({
      limit: Number(limit),
      ...(before === undefined ? {} : { before }),
      ...(connectionId === undefined ? {} : { connectionId }),
    });
    return context.json({ entries, next });
  };

  api.get('/audit', needs('deployment'), (context) => answer(context));
  api.get('/connections/:connection/audit', needs('admin'), (context) => answer(context, connectionOf(context).id));

  return api;
}
