import { createLocalClock } from '../../local/clock';
import { workQueueOptions } from '../../local/environment';
import { startKeyVault } from '../../local/key-vault/key-vault';
import { startServiceBusBroker } from '../../local/service-bus/broker';
import { startTableStorage } from '../../local/table-storage/table-storage';
import { connectionsTable } from '../../src/azure/connections-table';
import { keyVaultSecrets } from '../../src/azure/key-vault-secrets';

import { benchConnection } from './bench-connection';
import { serveParent } from './child-side';
import { CONNECTION_ID, HOOK_PASSWORD } from './payload';

/** The Azure services that a hook's way needs, with one connection in them, in a process of their own. */
async function start(): Promise<void> {
  const broker = await startServiceBusBroker({ clock: createLocalClock(), queues: [workQueueOptions] });
  const tables = await startTableStorage();
  const vault = await startKeyVault();
  await connectionsTable({ connectionString: tables.connectionString }).save(benchConnection);
  const clock = { now: () => new Date() };
  await keyVaultSecrets({ vaultUrl: vault.url, clock }).saveHookSecret(CONNECTION_ID, HOOK_PASSWORD);
  serveParent(
    {
      ServiceBusConnection: broker.connectionString,
      AzureWebJobsStorage: tables.connectionString,
      KEY_VAULT_URI: vault.url,
    },
    () => broker.queue(workQueueOptions.name).active,
    async () => {
      await Promise.all([broker.stop(), tables.stop(), vault.stop()]);
    },
  );
}

void start();
