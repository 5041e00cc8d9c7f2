import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Connection, Connections } from '../app/ports';
import { Failure } from '../core/failures';
import { connectionRow, parseConnectionRow, PARTITION } from './connection-rows';
import { isConnectionId } from './row-keys';
import { tableClient, type Row, type TableStorage } from './table-client';

/** More than all that write a row at once in the worst case, each of which wins one of the tries. */
const MOST_TRIES = 40;
const LONGEST_PAUSE_MS = 50;

/**
 * Connections in table `Connections`; tables.md says who writes with which ETag. A row that this release cannot read makes
 * `find` and `change` throw `unavailable` (hooks are then retried, not refused) and is left out of `list`.
 */
export function connectionsTable(storage: TableStorage): Connections {
  const table = tableClient('Connections', storage);

  const read = async (id: string): Promise<{ row: Row; connection: Connection } | undefined> => {
    if (!isConnectionId(id)) return undefined;
    const row = await table.get(PARTITION, id);
    if (row === undefined) return undefined;
    const connection = parseConnectionRow(row);
    if (connection !== undefined) return { row, connection };
    throw new Failure({
      kind: 'unavailable',
      message: `Connection ${id} was written by a newer release or damaged (table Connections); deploy that release or connect the organization again.`,
    });
  };

  /** The client repeats a write whose answer was lost, and then finds its own row in the way. */
  const isOurs = async (id: string, writeId: string): Promise<boolean> =>
    (await table.get(PARTITION, id))?.['writeId'] === writeId;

  return {
    find: async (id) => (await read(id))?.connection,
    list: async () => {
      const rows = await table.list(PARTITION);
      return rows
        .map(parseConnectionRow)
        .filter((connection) => connection !== undefined)
        .sort((a, b) => a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1));
    },
    save: async (connection) => {
      const writeId = randomUUID();
      if (await table.insert(connectionRow(connection, writeId))) return;
      if (await isOurs(connection.id, writeId)) return;
      throw new Failure({ kind: 'superseded', message: `There is a connection ${connection.id} already.` });
    },
    change: async (id, change) => {
      for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
        const present = await read(id);
        const wanted = present && change(present.connection);
        if (wanted === undefined) return undefined;
        const writeId = randomUUID();
        const etag = String(present?.row['etag']);
        if (await table.replace(connectionRow({ ...wanted, id }, writeId), etag)) return wanted;
        if (await isOurs(id, writeId)) return wanted;
        await sleep(Math.random() * LONGEST_PAUSE_MS);
      }
      throw new Failure({
        kind: 'unavailable',
        message: `Connection ${id} is being written by too many at once (table Connections); it is tried again later.`,
      });
    },
    remove: async (id) => {
      if (isConnectionId(id)) await table.remove(PARTITION, id);
    },
  };
}
