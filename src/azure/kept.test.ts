import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { TableClient } from '@azure/data-tables';

import { createLocalClock } from '../../local/clock';
import { startKeyVault, type KeyVault } from '../../local/key-vault/key-vault';
import { startServiceBusBroker, type ServiceBusBroker } from '../../local/service-bus/broker';
import { startTableStorage, type TableStorage } from '../../local/table-storage/table-storage';
import { operationMessage, pullRequestMessage, sweepMessage } from '../core/messages';
import { keptMessages } from './kept-messages';
import { keptRows, TABLES_OF_CONNECTION } from './kept-rows';
import { keptSecrets } from './kept-secrets';
import { keyVaultSecrets } from './key-vault-secrets';
import { serviceBusQueue } from './service-bus-queue';

const repositoryId = '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f';
const clock = createLocalClock();
const now = { now: () => new Date(clock.now()) };
const always = (): boolean => true;

describe('rows', () => {
  let local: TableStorage;
  beforeAll(async () => {
    local = await startTableStorage();
  });
  afterAll(() => local.stop());

  const put = async (table: string, partitionKey: string, rowKey: string, columns = {}): Promise<void> => {
    const client = TableClient.fromConnectionString(local.connectionString, table, { allowInsecureConnection: true });
    await client.createTable();
    await client.upsertEntity({ partitionKey, rowKey, ...columns });
  };

  /** Also what this release cannot read. */
  const fill = async (id: string): Promise<void> => {
    await put('Access', id, 'somebody');
    await put('DeadLetters', 'deadLetter', `of-${id}`, { connectionId: id });
    await put('Ledger', `${id}_${repositoryId}_7`, 'done', { schemaVersion: 99 });
    await put('Ledger', `${id}_${repositoryId}_7`, 'retry');
    await put('Ledger', `${id}_${repositoryId}_8`, 'intent_1');
    await put('Operations', id, 'op-1');
    await put('Operations', id, 'op-2');
    await put('Projects', id, 'seeded');
    await put('Sweeps', 'sweep', id);
    for (let version = 1; version <= 120; version += 1) await put('Settings', id, `version_connection_${version}`);
  };
  const all = { Access: 1, DeadLetters: 1, Ledger: 3, Operations: 2, Projects: 1, Settings: 120, Sweeps: 1 };

  test('of one connection are counted and deleted in every table, and of no other', async () => {
    const kept = keptRows({ connectionString: local.connectionString });
    await fill('contoso');
    await fill('contoso-2');
    expect(await kept.count('contoso')).toEqual(all);
    expect(await kept.count('contos')).toEqual({});

    expect(await kept.remove('contoso', { isTimeLeft: () => false })).toEqual({ removed: 0, isWhole: false });
    expect(await kept.remove('contoso', { isTimeLeft: always, keptOperationId: 'op-2' })).toEqual({
      removed: 128,
      isWhole: true,
    });
    expect(await kept.count('contoso')).toEqual({ Operations: 1 });
    expect(await kept.remove('contoso', { isTimeLeft: always })).toEqual({ removed: 1, isWhole: true });
    expect(await kept.remove('contoso', { isTimeLeft: always })).toEqual({ removed: 0, isWhole: true });
    expect(await kept.count('contoso-2')).toEqual(all);
  });

  test('are looked for in every table that tables.md tells of', () => {
    const page = readFileSync(resolve(__dirname, 'tables.md'), 'utf8');
    const tables = [...page.matchAll(/^\| `([A-Z][A-Za-z]+)` \|/gm)].map(([, name]) => name);
    expect(tables).toContain('Ledger');
    expect([...TABLES_OF_CONNECTION, 'Audit', 'Connections', 'Deployment']).toEqual(expect.arrayContaining(tables));
  });
});

describe('secrets', () => {
  let vault: KeyVault;
  afterEach(() => vault.stop());

  const fill = async (id: string): Promise<void> => {
    const secrets = keyVaultSecrets({ vaultUrl: vault.url, clock: now });
    await secrets.savePat(id, 'pat', new Date(clock.now() + 1_000_000));
    await secrets.savePat(id, 'project-pat', new Date(clock.now() + 1_000_000), repositoryId);
    await secrets.saveHookSecret(id, 'one');
    await secrets.saveHookSecret(id, 'two');
  };
  const names = (id: string): string[] => [
    `former-hook-${id}`,
    `hook-${id}`,
    `pat-${id}`,
    `project-pat-${id}-${repositoryId}`,
  ];

  test('of one connection are deleted and purged, and of no other', async () => {
    vault = await startKeyVault();
    await fill('contoso');
    await fill('contoso-2');
    // Whose names only look like it.
    await fill(`contoso-${repositoryId}`);
    const kept = keptSecrets({ vaultUrl: vault.url });
    expect((await kept.list('contoso')).map(({ name }) => name)).toEqual(names('contoso'));
    expect(await kept.remove('contoso')).toEqual([]);
    expect(await kept.list('contoso')).toEqual([]);
    expect(await kept.remove('contoso')).toEqual([]);
    for (const id of ['contoso-2', `contoso-${repositoryId}`]) {
      expect((await kept.list(id)).map(({ name, state }) => `${name} ${state}`)).toEqual(
        names(id).map((name) => `${name} stands`),
      );
    }
  });

  test('that the vault protects stay deleted until its day, which is told', async () => {
    vault = await startKeyVault({ isPurgeProtected: true });
    await fill('contoso');
    const kept = keptSecrets({ vaultUrl: vault.url });
    const left = await kept.remove('contoso');
    expect(left).toEqual(names('contoso').map((name) => ({ name, state: 'deleted', purgedOn: expect.any(Date) })));
    expect((left[0]?.purgedOn?.getTime() ?? 0) - Date.now()).toBeGreaterThan(80 * 86_400_000);
    expect(await kept.remove('contoso')).toEqual(left);
  });

  test('of a vault that fails: a sentence', async () => {
    vault = await startKeyVault();
    vault.setFault('unavailable');
    await expect(keptSecrets({ vaultUrl: vault.url }).remove('contoso')).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('messages', () => {
  let broker: ServiceBusBroker;
  beforeAll(async () => {
    broker = await startServiceBusBroker({
      clock,
      port: 0,
      queues: [
        {
          name: 'work',
          requiresSession: true,
          lockDurationSeconds: 60,
          maxDeliveryCount: 5,
          duplicateDetectionWindowSeconds: 600,
          defaultTimeToLiveSeconds: 86_400,
        },
      ],
    });
  });
  afterAll(() => broker.stop());

  test('that are due later are cancelled, of one connection and no other; its own operation goes on', async () => {
    const { connectionString } = broker;
    const queue = serviceBusQueue({ serviceBus: { connectionString }, clock: now });
    for (let number = 1; number <= 300; number += 1) {
      const key = { connectionId: number % 2 ? 'contoso' : 'contoso-2', repositoryId, pullRequestId: number };
      await queue.send(pullRequestMessage(key, 'until'), { messageId: `until/${number}`, dueIn: 3_600 });
    }
    await queue.send(sweepMessage('contoso'), { messageId: 'sweep' });
    await queue.send(operationMessage('contoso', 'op-1', 1, 0), { messageId: 'op-1', dueIn: 60 });
    await queue.send(operationMessage('contoso', 'op-2', 1, 0), { messageId: 'op-2', dueIn: 60 });
    await queue.close();

    const kept = keptMessages({ connectionString });
    expect(await kept.count('contoso')).toEqual({ scheduled: 152, waiting: 1 });
    expect(await kept.cancel('contoso', 'op-2')).toBe(151);
    expect(await kept.count('contoso')).toEqual({ scheduled: 1, waiting: 1 });
    expect(await kept.cancel('contoso', 'op-2')).toBe(0);
    expect(await kept.count('contoso-2')).toEqual({ scheduled: 150, waiting: 0 });
  });

  test('of a queue that cannot be reached: a sentence', async () => {
    const connectionString = broker.connectionString.replace(/:\d+;/, ':1;');
    await expect(keptMessages({ connectionString }).count('contoso')).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
