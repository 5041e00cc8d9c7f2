import { LRUCache } from 'lru-cache';

import type { Connection, Connections } from '../app/ports';
import { createReceiveServiceHook, type HookAnswer, type ReceivedHook } from '../app/receive-service-hook';
import { connectionsTable } from '../azure/connections-table';
import { keyVaultSecrets } from '../azure/key-vault-secrets';
import { serviceBusQueue } from '../azure/service-bus-queue';
import { parseServiceHook } from '../azure-devops/service-hook';

import { systemClock } from './clock';
import { readEnvironment } from './environment';
import { once } from './once';
import { withInvocation, type Invocation } from './invocation';
import { scopedLog } from './scoped-log';
import { scopedTrace } from './scoped-trace';
import { serverOf } from './shown';
import { loadTelemetry } from './telemetry';

export { endTelemetry } from './telemetry';

/** A hook needs the connection's name and ids, which hardly ever change: one read a minute, not one a hook. */
const CONNECTION_KEPT_MS = 60_000;

const SHOWN = serverOf('POST', '/api/service-hooks/{connectionId}');

const parts = once(() => {
  const { serviceBus, tables, vaultUrl, credential } = readEnvironment();
  return {
    queue: serviceBusQueue({ serviceBus, clock: systemClock, trace: scopedTrace }),
    connections: keeping(connectionsTable(tables)),
    secrets: keyVaultSecrets({ vaultUrl, credential, clock: systemClock }),
  };
});

const receive = once(() =>
  createReceiveServiceHook({ ...parts(), parse: parseServiceHook, clock: systemClock, log: scopedLog }),
);

/** What the hook's endpoint is made of: this bundle loads without the worker's weight. */
export async function receiveServiceHook(hook: ReceivedHook, invocation: Invocation): Promise<HookAnswer> {
  return withInvocation(invocation, SHOWN, async (span) => {
    const status = await receive()(hook);
    span.set({ 'http.response.status_code': status });
    return status;
  });
}

/** Starts to connect to the queue, unawaited. */
export function warm(): void {
  void loadTelemetry();
  parts().queue.warm();
}

function keeping(connections: Connections): Pick<Connections, 'find'> {
  const kept = new LRUCache<string, Connection>({ max: 1_000, ttl: CONNECTION_KEPT_MS });
  return {
    async find(id) {
      const known = kept.get(id);
      if (known) return known;
      const found = await connections.find(id);
      if (found) kept.set(id, found);
      return found;
    },
  };
}
