import { createHash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import type { AzureDevOps, Clock, ConnectionPlace, DoorCredential } from '../app/ports';
import { rememberFixedSlices } from '../app/remember-fixed-slices';
import { rememberGroups } from '../app/remember-groups';
import { connectAzureDevOps, type ConnectedAzureDevOps } from '../azure-devops/connect';
import { IDENTITY_RENEWAL } from '../core/entra';

import { scopedLog } from './scoped-log';
import { scopedTrace } from './scoped-trace';
import { shownDoor } from './shown-door';
import { isTelemetryOn } from './telemetry';

/** More connections than one deployment has; a door beyond costs a few round trips again. */
const MOST_DOORS = 200;

/** A token of Entra lasts for hours at most, and its door with it; one that was just found still has all this time. */
const UNUSED_MS = 2 * 3_600_000;

/** The door to a connection with a credential, kept so that its sockets and what it learnt about the host are used again. */
export function createDoors(clock: Clock): (connection: ConnectionPlace, credential: DoorCredential) => AzureDevOps {
  const doors = new LRUCache<string, { door: ConnectedAzureDevOps; port: AzureDevOps }>({
    max: MOST_DOORS,
    ttl: UNUSED_MS,
    updateAgeOnGet: true,
    dispose: ({ door }) => door.dispose(),
  });
  return ({ url, network, apiVersion }, given) => {
    const secret = given.kind === 'pat' ? given.pat : given.token;
    // A digest, so that the secret is not one more time in memory as a key.
    const place = JSON.stringify([url, network.proxy, network.caCertificates, apiVersion, given.kind]);
    const key = `${place}\u0000${createHash('sha256').update(secret).digest('hex')}`;
    const known = doors.get(key);
    if (known) return known.port;
    doors.purgeStale();
    const credential = given.kind === 'pat' ? given : { ...given, renewal: IDENTITY_RENEWAL };
    const door = connectAzureDevOps({
      url,
      network,
      apiVersion,
      credential,
      log: scopedLog,
      trace: scopedTrace,
      now: () => clock.now(),
    });
    const port = rememberGroups(rememberFixedSlices(isTelemetryOn() ? shownDoor(door, scopedTrace) : door), clock);
    doors.set(key, { door, port });
    return port;
  };
}
