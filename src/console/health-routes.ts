import { Hono, type Context } from 'hono';

import type { ReadHealth } from '../app/health';

import { needs, visibleConnections } from './guard';

interface Dependencies {
  readHealth: ReadHealth;
  /** Of Portcullis. */
  version: string;
}

/**
 * Whether Portcullis could work now, for whoever has signed in: what it depends on is no connection's secret, and of
 * connections each caller learns about their own. Anonymous callers are answered before any of this loads (functions/health.ts).
 */
export function healthRoutes({ readHealth, version }: Dependencies): Hono {
  const api = new Hono();

  api.get('/health', needs('signed-in'), async (context) => {
    const [parts, connections] = await Promise.all([readHealth(), countConnections(context)]);
    const isReady = parts.every(({ state }) => state === 'ok');
    const answer = { state: isReady ? 'ready' : 'not-ready', version, parts, connections };
    return context.json(answer, isReady ? 200 : 503, { 'cache-control': 'no-store' });
  });

  return api;
}

/** Null when the tables do not say. A broken one is its administrator's to mend: the deployment is ready all the same. */
async function countConnections(context: Context): Promise<{ total: number; broken: number } | null> {
  try {
    const theirs = await visibleConnections(context);
    return { total: theirs.length, broken: theirs.filter(({ connection }) => connection.broken !== null).length };
  } catch {
    return null;
  }
}
