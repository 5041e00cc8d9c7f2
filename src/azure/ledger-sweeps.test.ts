import { TableClient, type TransactionAction } from '@azure/data-tables';

import { startTableStorage, type TableStorage as LocalTableStorage } from '../../local/table-storage/table-storage';
import type { FinishedEvaluation, Ledger } from '../app/ports';
import { ENTRY_COLUMNS } from './ledger-entries';
import { ledgerTable } from './ledger-table';

const repositoryId = '11111111-2222-4333-8444-aaaaaaaaaaaa';

describe('what sweeps and retries keep in the ledger', () => {
  let local: LocalTableStorage;
  let ledger: Ledger;
  let raw: TableClient;
  let connections = 0;

  beforeAll(async () => {
    local = await startTableStorage();
    ledger = ledgerTable({ connectionString: local.connectionString });
    raw = TableClient.fromConnectionString(local.connectionString, 'Ledger', { allowInsecureConnection: true });
    await raw.createTable();
  });

  afterAll(async () => {
    await local.stop();
  });

  /** Each test has a connection of its own. */
  const newKey = (pullRequestId = 7) => ({
    connectionId: `contoso-${(connections += 1)}`,
    repositoryId,
    pullRequestId,
  });
  type Key = ReturnType<typeof newKey>;
  const partitionOf = ({ connectionId, pullRequestId }: Key): string =>
    `${connectionId}_${repositoryId}_${pullRequestId}`;

  const judge = async (key: Key, evaluationId: string, over: Partial<FinishedEvaluation> = {}): Promise<void> => {
    await ledger.finish(key, {
      evaluationId,
      beganAt: await ledger.begin(key, evaluationId),
      inputs: 'inputs',
      iterationId: 3,
      sourceCommit: 'a'.repeat(40),
      state: 'succeeded',
      description: '4 gates passed',
      outcomes: [],
      validUntil: null,
      listed: 'fingerprint',
      comparedAt: new Date('2026-11-01T10:00:00.000Z'),
      ...over,
    });
  };

  describe('the pending retry', () => {
    const retry = { dueAt: new Date('2026-11-01T10:00:30.250Z'), attempt: 1, chain: 'hook/1' };
    const later = { dueAt: new Date('2026-11-01T10:01:30.000Z'), attempt: 2, chain: 'hook/1' };

    test('is kept beside what was judged, and the last one counts', async () => {
      const key = newKey();
      await judge(key, 'one');
      await ledger.postpone(key, retry);
      expect(await ledger.read(key)).toMatchObject({ retry, finished: { evaluationId: 'one' } });
      await ledger.postpone(key, later);
      expect((await ledger.read(key)).retry).toEqual(later);
    });

    test('is there before anything was judged, and is no intent', async () => {
      const key = newKey();
      await ledger.postpone(key, retry);
      expect(await ledger.read(key)).toEqual({ finished: undefined, newestIntent: undefined, retry });
    });

    test('goes with the first evaluation that is done', async () => {
      const key = newKey();
      await ledger.postpone(key, retry);
      await judge(key, 'one');
      expect((await ledger.read(key)).retry).toBeUndefined();
      // A retry of later: the partition has no row of it by now, and gets one again.
      await ledger.postpone(key, later);
      await judge(key, 'two');
      expect((await ledger.read(key)).retry).toBeUndefined();
    });

    test('stays when an evaluation that is over already says so late', async () => {
      const key = newKey();
      const overtaken = await ledger.begin(key, 'overtaken');
      await new Promise((resolve) => setTimeout(resolve, 5));
      await judge(key, 'newer');
      await ledger.postpone(key, retry);
      const { finished } = await ledger.read(key);
      if (!finished) throw new Error('It was judged.');
      expect(await ledger.finish(key, { ...finished, evaluationId: 'overtaken', beganAt: overtaken })).toBe(false);
      expect((await ledger.read(key)).retry).toEqual(retry);
    });

    test.each<[string, object]>([
      ['of a newer release', { schemaVersion: 2, dueAt: retry.dueAt.toISOString(), attempt: 1, chain: 'hook/1' }],
      ['without a time', { schemaVersion: 1, attempt: 1, chain: 'hook/1' }],
      ['with a time that is none', { schemaVersion: 1, dueAt: 'soon', attempt: 1, chain: 'hook/1' }],
      ['with half an attempt', { schemaVersion: 1, dueAt: retry.dueAt.toISOString(), attempt: 1.5, chain: 'hook/1' }],
      ['without a chain', { schemaVersion: 1, dueAt: retry.dueAt.toISOString(), attempt: 1 }],
    ])('%s counts as absent: nobody waits for it, and what is judged replaces it', async (_, columns) => {
      const key = newKey();
      const partitionKey = partitionOf(key);
      await raw.createEntity({ partitionKey, rowKey: 'retry', ...columns });
      expect((await ledger.read(key)).retry).toBeUndefined();
      await judge(key, 'one');
      const rows: (string | undefined)[] = [];
      const filter = `PartitionKey eq '${partitionKey}'`;
      for await (const row of raw.listEntities({ queryOptions: { filter } })) rows.push(row.rowKey);
      expect(rows).toEqual(['done', 'intent_one']);
    });
  });

  describe('the list for a sweep', () => {
    test('has what was judged last of each pull request of the connection, and of no other', async () => {
      const key = newKey(1);
      const { connectionId } = key;
      await judge(key, 'one', { listed: 'first' });
      await judge({ ...key, pullRequestId: 2_147_483_647 }, 'one', { comparedAt: null });
      await judge({ ...key, connectionId: `${connectionId}0` }, 'one');
      await judge({ ...key, connectionId: `${connectionId}-b` }, 'one');
      await judge({ ...key, connectionId: `a${connectionId}` }, 'one');
      await new Promise((resolve) => setTimeout(resolve, 5));
      await judge(key, 'two', { listed: 'second' });
      const crashed = await ledger.begin({ ...key, pullRequestId: 3 }, 'crashed');
      await ledger.postpone({ ...key, pullRequestId: 4 }, { dueAt: new Date(), attempt: 1, chain: 'hook/1' });

      const entries = await ledger.list(connectionId);
      const isRecent: unknown = expect.any(Date);
      const judged = { repositoryId, unfinishedSince: null, touchedAt: isRecent, waitsFor: [] };
      expect(entries.sort((a, b) => a.pullRequestId - b.pullRequestId)).toEqual([
        { ...judged, pullRequestId: 1, listed: 'second', comparedAt: new Date('2026-11-01T10:00:00.000Z') },
        { ...judged, pullRequestId: 3, listed: '', comparedAt: null, unfinishedSince: crashed },
        { ...judged, pullRequestId: 2_147_483_647, listed: 'fingerprint', comparedAt: null },
      ]);
    });

    test('tells what it waits for, until it does not any more', async () => {
      const key = newKey();
      await judge(key, 'one', { waitsFor: [7, 2_147_483_647] });
      expect(await ledger.list(key.connectionId)).toMatchObject([{ waitsFor: [7, 2_147_483_647] }]);
      expect((await ledger.read(key)).finished?.waitsFor).toEqual([7, 2_147_483_647]);
      await raw.updateEntity({ partitionKey: partitionOf(key), rowKey: 'done', waitsFor: 'the API' }, 'Merge');
      expect(await ledger.list(key.connectionId)).toMatchObject([{ listed: 'fingerprint', waitsFor: [] }]);
      await judge(key, 'two', { waitsFor: [] });
      expect(await ledger.list(key.connectionId)).toMatchObject([{ waitsFor: [] }]);
    });

    test('tells since when the newest evaluation is unfinished, and when anything was written last', async () => {
      const key = newKey();
      await judge(key, 'one');
      await new Promise((resolve) => setTimeout(resolve, 5));
      const beganAt = await ledger.begin(key, 'two');
      await new Promise((resolve) => setTimeout(resolve, 5));
      await ledger.postpone(key, { dueAt: new Date(), attempt: 1, chain: 'hook/1' });
      const [entry] = await ledger.list(key.connectionId);
      expect(entry).toMatchObject({ listed: 'fingerprint', unfinishedSince: beganAt });
      expect(entry?.touchedAt.getTime()).toBeGreaterThan(beganAt.getTime());
      await judge(key, 'three');
      expect(await ledger.list(key.connectionId)).toMatchObject([{ unfinishedSince: null }]);
    });

    test('leaves the columns that it does not need where they are', async () => {
      const key = newKey();
      const outcomes = Array.from({ length: 500 }, (_, index) => ({ gate: `gate-${index}`, state: 'failed' as const }));
      await judge(key, 'one', { outcomes });
      const answered: string[] = [];
      const listing = raw.listEntities({
        queryOptions: { filter: `PartitionKey eq '${partitionOf(key)}'`, select: [...ENTRY_COLUMNS] },
      });
      for await (const row of listing) answered.push(...Object.keys(row));
      expect(answered).not.toContain('outcomes');
      expect(await ledger.list(key.connectionId)).toMatchObject([{ listed: 'fingerprint' }]);
    });

    test('of a connection that has none is empty', async () => {
      expect(await ledger.list('contoso-without')).toEqual([]);
    });

    test('takes rows of a newer release and damaged ones for unfinished: their pull requests are looked at again', async () => {
      const key = newKey();
      await judge(key, 'one');
      await judge({ ...key, pullRequestId: 8 }, 'one');
      await judge({ ...key, pullRequestId: 9 }, 'one');
      await raw.updateEntity(
        { partitionKey: partitionOf({ ...key, pullRequestId: 8 }), rowKey: 'done', schemaVersion: 2 },
        'Merge',
      );
      await raw.updateEntity(
        { partitionKey: partitionOf({ ...key, pullRequestId: 9 }), rowKey: 'done', beganAt: 'soon' },
        'Merge',
      );
      const entries = await ledger.list(key.connectionId);
      expect(entries.map(({ pullRequestId, listed }) => [pullRequestId, listed])).toEqual([
        [7, 'fingerprint'],
        [8, ''],
        [9, ''],
      ]);
      expect(entries.map(({ unfinishedSince }) => unfinishedSince !== null)).toEqual([false, true, true]);
    });

    test('takes rows of before there were sweeps for never compared', async () => {
      const key = newKey();
      await judge(key, 'one');
      const row = await raw.getEntity(partitionOf(key), 'done');
      const { listed: _, comparedAt: __, ...before } = row;
      await raw.updateEntity({ ...before, partitionKey: partitionOf(key), rowKey: 'done' }, 'Replace');
      expect(await ledger.list(key.connectionId)).toMatchObject([{ pullRequestId: 7, listed: '', comparedAt: null }]);
    });

    test('goes on beyond what the service gives in one page', async () => {
      const { connectionId } = newKey();
      await judge({ connectionId, repositoryId, pullRequestId: 1 }, 'one');
      const {
        etag: _,
        timestamp: __,
        ...done
      } = await raw.getEntity(partitionOf({ connectionId, repositoryId, pullRequestId: 1 }), 'done');
      const create = (pullRequestId: number): Promise<unknown> =>
        raw.createEntity({ ...done, partitionKey: `${connectionId}_${repositoryId}_${pullRequestId}`, rowKey: 'done' });
      const numbers = Array.from({ length: 1_099 }, (_, index) => index + 2);
      for (let start = 0; start < numbers.length; start += 50) {
        await Promise.all(numbers.slice(start, start + 50).map(create));
      }
      const entries = await ledger.list(connectionId);
      expect(entries.map(({ pullRequestId }) => pullRequestId).sort((a, b) => a - b)).toEqual([1, ...numbers]);
    });

    test('goes on behind many intents in a row', async () => {
      const key = newKey();
      const intents = (start: number): TransactionAction[] =>
        Array.from({ length: 100 }, (_, index) => [
          'create',
          { partitionKey: partitionOf(key), rowKey: `intent_${start + index}`, schemaVersion: 1 },
        ]);
      for (let start = 0; start < 1_100; start += 100) await raw.submitTransaction(intents(start));
      await judge({ ...key, pullRequestId: 8 }, 'one');
      expect((await ledger.list(key.connectionId)).map(({ pullRequestId }) => pullRequestId)).toEqual([7, 8]);
    });
  });

  describe('forgetting', () => {
    test('drops what stands about a pull request that nobody has touched since, and nothing else', async () => {
      const key = newKey();
      await judge(key, 'one');
      await judge({ ...key, pullRequestId: 8 }, 'one');
      await ledger.begin(key, 'two');
      await ledger.postpone(key, { dueAt: new Date(), attempt: 1, chain: 'hook/1' });
      const [entry] = (await ledger.list(key.connectionId)).filter(({ pullRequestId }) => pullRequestId === 7);
      const touchedAt = entry?.touchedAt ?? new Date(NaN);
      await ledger.forget(key, new Date(touchedAt.getTime() - 1));
      expect((await ledger.read(key)).finished).toBeDefined();
      await ledger.forget(key, touchedAt);
      expect(await ledger.read(key)).toEqual({ finished: undefined, newestIntent: undefined, retry: undefined });
      expect(await ledger.list(key.connectionId)).toMatchObject([{ pullRequestId: 8 }]);
      await ledger.forget(key, touchedAt);
    });
  });

  describe('finishing', () => {
    test('tells whether another evaluation began later', async () => {
      const key = newKey();
      const beganAt = await ledger.begin(key, 'one');
      await judge({ ...key, pullRequestId: 8 }, 'elsewhere');
      const { finished } = await ledger.read({ ...key, pullRequestId: 8 });
      if (!finished) throw new Error('It was judged.');
      const one = { ...finished, evaluationId: 'one', beganAt };
      expect(await ledger.finish(key, one)).toBe(true);
      expect(await ledger.finish(key, one)).toBe(true);

      const two = { ...finished, evaluationId: 'two', beganAt: await ledger.begin(key, 'two') };
      await new Promise((resolve) => setTimeout(resolve, 5));
      await ledger.begin(key, 'three');
      expect(await ledger.finish(key, two)).toBe(false);
    });
  });
});
