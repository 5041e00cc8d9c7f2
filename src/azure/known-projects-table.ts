import type { TransactionAction } from '@azure/data-tables';
import { z } from 'zod';

import type { KnownProject, KnownProjects } from '../app/ports';
import { connectionKey, isConnectionId, projectKey } from './row-keys';
import { tableClient, type TableStorage } from './table-client';

const SCHEMA_VERSION = 1;
/** The most that a transaction takes. */
const MOST_ACTIONS = 100;
/** The row that says that all others of the first sweep are there: no project's id. */
const SEEDED = 'seeded';
const COLUMNS = ['RowKey', 'foundAt'] as const;
/** Before and beyond every row key. */
const ANY_ROW = { start: '', end: '~' };

const rowSchema = z.object({ rowKey: z.string(), foundAt: z.iso.datetime().nullish().catch(null) });

/** Table `Projects`: those that a sweep has seen. They are known by their ids, whatever they are called. */
export function knownProjectsTable(storage: TableStorage): KnownProjects {
  const table = tableClient('Projects', storage);

  const write = async (actions: readonly TransactionAction[]): Promise<void> => {
    for (let index = 0; index < actions.length; index += MOST_ACTIONS) {
      await table.transact(actions.slice(index, index + MOST_ACTIONS));
    }
  };

  const noted = (connectionId: string, id: string, foundAt: Date | null): TransactionAction => [
    'upsert',
    {
      partitionKey: connectionKey(connectionId),
      rowKey: projectKey(id),
      schemaVersion: SCHEMA_VERSION,
      ...(foundAt ? { foundAt: foundAt.toISOString() } : {}),
    },
    'Replace',
  ];

  return {
    list: async (connectionId) => {
      if (!isConnectionId(connectionId)) return undefined;
      const rows = await table.listRows(connectionId, ANY_ROW.start, ANY_ROW.end, COLUMNS);
      const parsed = rows.flatMap((row) => rowSchema.safeParse(row).data ?? []);
      if (!parsed.some(({ rowKey }) => rowKey === SEEDED)) return undefined;
      return parsed
        .filter(({ rowKey }) => rowKey !== SEEDED)
        .map(({ rowKey, foundAt }): KnownProject => ({
          id: rowKey,
          foundAt: foundAt ? new Date(foundAt) : null,
        }));
    },
    seed: async (connectionId, ids) => {
      await write(ids.map((id) => noted(connectionId, id, null)));
      await table.upsert({
        partitionKey: connectionKey(connectionId),
        rowKey: SEEDED,
        schemaVersion: SCHEMA_VERSION,
      });
    },
    change: async (connectionId, { found, foundAt, gone }) => {
      await write(found.map((id) => noted(connectionId, id, foundAt)));
      // One by one: a transaction in which one is gone already deletes none.
      for (const id of gone) await table.remove(connectionKey(connectionId), projectKey(id));
    },
  };
}
