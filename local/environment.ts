import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { installInStages } from '../src/app/policy-stages';
import type { Log } from '../src/app/ports';
import { LOCAL_TOKENS } from '../src/azure/secret-client';
import { administerPolicies } from '../src/azure-devops/policy-administration';
import { WORK_QUEUE } from '../src/core/work-queue-name';

import type { Flavour } from './azure-devops/flavour';
import { startAzureDevOpsSimulator, type AzureDevOpsSimulator } from './azure-devops/simulator';
import { createLocalClock, type LocalClock } from './clock';
import { startFunctionsHost, type FunctionsHost } from './functions-host/functions-host';
import { startKeyVault } from './key-vault/key-vault';
import { startServiceBusBroker, type ServiceBusBroker } from './service-bus/broker';
import { startTableStorage } from './table-storage/table-storage';

/** The queue as infra/ creates it: one session per pull request, duplicates folded. */
export const workQueueOptions = {
  name: WORK_QUEUE,
  requiresSession: true,
  lockDurationSeconds: 60,
  maxDeliveryCount: 5,
  duplicateDetectionWindowSeconds: 3_600,
  defaultTimeToLiveSeconds: 86_400,
};

export interface EnvironmentOptions {
  /** Everything that survives a restart lies here. */
  dataDirectory: string;
  /** The built app and the host's worker, as scripts/build.mjs leaves them. */
  distDirectory: string;
  /** 0 = a free one. */
  ports: { portcullis: number; azureDevOps: number };
  isolation: 'one-process' | 'separate-processes';
  /** What the simulator is: an organization of Services (default), or a collection of a Server. */
  flavour?: Flavour;
  /** App settings beside those that every environment has. */
  settings?: Record<string, string>;
  onLog: (entry: { functionName?: string; level: string; message: string; worker: string }) => void;
}

/** The local environment: every part of Azure and Azure DevOps that Portcullis talks to, and Portcullis itself. */
export interface LocalEnvironment {
  clock: LocalClock;
  broker: ServiceBusBroker;
  simulator: AzureDevOpsSimulator;
  host: FunctionsHost;
  tables: Awaited<ReturnType<typeof startTableStorage>>;
  vault: Awaited<ReturnType<typeof startKeyVault>>;
  /** What the app is configured with. */
  appSettings: Record<string, string>;
  managementToken: string;
  stop(): Promise<void>;
}

export async function startLocalEnvironment(options: EnvironmentOptions): Promise<LocalEnvironment> {
  const { dataDirectory, distDirectory, ports, isolation, onLog } = options;
  const clock = createLocalClock();
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const simulator = await startAzureDevOpsSimulator({
      clock,
      port: ports.azureDevOps,
      flavour: options.flavour ?? 'services',
      dataDirectory: join(dataDirectory, 'azure-devops'),
    });
    stops.push(() => simulator.stop());
    const broker = await startServiceBusBroker({ clock, queues: [workQueueOptions] });
    stops.push(() => broker.stop());
    const tables = await startTableStorage({ dataDirectory: join(dataDirectory, 'tables') });
    stops.push(() => tables.stop());
    const isOnlyRead = options.settings?.['PORTCULLIS_WRITES_SECRETS'] === 'false';
    const vault = await startKeyVault({
      dataDirectory: join(dataDirectory, 'key-vault'),
      ...(isOnlyRead ? { officers: [LOCAL_TOKENS.person] } : {}),
    });
    stops.push(() => vault.stop());
    const managementToken = randomBytes(24).toString('base64url');
    const appSettings = {
      ServiceBusConnection: broker.connectionString,
      AzureWebJobsStorage: tables.connectionString,
      KEY_VAULT_URI: vault.url,
      PORTCULLIS_LOCAL_MANAGEMENT_TOKEN: managementToken,
      ...options.settings,
    };
    const host = await startFunctionsHost({
      appDirectory: join(distDirectory, 'package'),
      workerEntry: join(distDirectory, 'local', 'worker-process.js'),
      settings: appSettings,
      port: ports.portcullis,
      clock,
      isolation,
      onLog,
    });
    stops.push(() => host.stop());
    return { clock, broker, simulator, host, tables, vault, appSettings, managementToken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes the verdict required on the default branch of `Shop/web`, through the product's own code, as its administrator. */
export async function requireVerdict(environment: LocalEnvironment, identityId: string, log: Log): Promise<void> {
  const { url: base, flavour: kind } = environment.simulator;
  const administration = administerPolicies({ url: base, credential: { kind: 'pat', pat: 'admin-pat' }, log });
  const address = { kind, base, project: 'Shop', repository: 'web', pullRequestId: undefined };
  try {
    await installInStages({
      administration,
      request: { address, branches: [], allRepositories: false },
      identityId,
      agree: () => Promise.resolve(true),
      // Nothing is open yet, or has its verdict from before.
      judge: () => Promise.resolve({ isDone: false, reason: 'Nobody judges yet.' }),
      tell: () => undefined,
    });
  } finally {
    administration.dispose();
  }
}
