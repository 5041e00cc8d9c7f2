import type { Context } from 'hono';

import { isLoopback } from '../core/loopback';

/** A refusal for a request that brings a PAT where others could read it. */
export function tooOpen(context: Context): Response | undefined {
  const { protocol, hostname } = new URL(context.req.url);
  if (protocol === 'https:' || isLoopback(hostname)) return undefined;
  return context.json(
    { message: 'A PAT is taken by https:// alone: call Portcullis so. This one was readable, so make a new one.' },
    400,
  );
}
