import { odata } from '@azure/data-tables';

import type { Aging, OldRows } from '../app/ports';
import { createSlots } from '../core/slots';
import { AUDIT, auditKeyOf } from './audit-table';
import { DEAD_LETTERS } from './dead-letters-table';
import { removeRows, transactionsOf } from './kept-rows';
import { forgetPullRequest } from './ledger-table';
import { tableClient, type Row, type Table, type TableStorage } from './table-client';

/** So many in a run: what is left over goes the next day. */
const MOST_ROWS = 20_000;
const AT_ONCE = 8;
const KEYS = ['PartitionKey', 'RowKey'] as const;

/** Where rows stand that are deleted by their age, and the filter that finds the old ones. */
const FINDERS: Readonly<Record<Aging, { name: string; filter: (before: Date) => string }>> = {
  audit: {
    name: 'Audit',
    filter: (before) => odata`PartitionKey eq ${AUDIT} and RowKey gt ${auditKeyOf(before.getTime())}`,
  },
  deadLetters: {
    name: 'DeadLetters',
    filter: (before) => odata`PartitionKey eq ${DEAD_LETTERS} and Timestamp lt ${before}`,
  },
  // What has ended never changes again, but that a person may be forgotten in it: `changedAt` tells when it ended.
  operations: {
    name: 'Operations',
    filter: (before) => odata`(state eq 'succeeded' or state eq 'failed') and changedAt lt ${before.toISOString()}`,
  },
  ledger: { name: 'Ledger', filter: (before) => odata`(Timestamp lt ${before})` },
};

/** Deletes rows that are old enough; who else deletes what, tables.md tells. */
export function oldRows(storage: TableStorage): OldRows {
  return {
    remove: async (aging, before, { isTimeLeft }) => {
      const { name, filter } = FINDERS[aging];
      const table = tableClient(name, storage);
      const found = await table.listWhere(filter(before), { columns: KEYS, limit: MOST_ROWS });
      const slots = createSlots(AT_ONCE);
      let removed = 0;
      let isWhole = found.length < MOST_ROWS;
      const remove = async (rows: readonly Row[]): Promise<void> => {
        if (!isTimeLeft()) {
          isWhole = false;
          return;
        }
        const gone = await removeSome(aging, table, rows, before);
        removed += gone;
      };
      await Promise.all(transactionsOf(found).map((rows) => slots.run(() => remove(rows))));
      return { removed, isWhole };
    },
  };
}

async function removeSome(aging: Aging, table: Table, rows: readonly Row[], before: Date): Promise<number> {
  // An evaluation may be under way in a pull request of which some rows are old.
  if (aging === 'ledger') return forgetPullRequest(table, String(rows[0]?.['partitionKey']), before);
  await removeRows(table, rows);
  return rows.length;
}
