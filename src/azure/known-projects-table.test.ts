import { TableClient } from '@azure/data-tables';

import { startTableStorage, type TableStorage } from '../../local/table-storage/table-storage';
import { knownProjectsTable } from './known-projects-table';

let local: TableStorage;
beforeAll(async () => {
  local = await startTableStorage();
});
afterAll(() => local.stop());

const idOf = (number: number): string => `d0700000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const foundAt = new Date('2026-10-02T08:00:00Z');

const open = () => knownProjectsTable({ connectionString: local.connectionString });

test('all that there were at first, then those that turn up and those that go; of each connection by itself', async () => {
  const known = open();
  const ids = Array.from({ length: 250 }, (_, index) => idOf(index));
  expect(await known.list('contoso')).toBeUndefined();
  await known.seed('contoso', ids);
  await known.seed('contoso-2', []);
  expect(await known.list('contoso')).toEqual(ids.map((id) => ({ id, foundAt: null })));

  const change = { found: [idOf(900).toUpperCase()], foundAt, gone: [idOf(3), idOf(4)] };
  await known.change('contoso', change);
  await known.change('contoso', change);
  const left = (await known.list('contoso')) ?? [];
  expect(left).toHaveLength(249);
  expect(left.at(-1)).toEqual({ id: idOf(900), foundAt });
  expect(await known.list('contoso-2')).toEqual([]);
  expect(await known.list('Not an id')).toBeUndefined();
});

test('a first sweep that broke off in the middle has said nothing so far', async () => {
  const client = TableClient.fromConnectionString(local.connectionString, 'Projects', {
    allowInsecureConnection: true,
  });
  await open().seed('elsewhere', []);
  await client.upsertEntity({ partitionKey: 'broken-off', rowKey: idOf(1), schemaVersion: 1 });
  expect(await open().list('broken-off')).toBeUndefined();
  await open().seed('broken-off', [idOf(1), idOf(2)]);
  expect(await open().list('broken-off')).toHaveLength(2);
});

test('a row that this release cannot read is of a project that is known', async () => {
  await open().seed('newer', []);
  const client = TableClient.fromConnectionString(local.connectionString, 'Projects', {
    allowInsecureConnection: true,
  });
  await client.upsertEntity({ partitionKey: 'newer', rowKey: idOf(1), schemaVersion: 9, foundAt: 'last week' });
  expect(await open().list('newer')).toEqual([{ id: idOf(1), foundAt: null }]);
});
