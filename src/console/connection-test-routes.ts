import { Hono } from 'hono';
import { z } from 'zod';

import { readNetwork } from '../app/change-network';
import type { Clock } from '../app/ports';
import { STRAIGHT, type TestConnection } from '../app/test-connection';
import { isPat } from '../core/pat';

import { addressSchema } from './connection-routes';
import { connectionOf, needs } from './guard';
import { networkFields } from './network-routes';
import { parseJson, readJson } from './read-json';
import { tooOpen } from './secret-requests';

interface Dependencies {
  testConnection: TestConnection;
  clock: Clock;
}

const options = { subscriptions: z.boolean().default(false) };
const storedSchema = z.strictObject(options);
const givenSchema = z.strictObject({
  url: addressSchema,
  pat: z.string().refine(isPat),
  ...networkFields,
  ...options,
});

/** Tests of connections, before they are saved and after. The answer is 200 whatever is found out. */
export function connectionTestRoutes({ testConnection, clock }: Dependencies): Hono {
  const api = new Hono();

  // Any address is asked, from where Portcullis runs.
  api.post('/connections/test', needs('deployment', { changes: 'nothing' }), async (context) => {
    const refusal = tooOpen(context);
    if (refusal) return refusal;
    const body = givenSchema.safeParse(await readJson(context));
    if (!body.success) {
      // Not what was sent: a PAT may be in the wrong place.
      const message = 'Send { "url": …, "pat": … }: an address of Azure DevOps and a PAT, which is one word.';
      return context.json({ message }, 400);
    }
    const { url, pat, subscriptions, ...wanted } = body.data;
    const read = readNetwork(wanted, STRAIGHT, clock.now());
    if (!read.ok) return context.json({ message: read.reason }, 400);
    const { network } = read;
    return context.json(await testConnection.given(url, { kind: 'pat', pat }, { subscriptions, network }));
  });

  api.post('/connections/:connection/test', needs('reader', { changes: 'nothing' }), async (context) => {
    const connection = connectionOf(context);
    const text = await context.req.text();
    const body = storedSchema.safeParse(text === '' ? {} : parseJson(text));
    if (!body.success) return context.json({ message: 'Send nothing, or { "subscriptions": true }.' }, 400);
    return context.json(await testConnection.stored(connection, body.data));
  });

  return api;
}
