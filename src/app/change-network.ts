import { parseCaCertificates } from '../core/ca-certificates';
import type { ConnectionCheck } from '../core/connection-sight';
import { Failure } from '../core/failures';
import { parseProxy } from '../core/proxy-address';

import type { Connection, ConnectionNetwork, Connections, Log } from './ports';
import type { ConnectionTest, TestConnection } from './test-connection';

/** What is absent stays as it is; null takes it away. */
export interface WantedNetwork {
  proxy?: string | null | undefined;
  /** PEM. */
  caCertificates?: string | null | undefined;
}

export type ReadNetwork = { ok: true; network: ConnectionNetwork } | { ok: false; reason: string };

/** What somebody wants to have of a network, checked; what is wrong is a sentence. */
export function readNetwork(wanted: WantedNetwork, present: ConnectionNetwork, now: Date): ReadNetwork {
  const network = { ...present };
  if (wanted.proxy === null) network.proxy = null;
  else if (wanted.proxy !== undefined) {
    const parsed = parseProxy(wanted.proxy);
    if (!parsed.ok) return parsed;
    network.proxy = parsed.proxy;
  }
  if (wanted.caCertificates === null) network.caCertificates = null;
  else if (wanted.caCertificates !== undefined) {
    const parsed = parseCaCertificates(wanted.caCertificates, now);
    if (!parsed.ok) return parsed;
    network.caCertificates = parsed.pem;
  }
  return { ok: true, network };
}

/** Nothing was changed where `connection` is null. */
export interface ChangedNetwork {
  connection: Connection | null;
  test: ConnectionTest;
}

export type ChangeNetwork = (
  connection: Connection,
  network: ConnectionNetwork,
  options: { force: boolean },
) => Promise<ChangedNetwork>;

interface Dependencies {
  testConnection: TestConnection;
  connections: Connections;
  log: Log;
}

/** What a network may be the cause of: whoever insists does not get it all the same. */
const OF_THE_NETWORK: readonly ConnectionCheck[] = [
  'address',
  'proxy',
  'reachable',
  'certificate',
  'azure-devops',
  'organization',
  'version',
];

/**
 * Changes the way to a connection's server: tested with the connection's own credential before it takes over. With `force` also
 * while something else is broken, a PAT that has ended, say, which cannot be replaced without the way.
 */
export function createChangeNetwork({ testConnection, connections, log }: Dependencies): ChangeNetwork {
  return async (connection, network, { force }) => {
    const test = await testConnection.through(connection, network);
    const isReached = !test.lines.some(({ check, state }) => state === 'broken' && OF_THE_NETWORK.includes(check));
    if (!test.ok && !(force && isReached)) return { connection: null, test };
    const { apiVersion } = test;
    const changed = await connections.change(connection.id, (present) => {
      // What was tested is the way from what somebody saw; two who change it at once would make a third.
      // Our own, of which the answer was lost, is no other's.
      if (!isSame(present.network, connection.network) && !isSame(present.network, network)) {
        throw changedMeanwhile(connection);
      }
      return { ...present, network, apiVersion: apiVersion ?? present.apiVersion };
    });
    if (!changed) throw new Failure({ kind: 'notFound', message: `Connection ${connection.name} was disconnected.` });
    log.info('The network of a connection was changed', { connectionId: connection.id, proxy: network.proxy });
    return { connection: changed, test };
  };
}

function isSame(one: ConnectionNetwork, other: ConnectionNetwork): boolean {
  return one.proxy === other.proxy && one.caCertificates === other.caCertificates;
}

function changedMeanwhile({ name }: Connection): Failure {
  const message = `Somebody else changed the network of ${name} at the same time: look at it, and change it again.`;
  return new Failure({ kind: 'superseded', message });
}
