import { Hono } from 'hono';
import { z } from 'zod';

import { readNetwork, type ChangeNetwork } from '../app/change-network';
import type { Clock, ConnectionNetwork } from '../app/ports';
import { caCertificatesIn } from '../core/ca-certificates';
import { holdsPat } from '../core/pat';

import { connectionAnswer } from './connection-answer';
import { connectionOf, needs, record } from './guard';
import { readJson } from './read-json';

interface Dependencies {
  changeNetwork: ChangeNetwork;
  clock: Clock;
}

/** What a request says of a network; `readNetwork` says what is wrong with it. */
export const networkFields = {
  proxy: z
    .string()
    .max(500)
    .refine((text) => !holdsPat(text))
    .nullable()
    .optional(),
  caCertificates: z.string().max(60_000).nullable().optional(),
};

const changeSchema = z.strictObject({ ...networkFields, force: z.boolean().default(false) });

/**
 * The way to a connection's server. Whoever may set a proxy together with an authority can read what is sent through it, the PAT
 * among it: this is for administrators of the deployment, and each attempt is in the audit log.
 */
export function networkRoutes({ changeNetwork, clock }: Dependencies): Hono {
  const api = new Hono();

  api.put('/connections/:connection/network', needs('deployment'), async (context) => {
    const connection = connectionOf(context);
    const body = changeSchema.safeParse(await readJson(context));
    if (!body.success) {
      const message = 'Send { "proxy": …, "caCertificates": … }, one or both of them; null takes it away.';
      return context.json({ message }, 400);
    }
    const { force, ...wanted } = body.data;
    const read = readNetwork(wanted, connection.network, clock.now());
    if (!read.ok) return context.json({ message: read.reason }, 400);
    // Before it is tried: also of one that ends in an error the credential may have been read on the way.
    const details = { ...networkDetails(read.network), isChanged: false, isForced: force };
    record(context, { action: 'connection.network', subject: connection.name, details });
    const { connection: changed, test } = await changeNetwork(connection, read.network, { force });
    details.isChanged = changed !== null;
    if (!changed) {
      const message = 'The network was not changed: with the new one something would be broken.';
      return context.json({ message, test }, 422);
    }
    return context.json({ connection: connectionAnswer(changed), test });
  });

  return api;
}

/** A network as the audit log keeps it: which authorities, by fingerprint. */
export function networkDetails({ proxy, caCertificates }: ConnectionNetwork): Record<string, string | null> {
  const authorities = caCertificatesIn(caCertificates).map(({ name, fingerprint }) => `${name} (${fingerprint})`);
  return { proxy, authorities: authorities.length === 0 ? null : authorities.join(', ') };
}
