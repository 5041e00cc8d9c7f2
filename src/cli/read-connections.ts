import { z } from 'zod';

import type { CallManagement } from './management-client';

export const listSchema = z.array(
  z.looseObject({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['services', 'server']),
    url: z.string(),
    description: z.string(),
    labels: z.array(z.string()),
    state: z.enum(['connected', 'leaving']),
    credential: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('pat'), expiresOn: z.string().nullable() }),
      z.object({ kind: z.literal('managedIdentity') }),
    ]),
    identities: z.array(z.object({ id: z.string(), displayName: z.string() })),
    broken: z.object({ since: z.string(), reason: z.string() }).nullable(),
    network: z
      .object({ proxy: z.string().nullable(), caCertificates: z.array(z.object({ name: z.string() })) })
      // A Portcullis of the release before does not say it.
      .default({ proxy: null, caCertificates: [] }),
  }),
);
export type ListedConnections = z.output<typeof listSchema>;

/** All connections that the running Portcullis has, by name. */
export async function readConnections(call: CallManagement): Promise<ListedConnections> {
  return listSchema.parse((await call('GET', '/connections')).body);
}
