import { z } from 'zod';

import type { Connection } from '../app/ports';
import { connectionKey } from './row-keys';
import type { Row } from './table-client';

/** A deployment has a handful of connections: one partition lists them in one query. */
export const PARTITION = 'connection';
/** What the release before writes and reads. */
const FORMER_SCHEMA_VERSION = 1;
const SCHEMA_VERSION = 2;

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
  schemaVersion: z.number().int().max(SCHEMA_VERSION),
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
  const { schemaVersion: _, rowKey: id, brokenSince, brokenReason, patExpiresOn, publicUrl, ...rest } = parsed.data;
  return {
    ...rest,
    id,
    broken: brokenSince === undefined ? null : { since: brokenSince, reason: brokenReason },
    credential:
      rest.credential === 'pat' ? { kind: 'pat', expiresOn: patExpiresOn ?? null } : { kind: rest.credential },
    publicUrl: publicUrl ?? null,
  };
}

/** @param writeId of this write alone, by which it is known again when its answer was lost */
export function connectionRow(connection: Connection, writeId: string) {
  const { id, name, kind, url, broken, credential, description, state, publicUrl } = connection;
  return {
    partitionKey: PARTITION,
    rowKey: connectionKey(id),
    schemaVersion: isForFormerRelease(connection) ? FORMER_SCHEMA_VERSION : SCHEMA_VERSION,
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
  };
}

/** The release before would take any other for one with a PAT of its own that is used everywhere, and write it so. */
function isForFormerRelease({ credential, projectPats, state }: Connection): boolean {
  return credential.kind === 'pat' && projectPats.length === 0 && state === 'connected';
}
