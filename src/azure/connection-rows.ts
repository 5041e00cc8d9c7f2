import { z } from 'zod';

import type { Connection } from '../app/ports';
import { connectionKey } from './row-keys';
import type { Row } from './table-client';

/** A deployment has a handful of connections: one partition lists them in one query. */
export const PARTITION = 'connection';
/** One that every release reads. */
const PLAIN_VERSION = 1;
/** Releases before it know one PAT, and nothing of leaving. */
const CREDENTIALS_VERSION = 2;
/** A release that knows nothing of proxies would go past one. */
const NETWORK_VERSION = 3;

const identitySchema = z.object({ id: z.string(), displayName: z.string(), uniqueName: z.string() });
const date = z.iso.datetime().transform((text) => new Date(text));
const projectPatSchema = z.object({
  projectId: z.string(),
  projectName: z.string(),
  expiresOn: date,
  accountId: z.string().nullable(),
});
const warningSchema = z.object({ projectId: z.string().nullable(), expiresOn: date, days: z.number() });

/** A row of the release before has no column from `description` on. */
const rowSchema = z.object({
  schemaVersion: z.number().int().max(NETWORK_VERSION),
  rowKey: z.string(),
  name: z.string(),
  kind: z.enum(['services', 'server']),
  url: z.string(),
  organizationIds: list(z.string()),
  identities: list(identitySchema),
  brokenSince: date.optional(),
  brokenReason: z.string().default(''),
  description: z.string().default(''),
  labels: list(z.string()).default([]),
  credential: z.enum(['pat', 'managedIdentity']).default('pat'),
  patExpiresOn: date.optional(),
  projectPats: list(projectPatSchema).default([]),
  state: z.enum(['connected', 'leaving']).default('connected'),
  publicUrl: z.string().optional(),
  expiryWarnings: list(warningSchema).default([]),
  refusedWrites: list(z.enum(['status', 'threads', 'reviewers'])).default([]),
  proxy: z.string().nullable().default(null),
  caCertificates: z.string().nullable().default(null),
  apiVersion: z.string().nullable().default(null),
});

/** A list in a string property. */
function list<Item extends z.ZodType>(item: Item) {
  return z.string().transform((text, context): z.output<Item>[] => {
    try {
      return z.array(item).parse(JSON.parse(text));
    } catch {
      context.issues.push({ code: 'custom', input: text, message: 'is not a list as this release writes it' });
      return z.NEVER;
    }
  });
}

/** Undefined for a row that this release cannot read. */
export function parseConnectionRow(row: Row): Connection | undefined {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) return undefined;
  const { schemaVersion: _, rowKey: id, brokenSince, brokenReason, patExpiresOn, publicUrl, ...columns } = parsed.data;
  const { proxy, caCertificates, ...rest } = columns;
  return {
    ...rest,
    id,
    network: { proxy, caCertificates },
    broken: brokenSince === undefined ? null : { since: brokenSince, reason: brokenReason },
    credential:
      rest.credential === 'pat' ? { kind: 'pat', expiresOn: patExpiresOn ?? null } : { kind: rest.credential },
    publicUrl: publicUrl ?? null,
  };
}

/** @param writeId of this write alone, by which it is known again when its answer was lost */
export function connectionRow(connection: Connection, writeId: string) {
  const { id, name, kind, url, broken, credential, description, state, publicUrl, network, apiVersion } = connection;
  return {
    partitionKey: PARTITION,
    rowKey: connectionKey(id),
    schemaVersion: versionFor(connection),
    writeId,
    name,
    kind,
    url,
    organizationIds: JSON.stringify(connection.organizationIds),
    identities: JSON.stringify(connection.identities),
    ...(broken && { brokenSince: broken.since.toISOString(), brokenReason: broken.reason }),
    description,
    labels: JSON.stringify(connection.labels),
    credential: credential.kind,
    ...(credential.kind === 'pat' && credential.expiresOn && { patExpiresOn: credential.expiresOn.toISOString() }),
    projectPats: JSON.stringify(connection.projectPats),
    state,
    ...(publicUrl !== null && { publicUrl }),
    expiryWarnings: JSON.stringify(connection.expiryWarnings),
    refusedWrites: JSON.stringify(connection.refusedWrites),
    ...(network.proxy !== null && { proxy: network.proxy }),
    ...(network.caCertificates !== null && { caCertificates: network.caCertificates }),
    ...(apiVersion !== null && { apiVersion }),
  };
}

/** The oldest version of which a release does right by this connection; see tables.md, "Connections of two releases". */
function versionFor({ credential, projectPats, state, network }: Connection): number {
  if (network.proxy !== null || network.caCertificates !== null) return NETWORK_VERSION;
  // Before that, any other is taken for one with a PAT of its own that is used everywhere, and written so.
  const isPlain = credential.kind === 'pat' && projectPats.length === 0 && state === 'connected';
  return isPlain ? PLAIN_VERSION : CREDENTIALS_VERSION;
}
