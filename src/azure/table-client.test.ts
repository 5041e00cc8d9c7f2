import { createServer } from 'node:http';

import { startTableStorage, type TableStorage as LocalTableStorage } from '../../local/table-storage/table-storage';
import { tableClient } from './table-client';

describe('a table', () => {
  let local: LocalTableStorage;

  beforeAll(async () => {
    local = await startTableStorage();
  });

  afterEach(async () => {
    await local.setFault(null);
  });

  afterAll(async () => {
    await local.stop();
  });

  const row = (rowKey: string, fields: Record<string, unknown> = {}) => ({ partitionKey: 'p', rowKey, ...fields });

  test('is created when it is first used, whatever that use is', async () => {
    const storage = { connectionString: local.connectionString };
    expect(await tableClient('FirstGet', storage).get('p', 'r')).toBeUndefined();
    expect(await tableClient('FirstList', storage).list('p')).toEqual([]);
    expect(await tableClient('FirstInsert', storage).insert(row('r'))).toBe(true);
    expect(await tableClient('FirstReplace', storage).replace(row('r'), '*')).toBe(false);
    await tableClient('FirstUpsert', storage).upsert(row('r'));
    await tableClient('FirstRemove', storage).remove('p', 'r');
    expect(await tableClient('FirstTransact', storage).transact([['create', row('r')]])).toBe(true);
  });

  test('is created once when many find it missing at the same time', async () => {
    const table = tableClient('Crowd', { connectionString: local.connectionString });
    const inserted = await Promise.all(Array.from({ length: 20 }, (_, index) => table.insert(row(`r${index}`))));

    expect(inserted).toEqual(inserted.map(() => true));
    expect(await table.list('p')).toHaveLength(20);
  });

  test('lists a partition beyond one page, by row key', async () => {
    const table = tableClient('Paged', { connectionString: local.connectionString });
    const keys = Array.from({ length: 1_100 }, (_, index) => `r${String(index).padStart(4, '0')}`);
    for (let start = 0; start < keys.length; start += 100) {
      await table.transact(keys.slice(start, start + 100).map((key) => ['create', row(key)]));
    }
    await table.insert({ partitionKey: "o'ther", rowKey: 'r' });

    expect((await table.list('p')).map((entity) => entity['rowKey'])).toEqual(keys);
    expect(await table.list("o'ther")).toHaveLength(1);
  });

  test('has one winner among 50 inserts and 50 replacements', async () => {
    const table = tableClient('Races', { connectionString: local.connectionString });
    const fifty = Array.from({ length: 50 }, (_, index) => index);
    const inserted = await Promise.all(fifty.map((by) => table.insert(row('r', { by }))));
    expect(inserted.filter(Boolean)).toHaveLength(1);

    const etag = String((await table.get('p', 'r'))?.['etag']);
    const replaced = await Promise.all(fifty.map((by) => table.replace(row('r', { by }), etag)));
    expect(replaced.filter(Boolean)).toHaveLength(1);
    expect(await table.get('p', 'r')).toMatchObject({ by: replaced.indexOf(true) });
  });

  test('carries out all of a transaction or nothing', async () => {
    const table = tableClient('Transactions', { connectionString: local.connectionString });
    await table.insert(row('r', { by: 1 }));
    const stale = String((await table.get('p', 'r'))?.['etag']);
    await table.upsert(row('r', { by: 2 }));

    expect(
      await table.transact([
        ['create', row('s')],
        ['update', row('r', { by: 3 }), 'Replace', { etag: stale }],
      ]),
    ).toBe(false);
    expect(
      await table.transact([
        ['create', row('s')],
        ['delete', row('gone')],
      ]),
    ).toBe(false);
    expect(await table.list('p')).toMatchObject([{ rowKey: 'r', by: 2 }]);
  });

  test.each(['throttle', 'unavailable', 'hang'] as const)('fails within 4 s under fault %s', async (fault) => {
    const table = tableClient('Faults', { connectionString: local.connectionString });
    await table.upsert(row('r'));
    await local.setFault(fault);
    const begun = performance.now();
    await expect(table.get('p', 'r')).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining(`table Faults at 127.0.0.1:${local.port}`),
    });
    await expect(tableClient('Unmade', { connectionString: local.connectionString }).list('p')).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(performance.now() - begun).toBeLessThan(2 * 4_000);
    await local.setFault(null);

    expect(await table.get('p', 'r')).toBeDefined();
  });

  test('fails within 4 s when nobody listens, and goes on when somebody does', async () => {
    const table = tableClient('Away', { connectionString: local.connectionString });
    await table.upsert(row('r'));
    await local.interrupt();
    const begun = performance.now();
    await expect(table.insert(row('s'))).rejects.toMatchObject({ kind: 'unavailable', mayHaveApplied: true });
    expect(performance.now() - begun).toBeLessThan(4_000);
    await local.resume();

    expect(await table.get('p', 'r')).toBeDefined();
  });

  test('waits for a search as long as the service searches before it says where to go on', async () => {
    // Nothing was found in the first five seconds (here: in more than three); the rest has to be asked for.
    const asked: string[] = [];
    const slow = createServer((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://x').searchParams.get('NextPartitionKey') ?? 'first');
      const isFirst = asked.length === 1;
      response.setHeader('content-type', 'application/json');
      if (isFirst) response.setHeader('x-ms-continuation-NextPartitionKey', 'q');
      const value = isFirst ? [] : [{ PartitionKey: 'q', RowKey: 'r' }];
      setTimeout(() => response.end(JSON.stringify({ value })), isFirst ? 3_300 : 0);
    });
    const port = await new Promise<number>((resolve) => {
      slow.listen(0, '127.0.0.1', () => {
        const address = slow.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    try {
      const connectionString = `DefaultEndpointsProtocol=http;AccountName=contoso;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:${port}/contoso`;
      const table = tableClient('Slow', { connectionString });
      expect(await table.listWhere("state eq 'x'", { limit: 10 })).toMatchObject([{ rowKey: 'r' }]);
      expect(asked).toEqual(['first', 'q']);
    } finally {
      slow.closeAllConnections();
      slow.close();
    }
  });

  test('is reached in plain text on loopback only', () => {
    const credential = { getToken: () => Promise.resolve(null) };
    expect(() =>
      tableClient('T', {
        connectionString:
          'DefaultEndpointsProtocol=http;AccountName=contoso;AccountKey=a2V5;TableEndpoint=http://contoso.table.core.windows.net/',
      }),
    ).toThrow('over https');
    expect(() =>
      tableClient('T', { accountName: 'contoso', tableEndpoint: 'http://tables.contoso.com', credential }),
    ).toThrow('over https');
    expect(() => tableClient('T', { accountName: 'contoso', credential })).not.toThrow();
  });
});
