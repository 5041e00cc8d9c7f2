import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { startTableStorage, type TableStorage } from './table-storage';

const tableOf = (storage: TableStorage, name = 'Ledger'): TableClient =>
  TableClient.fromConnectionString(storage.connectionString, name, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 1, retryDelayInMs: 1 },
  });

const running: TableStorage[] = [];
async function start(options: Parameters<typeof startTableStorage>[0] = {}): Promise<TableStorage> {
  const storage = await startTableStorage(options);
  running.push(storage);
  return storage;
}
afterEach(() => Promise.all(running.splice(0).map((storage) => storage.stop())));

test('the genuine client reads, writes and conflicts as on Table Storage, and no file is written', async () => {
  const before = readdirSync('.');
  const table = tableOf(await start());
  await table.createTable();
  await table.createEntity({ partitionKey: 'p', rowKey: 'r', count: 1 });
  await expect(table.createEntity({ partitionKey: 'p', rowKey: 'r' })).rejects.toMatchObject({ statusCode: 409 });
  const { etag } = await table.getEntity('p', 'r');
  await table.updateEntity({ partitionKey: 'p', rowKey: 'r', count: 2 }, 'Replace', { etag });
  await expect(
    table.updateEntity({ partitionKey: 'p', rowKey: 'r', count: 3 }, 'Replace', { etag }),
  ).rejects.toMatchObject({ statusCode: 412 });
  await expect(table.getEntity('p', 'absent')).rejects.toMatchObject({ statusCode: 404 });
  expect(readdirSync('.')).toEqual(before);
});

test('with a data directory a restart keeps the tables', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'tables-'));
  try {
    const first = await start({ dataDirectory });
    await tableOf(first).createTable();
    await tableOf(first).createEntity({ partitionKey: 'p', rowKey: 'r', text: 'kept' });
    await first.stop();
    const second = await start({ dataDirectory, port: first.port });
    expect(second.port).toBe(first.port);
    expect(await tableOf(second).getEntity('p', 'r')).toMatchObject({ text: 'kept' });
    await second.stop();
  } finally {
    rmSync(dataDirectory, { recursive: true });
  }
});

test('it can be unreachable, busy or mute for a while, and still has its tables afterwards', async () => {
  const storage = await start();
  const table = tableOf(storage);
  await table.createTable();
  await table.createEntity({ partitionKey: 'p', rowKey: 'r', text: 'kept' });

  await storage.interrupt();
  await expect(table.getEntity('p', 'r')).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/);
  await storage.resume();
  expect(await table.getEntity('p', 'r')).toMatchObject({ text: 'kept' });

  await storage.setFault('unavailable');
  await expect(table.getEntity('p', 'r')).rejects.toMatchObject({ statusCode: 503 });
  await storage.setFault('hang');
  await expect(table.getEntity('p', 'r', { abortSignal: AbortSignal.timeout(50) })).rejects.toMatchObject({
    name: 'AbortError',
  });
  await storage.setFault(null);
  expect(await table.getEntity('p', 'r')).toMatchObject({ text: 'kept' });
});

test('it ends also while interrupted, and a taken port is said', async () => {
  const storage = await start();
  await expect(startTableStorage({ port: storage.port })).rejects.toThrow('EADDRINUSE');
  await storage.interrupt();
  await storage.stop();
});
