import { connectOrganization, type ConnectRequest } from '../app/connect-organization';
import type { Connection, Log } from '../app/ports';
import { connectionsTable } from '../azure/connections-table';
import { keyVaultSecrets } from '../azure/key-vault-secrets';
import { settingsTable } from '../azure/settings-table';
import { administerAzureDevOps, connectAzureDevOps } from '../azure-devops/connect';

import { systemClock } from './clock';
import { readEnvironment } from './environment';

/**
 * Connects an organization to the deployment that the given app settings describe.
 *
 * @param adminPat of somebody who may edit service hook subscriptions; used now, and not kept
 */
export async function connect(
  appSettings: Readonly<Record<string, string>>,
  request: ConnectRequest,
  adminPat: string,
  log: Log,
): Promise<Connection> {
  const { tables, vaultUrl, credential } = readEnvironment(appSettings);
  return connectOrganization(
    {
      connections: connectionsTable(tables),
      secrets: keyVaultSecrets({ vaultUrl, credential, clock: systemClock }),
      settings: settingsTable(tables),
      connect: ({ url }, credential) => connectAzureDevOps({ url, credential, log }),
      administration: administerAzureDevOps({ url: request.url, credential: { kind: 'pat', pat: adminPat }, log }),
      clock: systemClock,
      log,
    },
    request,
  );
}
