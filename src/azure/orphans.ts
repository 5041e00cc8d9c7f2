import { odata } from '@azure/data-tables';

import type { Orphans } from '../app/ports';
import { PARTITION as CONNECTIONS } from './connection-rows';
import { isConnectionId } from './row-keys';
import { tableClient, type Row, type Table, type TableStorage } from './table-client';
import { isTimestamp, timestampDate } from './timestamps';

/** What belongs to the deployment, rather than to a connection. */
export const DEPLOYMENT = 'Deployment';
const PARTITION = 'orphan';
const SCHEMA_VERSION = 1;
/** Every connection's id is between these, and neither is one. */
const ANY = { start: '/', end: '{' };
/** More than a deployment has connections, by far. */
const MOST_CONNECTIONS = 1_000;
/** Tables whose partitions are a connection's, or begin with it. */
const TABLES = ['Access', 'Ledger', 'Operations', 'Projects', 'Settings'];

/**
 * Connections that have rows although there is no row of theirs in `Connections`, noted in table `Deployment`: the note's
 * `Timestamp` says since when. Connections are looked up by key, so that one which this release cannot read exists, too.
 */
export function orphans(storage: TableStorage): Orphans {
  const deployment = tableClient(DEPLOYMENT, storage);
  const connections = tableClient('Connections', storage);
  return {
    list: async () => {
      const mentioned = new Set<string>();
      for (const name of TABLES) {
        for (const id of await connectionsIn(tableClient(name, storage))) mentioned.add(id);
      }
      // Read last: the row of a connection is the last that is written of one that is being made.
      const existing = new Set(
        (await connections.listRows(CONNECTIONS, '', '~', ['RowKey'])).map(({ rowKey }) => String(rowKey)),
      );
      const lost = [...mentioned].filter((id) => !existing.has(id));
      for (const connectionId of lost) {
        await deployment.insert({ partitionKey: PARTITION, rowKey: connectionId, schemaVersion: SCHEMA_VERSION });
      }
      const noted = await deployment.list(PARTITION);
      for (const { rowKey } of noted) {
        if (!lost.includes(String(rowKey))) await deployment.remove(PARTITION, String(rowKey));
      }
      return noted.flatMap((row) => (lost.includes(String(row['rowKey'])) ? parseNote(row) : []));
    },
  };
}

/** The ids that partitions begin with: one request for each, however many rows there are. */
async function connectionsIn(table: Table): Promise<string[]> {
  const ids: string[] = [];
  let from = ANY.start;
  while (ids.length < MOST_CONNECTIONS) {
    const filter = odata`PartitionKey gt ${from} and PartitionKey lt ${ANY.end}`;
    const [first] = await table.listWhere(filter, { columns: ['PartitionKey'], limit: 1 });
    if (first === undefined) break;
    const partition = String(first['partitionKey']);
    const [id = ''] = partition.split('_', 1);
    if (isConnectionId(id)) ids.push(id);
    // Beyond the partition itself, and beyond all that go on with `_`, the ledger's: no id has one.
    from = partition === id ? id : `${id}_~`;
  }
  return ids;
}

function parseNote({ rowKey, timestamp }: Row): { connectionId: string; since: Date }[] {
  if (typeof timestamp !== 'string' || !isTimestamp(timestamp)) return [];
  return [{ connectionId: String(rowKey), since: timestampDate(timestamp) }];
}
