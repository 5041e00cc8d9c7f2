import { createLocalClock } from '../../local/clock';
import { workQueueOptions } from '../../local/environment';
import { startKeyVault } from '../../local/key-vault/key-vault';
import { startServiceBusBroker } from '../../local/service-bus/broker';
import { startTableStorage } from '../../local/table-storage/table-storage';
import { connectionsTable } from '../../src/azure/connections-table';
import { keyVaultSecrets } from '../../src/azure/key-vault-secrets';

import { serveParent } from './child-side';
import { CONNECTION_ID, HOOK_PASSWORD, ORGANIZATION_ID } from './payload';

/** The Azure services that a hook's way needs, with one connection in them, in a process of their own. */
async function start(): Promise<void> {
  const broker = await startServiceBusBroker({ clock: createLocalClock(), queues: [workQueueOptions] });
  const tables = await startTableStorage();
  const vault = await startKeyVault();
  await connectionsTable({ connectionString: tables.connectionString }).save({
    id: CONNECTION_ID,
    name: 'contoso',
    kind: 'services',
    url: 'https://dev.azure.com/contoso',
    organizationIds: [ORGANIZATION_ID],
    identities: [],
    broken: null,
    description: '',
    labels: [],
    credential: { kind: 'pat', expiresOn: null },
    projectPats: [],
    state: 'connected',
    publicUrl: null,
    expiryWarnings: [],
    refusedWrites: [],
  });
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
