import { z } from 'zod';

import type { Connection, Connections } from '../app/ports';
import { Failure } from '../core/failures';
import { connectionKey, isConnectionId } from './row-keys';
import { tableClient, type Row, type TableStorage } from './table-client';

const SCHEMA_VERSION = 1;
/** A deployment has a handful of connections: one partition lists them in one query. */
const PARTITION = 'connection';

const identitySchema = z.object({ id: z.string(), displayName: z.string(), uniqueName: z.string() });

const rowSchema = z.object({
  schemaVersion: z.number().int().max(SCHEMA_VERSION),
  rowKey: z.string(),
  name: z.string(),
  kind: z.enum(['services', 'server']),
  url: z.string(),
  organizationIds: z.string().transform((text, context) => parseList(text, z.array(z.string()), context)),
  identities: z.string().transform((text, context) => parseList(text, z.array(identitySchema), context)),
  brokenSince: z.iso.datetime().optional(),
  brokenReason: z.string().optional(),
});

function parseList<T>(text: string, schema: z.ZodType<T>, context: z.core.$RefinementCtx): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    context.issues.push({ code: 'custom', input: text, message: 'is not a list as this release writes it' });
    return z.NEVER;
  }
}

/**
 * Connections in table `Connections`. `save` writes the whole row, the last one wins. A row that this release cannot
 * read makes `find` throw `unavailable` (hooks are then retried, not refused) and is left out of `list`.
 */
export function connectionsTable(storage: TableStorage): Connections {
  const table = tableClient('Connections', storage);
  return {
    find: async (id) => {
      if (!isConnectionId(id)) return undefined;
      const row = await table.get(PARTITION, id);
      if (row === undefined) return undefined;
      const connection = parseConnection(row);
      if (connection !== undefined) return connection;
      throw new Failure({
        kind: 'unavailable',
        message: `Connection ${id} was written by a newer release or damaged (table Connections); deploy that release or connect the organization again.`,
      });
    },
    list: async () => {
      const rows = await table.list(PARTITION);
      return rows
        .map(parseConnection)
        .filter((connection) => connection !== undefined)
        .sort((a, b) => a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1));
    },
    save: async (connection) => {
      await table.upsert({
        partitionKey: PARTITION,
        rowKey: connectionKey(connection.id),
        schemaVersion: SCHEMA_VERSION,
        name: connection.name,
        kind: connection.kind,
        url: connection.url,
        organizationIds: JSON.stringify(connection.organizationIds),
        identities: JSON.stringify(connection.identities),
        ...(connection.broken && {
          brokenSince: connection.broken.since.toISOString(),
          brokenReason: connection.broken.reason,
        }),
      });
    },
  };
}

function parseConnection(row: Row): Connection | undefined {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) return undefined;
  const { rowKey: id, name, kind, url, organizationIds, identities, brokenSince, brokenReason } = parsed.data;
  const broken = brokenSince === undefined ? null : { since: new Date(brokenSince), reason: brokenReason ?? '' };
  return { id, name, kind, url, organizationIds, identities, broken };
}
