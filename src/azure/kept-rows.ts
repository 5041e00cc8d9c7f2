import type { TransactionAction } from '@azure/data-tables';

import type { KeptRows } from '../app/ports';
import { createSlots } from '../core/slots';
import { DEAD_LETTERS } from './dead-letters-table';
import { connectionRange } from './ledger-entries';
import { connectionKey } from './row-keys';
import { SWEEPS } from './sweeps-table';
import { tableClient, type Row, type Table, type TableStorage } from './table-client';

/** The most that a transaction takes. */
const MOST_ACTIONS = 100;
const AT_ONCE = 8;
const KEYS = ['PartitionKey', 'RowKey'] as const;
/** Beyond every row key: they are letters, digits, `.`, `_` and `-`. */
const ANY_ROW = { start: '', end: '~' };
const DEAD_LETTERS_AT_ONCE = 1_000;

/** How the rows of one connection are found in each table that has any. */
const FINDERS: Readonly<Record<string, (table: Table, connectionId: string) => Promise<Row[]>>> = {
  Access: listPartition,
  DeadLetters: (table, connectionId) =>
    table.listFirst(DEAD_LETTERS, { after: '', limit: DEAD_LETTERS_AT_ONCE, where: { connectionId } }),
  Ledger: (table, connectionId) => {
    const { start, end } = connectionRange(connectionId);
    return table.listRange(start, end, KEYS);
  },
  Operations: listPartition,
  Projects: listPartition,
  Settings: listPartition,
  Sweeps: async (table, connectionId) => {
    const row = await table.get(SWEEPS, connectionId);
    return row ? [row] : [];
  },
};

/** The tables that keep something of a connection, but for `Connections` and `Audit`. */
export const TABLES_OF_CONNECTION: readonly string[] = Object.keys(FINDERS);

/** All rows of a connection, whichever release wrote them: they are found by their keys. */
export function keptRows(storage: TableStorage): KeptRows {
  const tables = Object.entries(FINDERS).map(([name, find]) => {
    const table = tableClient(name, storage);
    return { name, table, find: (connectionId: string) => find(table, connectionKey(connectionId)) };
  });
  return {
    count: async (connectionId) => {
      const counts = await Promise.all(
        tables.map(async ({ name, find }) => [name, (await find(connectionId)).length] as const),
      );
      return Object.fromEntries(counts.filter(([, count]) => count > 0));
    },
    remove: async (connectionId, { isTimeLeft, keptOperationId }) => {
      const slots = createSlots(AT_ONCE);
      let removed = 0;
      let isWhole = true;
      for (const { name, table, find } of tables) {
        const rows = (await find(connectionId)).filter(
          ({ rowKey }) => name !== 'Operations' || rowKey !== keptOperationId,
        );
        const removeSome = async (some: readonly Row[]): Promise<void> => {
          if (!isTimeLeft()) {
            isWhole = false;
            return;
          }
          await removeRows(table, some);
          removed += some.length;
        };
        await Promise.all(transactionsOf(rows).map((some) => slots.run(() => removeSome(some))));
        if (name === 'DeadLetters' && rows.length === DEAD_LETTERS_AT_ONCE) isWhole = false;
      }
      return { removed, isWhole };
    },
  };
}

function listPartition(table: Table, connectionId: string): Promise<Row[]> {
  return table.listRows(connectionId, ANY_ROW.start, ANY_ROW.end, KEYS);
}

/** Rows of one partition each. */
export function transactionsOf(rows: readonly Row[]): Row[][] {
  return [...Map.groupBy(rows, ({ partitionKey }) => String(partitionKey)).values()].flatMap((partition) =>
    Array.from({ length: Math.ceil(partition.length / MOST_ACTIONS) }, (_, index) =>
      partition.slice(index * MOST_ACTIONS, (index + 1) * MOST_ACTIONS),
    ),
  );
}

export async function removeRows(table: Table, rows: readonly Row[]): Promise<void> {
  const keys = rows.map(({ partitionKey, rowKey }) => ({
    partitionKey: String(partitionKey),
    rowKey: String(rowKey),
  }));
  if (await table.transact(keys.map((each): TransactionAction => ['delete', each]))) return;
  // One of them is gone already, and then none was deleted.
  for (const { partitionKey, rowKey } of keys) await table.remove(partitionKey, rowKey);
}
