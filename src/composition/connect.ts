import { connectOrganization, type ConnectRequest } from '../app/connect-organization';
import type { Connection, Log } from '../app/ports';
import { connectionsTable } from '../azure/connections-table';
import { keyVaultSecrets } from '../azure/key-vault-secrets';
import { settingsTable } from '../azure/settings-table';
import { administerHookRights, connectAzureDevOps, connectServiceHooks } from '../azure-devops/connect';

import { systemClock } from './clock';
import { readEnvironment } from './environment';

/**
 * Connects an organization to the deployment that the given app settings describe.
 *
 * @param adminPat of somebody who may grant rights on service hooks; used now, and not kept
 */
export async function connect(
  appSettings: Readonly<Record<string, string>>,
  request: ConnectRequest,
  adminPat: string,
  log: Log,
): Promise<Connection> {
  const { tables, vaultUrl, credential } = readEnvironment(appSettings);
  const opened: { dispose(): void }[] = [];
  const kept = <Door extends { dispose(): void }>(door: Door): Door => {
    opened.push(door);
    return door;
  };
  try {
    return await connectOrganization(
      {
        connections: connectionsTable(tables),
        secrets: keyVaultSecrets({ vaultUrl, credential, clock: systemClock }),
        settings: settingsTable(tables),
        connect: ({ url }, door) => kept(connectAzureDevOps({ url, credential: door, log })),
        openHooks: ({ url }, door) => kept(connectServiceHooks({ url, credential: door, log })),
        granting: kept(administerHookRights({ url: request.url, credential: { kind: 'pat', pat: adminPat }, log })),
        clock: systemClock,
        log,
      },
      request,
    );
  } finally {
    for (const door of opened) door.dispose();
  }
}
