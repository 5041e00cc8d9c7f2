import { randomUUID } from 'node:crypto';

import type { TableEntity } from '@azure/data-tables';
import { z } from 'zod';

import type { Operation, Operations, StoredOperation } from '../app/ports';
import { connectionKey, isConnectionId, rowKey } from './row-keys';
import { tableClient, type Row, type TableStorage } from './table-client';
import { readText, writeText } from './text-column';

const SCHEMA_VERSION = 1;
/** For people to look back; each is small but for the one that is under way. */
const MOST_ENDED = 50;

const date = z.iso.datetime().transform((text) => new Date(text));

const rowSchema = z.object({
  schemaVersion: z.int().max(SCHEMA_VERSION),
  partitionKey: z.string(),
  rowKey: z.string(),
  etag: z.string(),
  kind: z.string(),
  byId: z.string(),
  byName: z.string(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed']),
  step: z.int().nonnegative(),
  attempts: z.int().nonnegative(),
  done: z.int().nonnegative(),
  total: z.int().nonnegative().nullish(),
  doing: z.string(),
  trouble: z.string().nullish(),
  createdAt: date,
  changedAt: date,
  dueAt: date,
});

/**
 * Operations in table `Operations`, a row each in the partition of their connection. `add` inserts and removes the oldest
 * of those that have ended, beyond 50. `replace` takes the ETag that was read. A row that this release cannot read counts
 * as absent.
 */
export function operationsTable(storage: TableStorage): Operations {
  const table = tableClient('Operations', storage);

  const list = async (connectionId: string): Promise<StoredOperation[]> => {
    if (!isConnectionId(connectionId)) return [];
    return (await table.list(connectionId))
      .map(parseOperation)
      .filter((operation) => operation !== undefined)
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  };

  return {
    list,
    add: async (operation) => {
      await table.insert(rowOf(operation, randomUUID()));
      const ended = (await list(operation.connectionId)).filter(
        ({ state }) => state === 'succeeded' || state === 'failed',
      );
      for (const { connectionId, id } of ended.slice(MOST_ENDED)) await table.remove(connectionId, id);
    },
    find: async (connectionId, id) => {
      if (!isConnectionId(connectionId)) return undefined;
      const row = await table.get(connectionId, rowKey(id));
      return row && parseOperation(row);
    },
    replace: async (operation) => {
      const writeId = randomUUID();
      if (await table.replace(rowOf(operation, writeId), operation.etag)) return true;
      // The client repeats a write whose answer was lost: then the conflict is with ourselves.
      const standing = await table.get(operation.connectionId, operation.id);
      return standing?.['writeId'] === writeId;
    },
    removeAll: async (connectionId) => {
      for (const row of await table.list(connectionKey(connectionId))) {
        await table.remove(connectionId, String(row['rowKey']));
      }
    },
  };
}

function rowOf(operation: Operation, writeId: string): TableEntity {
  const { connectionId, id, kind, request, by, state, step, attempts, cursor, progress, result, trouble } = operation;
  return {
    partitionKey: connectionKey(connectionId),
    rowKey: rowKey(id),
    schemaVersion: SCHEMA_VERSION,
    writeId,
    kind,
    byId: by.id,
    byName: by.name,
    state,
    step,
    attempts,
    ...(trouble === null ? {} : { trouble }),
    ...progressColumns(progress),
    ...jsonColumn('request', request),
    ...jsonColumn('cursor', cursor),
    ...jsonColumn('result', result),
    createdAt: operation.createdAt.toISOString(),
    changedAt: operation.changedAt.toISOString(),
    dueAt: operation.dueAt.toISOString(),
  };
}

function progressColumns({ done, total, doing }: Operation['progress']): Record<string, unknown> {
  return { done, doing, ...(total === null ? {} : { total }) };
}

function jsonColumn(name: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : writeText(name, JSON.stringify(value));
}

function parseOperation(row: Row): StoredOperation | undefined {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) return undefined;
  const {
    partitionKey,
    rowKey: id,
    byId,
    byName,
    done,
    total,
    doing,
    trouble,
    schemaVersion: _,
    ...rest
  } = parsed.data;
  try {
    return {
      ...rest,
      id,
      connectionId: partitionKey,
      by: { id: byId, name: byName },
      progress: { done, total: total ?? null, doing },
      trouble: trouble ?? null,
      request: readJson(row, 'request'),
      cursor: readJson(row, 'cursor'),
      result: readJson(row, 'result'),
    };
  } catch {
    return undefined;
  }
}

function readJson(row: Row, name: string): unknown {
  const text = readText(row, name);
  return text === undefined ? undefined : JSON.parse(text);
}
