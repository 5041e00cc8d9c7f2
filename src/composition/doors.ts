import { createHash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import type { AzureDevOps, Clock, Connection } from '../app/ports';
import { rememberFixedSlices } from '../app/remember-fixed-slices';
import { rememberGroups } from '../app/remember-groups';
import { connectAzureDevOps, type ConnectedAzureDevOps } from '../azure-devops/connect';

import { scopedLog } from './scoped-log';

/** More connections than one deployment has; a door beyond costs a few round trips again. */
const MOST_DOORS = 200;

/** The door to a connection with a PAT, kept so that its sockets and what it learnt about the host are used again. */
export function createDoors(clock: Clock): (connection: Pick<Connection, 'url'>, pat: string) => AzureDevOps {
  const doors = new LRUCache<string, { door: ConnectedAzureDevOps; port: AzureDevOps }>({
    max: MOST_DOORS,
    dispose: ({ door }) => door.dispose(),
  });
  return ({ url }, pat) => {
    // A digest, so that the PAT is not one more time in memory as a key.
    const key = `${url}\u0000${createHash('sha256').update(pat).digest('hex')}`;
    const known = doors.get(key);
    if (known) return known.port;
    const door = connectAzureDevOps({ url, credential: { kind: 'pat', pat }, log: scopedLog, now: () => clock.now() });
    const port = rememberGroups(rememberFixedSlices(door), clock);
    doors.set(key, { door, port });
    return port;
  };
}
