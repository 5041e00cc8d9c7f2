import { z } from 'zod';

import type { Sweeps } from '../app/ports';
import { connectionKey, isConnectionId } from './row-keys';
import { tableClient, type TableStorage } from './table-client';

const SCHEMA_VERSION = 1;
/** All connections together are few, and read one at a time. */
export const SWEEPS = 'sweep';

const rowSchema = z
  .object({ at: z.iso.datetime(), active: z.int().nonnegative() })
  .transform(({ at, active }) => ({ at: new Date(at), active }));

/** Table `Sweeps`: when each connection was last swept. What this release cannot read counts as never. */
export function sweepsTable(storage: TableStorage): Sweeps {
  const table = tableClient('Sweeps', storage);
  return {
    note: (connectionId, { at, active }) =>
      table.upsert({
        partitionKey: SWEEPS,
        rowKey: connectionKey(connectionId),
        schemaVersion: SCHEMA_VERSION,
        at: at.toISOString(),
        active,
      }),
    last: async (connectionId) => {
      if (!isConnectionId(connectionId)) return undefined;
      return rowSchema.safeParse(await table.get(SWEEPS, connectionId)).data;
    },
    remove: async (connectionId) => {
      if (isConnectionId(connectionId)) await table.remove(SWEEPS, connectionId);
    },
  };
}
