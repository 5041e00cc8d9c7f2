import { TableClient } from '@azure/data-tables';

import { startTableStorage, type TableStorage } from '../../local/table-storage/table-storage';
import type { Operation } from '../app/ports';
import { createTestClock } from '../app/testing/test-clock';
import { auditTable } from './audit-table';
import { deadLettersTable } from './dead-letters-table';
import { keptRows } from './kept-rows';
import { ledgerTable } from './ledger-table';
import { oldRows } from './old-rows';
import { operationsTable } from './operations-table';
import { orphans } from './orphans';

const repositoryId = '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f';
const DAY_MS = 86_400_000;
const always = { isTimeLeft: (): boolean => true };
const tomorrow = (): Date => new Date(Date.now() + DAY_MS);
const yesterday = (): Date => new Date(Date.now() - DAY_MS);

let local: TableStorage;
const tables = () => ({ connectionString: local.connectionString });
const raw = (table: string): TableClient =>
  TableClient.fromConnectionString(local.connectionString, table, { allowInsecureConnection: true });

beforeEach(async () => {
  local = await startTableStorage();
});
afterEach(() => local.stop());

async function keysOf(table: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { partitionKey = '', rowKey = '' } of raw(table).listEntities())
    keys.push(`${partitionKey}/${rowKey}`);
  return keys;
}

async function put(table: string, partitionKey: string, rowKey: string, columns = {}): Promise<void> {
  await raw(table).createTable();
  await raw(table).upsertEntity({ partitionKey, rowKey, ...columns });
}

test('audit entries go by when they were written, also more than a transaction takes, and the newer stay', async () => {
  const clock = createTestClock();
  const log = auditTable({ tables: tables(), clock, days: 400 });
  const entry = { by: { id: 'x', name: 'x' }, connectionId: null, action: 'x', subject: 'x', details: {} };
  for (let number = 0; number < 130; number += 1) await log.record(entry);
  clock.advance(400 * 24 * 60 * 60);
  const limit = clock.now();
  clock.advance(1);
  await log.record({ ...entry, subject: 'today' });

  const none = { isTimeLeft: (): boolean => false };
  expect(await oldRows(tables()).remove('audit', limit, none)).toEqual({ removed: 0, isWhole: false });
  expect(await oldRows(tables()).remove('audit', limit, always)).toEqual({ removed: 130, isWhole: true });
  expect(await oldRows(tables()).remove('audit', limit, always)).toEqual({ removed: 0, isWhole: true });
  expect(await keysOf('Audit')).toHaveLength(1);
});

test('dead letters go by the table’s own clock', async () => {
  const letter = { reason: 'x', description: '', messageId: '', sessionId: '', enqueuedAt: null, body: '', key: null };
  await deadLettersTable(tables()).record({ ...letter, reference: 'r1' });
  expect(await oldRows(tables()).remove('deadLetters', yesterday(), always)).toEqual({ removed: 0, isWhole: true });
  expect(await oldRows(tables()).remove('deadLetters', tomorrow(), always)).toEqual({ removed: 1, isWhole: true });
  expect(await keysOf('DeadLetters')).toEqual([]);
});

test('operations go once they have ended, by when they did', async () => {
  const operations = operationsTable(tables());
  const old = new Date('2026-01-01T00:00:00Z');
  const operation = (id: string, state: Operation['state'], changedAt: Date): Operation => ({
    id,
    connectionId: 'contoso',
    kind: 'x',
    request: null,
    by: { id: 'x', name: 'x' },
    state,
    step: 0,
    attempts: 0,
    cursor: undefined,
    progress: { done: 0, total: null, doing: '' },
    result: undefined,
    trouble: null,
    createdAt: old,
    changedAt,
    dueAt: old,
  });
  await operations.add(operation('done', 'succeeded', old));
  await operations.add(operation('failed', 'failed', old));
  await operations.add(operation('waiting', 'queued', old));
  await operations.add(operation('going', 'running', old));
  await operations.add(operation('fresh', 'succeeded', new Date('2026-03-02T00:00:00Z')));
  const before = new Date('2026-03-01T00:00:00Z');
  expect(await oldRows(tables()).remove('operations', before, always)).toEqual({ removed: 2, isWhole: true });
  expect((await operations.list('contoso')).map(({ id }) => id).sort()).toEqual(['fresh', 'going', 'waiting']);
});

test('a pull request’s rows go together, by the newest of them', async () => {
  const ledger = ledgerTable(tables());
  const key = (pullRequestId: number) => ({ connectionId: 'contoso', repositoryId, pullRequestId });
  await ledger.begin(key(1), 'evaluation-1');
  await ledger.begin(key(1), 'evaluation-2');
  await put('Ledger', `contoso_${repositoryId}_2`, 'done', { schemaVersion: 99 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const before = new Date();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await ledger.begin(key(1), 'evaluation-3');

  expect(await oldRows(tables()).remove('ledger', before, always)).toEqual({ removed: 1, isWhole: true });
  expect(await keysOf('Ledger')).toHaveLength(3);
  expect(await oldRows(tables()).remove('ledger', tomorrow(), always)).toEqual({ removed: 3, isWhole: true });
});

test('a connection that does not exist any more is an orphan from when it was first noticed, and no other is', async () => {
  await put('Connections', 'connection', 'contoso', { schemaVersion: 99 });
  for (const id of ['contoso', 'contoso-2', 'tailwind', 'aaa']) {
    await put('Settings', id, 'connection');
    await put('Settings', id, 'version_connection_0000000001');
    await put('Ledger', `${id}_${repositoryId}_7`, 'done');
    await put('Ledger', `${id}_${repositoryId}_8`, 'done');
  }
  await put('Projects', 'contosoa', 'seeded');
  await put('Access', 'zzz', repositoryId);
  await put('Operations', 'contoso', 'op-1');
  const first = await orphans(tables()).list();
  const ids = first.map(({ connectionId }) => connectionId);
  expect(ids).toEqual(['aaa', 'contoso-2', 'contosoa', 'tailwind', 'zzz']);
  expect(first[0]?.since.getTime()).toBeGreaterThan(Date.now() - 60_000);

  // The next day says the same, of the same time.
  expect(await orphans(tables()).list()).toEqual(first);
  await put('Connections', 'connection', 'tailwind');
  await keptRows(tables()).remove('aaa', always);
  const later = await orphans(tables()).list();
  expect(later.map(({ connectionId }) => connectionId)).toEqual(['contoso-2', 'contosoa', 'zzz']);
  expect(await keysOf('Deployment')).toEqual(['orphan/contoso-2', 'orphan/contosoa', 'orphan/zzz']);
});
