import { TableClient } from '@azure/data-tables';

import { startTableStorage, type TableStorage as LocalTableStorage } from '../../local/table-storage/table-storage';
import type { FinishedEvaluation, Ledger } from '../app/ports';
import { ledgerTable } from './ledger-table';

describe('the ledger', () => {
  let local: LocalTableStorage;
  let ledger: Ledger;
  let raw: TableClient;
  let pullRequestId = 0;

  beforeAll(async () => {
    local = await startTableStorage();
    ledger = ledgerTable({ connectionString: local.connectionString });
    raw = TableClient.fromConnectionString(local.connectionString, 'Ledger', { allowInsecureConnection: true });
    await raw.createTable();
  });

  afterAll(async () => {
    await local.stop();
  });

  /** Each test has a pull request of its own. */
  const newKey = () => ({
    connectionId: 'contoso',
    repositoryId: '11111111-2222-4333-8444-AAAAAAAAAAAA',
    pullRequestId: (pullRequestId += 1),
  });
  const partitionOf = (key: { pullRequestId: number }): string =>
    `contoso_11111111-2222-4333-8444-aaaaaaaaaaaa_${key.pullRequestId}`;

  const finished = (evaluationId: string, beganAt: Date): FinishedEvaluation => ({
    evaluationId,
    beganAt,
    inputs: `inputs of ${evaluationId}`,
    iterationId: 3,
    sourceCommit: 'a'.repeat(40),
    state: 'failed',
    listed: 'fingerprint',
    comparedAt: new Date('2026-11-01T10:00:00.000Z'),
    description: '1 of 4 gates failed: title',
    outcomes: [{ gate: 'title', state: 'failed' }],
    validUntil: new Date('2030-01-02T03:04:05.678Z'),
  });

  const rowsOf = async (key: { pullRequestId: number }): Promise<string[]> => {
    const rows: string[] = [];
    const filter = `PartitionKey eq '${partitionOf(key)}'`;
    for await (const row of raw.listEntities({ queryOptions: { filter } })) rows.push(row.rowKey ?? '');
    return rows;
  };

  /** Table Storage's clock must have moved on for two intents to be in an order. */
  const beginLater = async (key: ReturnType<typeof newKey>, evaluationId: string): Promise<Date> => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return ledger.begin(key, evaluationId);
  };

  test('knows nothing of a pull request at first', async () => {
    expect(await ledger.read(newKey())).toEqual({ finished: undefined, newestIntent: undefined });
  });

  test('tells the intent by Table Storage’s own clock, never changing it', async () => {
    const key = newKey();
    const beganAt = await ledger.begin(key, 'one');
    const row = await raw.getEntity(partitionOf(key), 'intent_one');
    expect(beganAt.toISOString().slice(0, 19)).toBe(row.timestamp?.slice(0, 19));
    // A begin whose answer was lost is repeated.
    expect(await beginLater(key, 'one')).toEqual(beganAt);

    expect(await ledger.read(key)).toEqual({ finished: undefined, newestIntent: { evaluationId: 'one', beganAt } });
  });

  test('keeps what finished as it was told', async () => {
    const key = newKey();
    const first = finished('one', await ledger.begin(key, 'one'));
    await ledger.finish(key, first);
    expect(await ledger.read(key)).toEqual({
      finished: first,
      newestIntent: { evaluationId: 'one', beganAt: first.beganAt },
    });

    const second: FinishedEvaluation = {
      ...finished('two', await beginLater(key, 'two')),
      iterationId: null,
      validUntil: null,
      outcomes: Array.from({ length: 2_000 }, (_, index) => ({ gate: `component-${index}/title`, state: 'error' })),
    };
    await ledger.finish(key, second);
    expect((await ledger.read(key)).finished).toEqual(second);
  });

  test('drops older intents with the finish and leaves newer ones', async () => {
    const key = newKey();
    await ledger.begin(key, 'crashed');
    const beganAt = await beginLater(key, 'one');
    const newer = await beginLater(key, 'newer');
    await ledger.finish(key, finished('one', beganAt));

    expect(await rowsOf(key)).toEqual(['done', 'intent_newer', 'intent_one']);
    expect((await ledger.read(key)).newestIntent).toEqual({ evaluationId: 'newer', beganAt: newer });
  });

  test('never lets an older evaluation replace a newer one, even when its intent is gone', async () => {
    const key = newKey();
    const older = finished('older', await ledger.begin(key, 'older'));
    const newer = finished('newer', await beginLater(key, 'newer'));
    await ledger.finish(key, newer);
    await ledger.finish(key, older);

    expect((await ledger.read(key)).finished).toEqual(newer);
    expect(await rowsOf(key)).toEqual(['done', 'intent_newer']);
  });

  test('keeps the newest of twelve that finish at once, in any order', async () => {
    const key = newKey();
    const evaluations: FinishedEvaluation[] = [];
    for (let index = 0; index < 12; index += 1) {
      evaluations.push(finished(`e${index}`, await beginLater(key, `e${index}`)));
    }
    const shuffled = [5, 0, 11, 3, 8, 1, 10, 2, 9, 4, 7, 6].flatMap((index) => evaluations[index] ?? []);
    await Promise.all(shuffled.map((evaluation) => ledger.finish(key, evaluation)));

    expect((await ledger.read(key)).finished?.evaluationId).toBe('e11');
    expect(await rowsOf(key)).toEqual(['done', 'intent_e11']);
  });

  test('holds by the ETag alone when there is no intent to delete', async () => {
    const keys = Array.from({ length: 10 }, newKey);
    await Promise.all(
      keys.map(async (key) => {
        await ledger.finish(key, finished('a', await ledger.begin(key, 'a')));
        await ledger.withdraw(key, 'a');
        const older = finished('b', await beginLater(key, 'b'));
        const newer = finished('c', await beginLater(key, 'c'));
        await Promise.all([ledger.finish(key, newer), ledger.finish(key, older)]);
      }),
    );
    const kept = await Promise.all(keys.map(async (key) => (await ledger.read(key)).finished?.evaluationId));
    expect(kept).toEqual(keys.map(() => 'c'));
  });

  test('is told twice without harm', async () => {
    const key = newKey();
    const evaluation = finished('one', await ledger.begin(key, 'one'));
    await ledger.finish(key, evaluation);
    const before = await raw.getEntity(partitionOf(key), 'done');
    await ledger.finish(key, evaluation);

    expect((await raw.getEntity(partitionOf(key), 'done')).etag).toBe(before.etag);
  });

  test('clears more crashed intents than one transaction takes, a part at a time', async () => {
    const key = newKey();
    for (let start = 0; start < 120; start += 60) {
      await raw.submitTransaction(
        Array.from({ length: 60 }, (_, index) => [
          'create',
          { partitionKey: partitionOf(key), rowKey: `intent_old-${start + index}`, schemaVersion: 1 },
        ]),
      );
    }
    await ledger.finish(key, finished('one', await beginLater(key, 'one')));
    expect(await rowsOf(key)).toHaveLength(2 + 22);
    await ledger.finish(key, finished('two', await beginLater(key, 'two')));
    expect(await rowsOf(key)).toEqual(['done', 'intent_two']);
  });

  test('takes back an intent, once or twice', async () => {
    const key = newKey();
    await ledger.begin(key, 'one');
    await ledger.withdraw(key, 'one');
    await ledger.withdraw(key, 'one');

    expect(await ledger.read(key)).toEqual({ finished: undefined, newestIntent: undefined });
  });

  test('takes rows of a newer release, and damaged ones, for absent and writes its own', async () => {
    const key = newKey();
    const partitionKey = partitionOf(key);
    await raw.createEntity({ partitionKey, rowKey: 'intent_future', schemaVersion: 2 });
    await raw.createEntity({ partitionKey, rowKey: 'done', schemaVersion: 2, verdict: 'unknown' });
    expect(await ledger.read(key)).toEqual({ finished: undefined, newestIntent: undefined });

    const evaluation = finished('one', await beginLater(key, 'one'));
    await ledger.finish(key, evaluation);
    expect((await ledger.read(key)).finished).toEqual(evaluation);

    await raw.updateEntity({ partitionKey, rowKey: 'done', outcomes: '{' }, 'Merge');
    expect((await ledger.read(key)).finished).toBeUndefined();
  });

  test('refuses ids that could lead into another pull request’s rows', async () => {
    const key = newKey();
    await expect(ledger.begin({ ...key, connectionId: 'a/b' }, 'one')).rejects.toMatchObject({ kind: 'unexpected' });
    await expect(ledger.read({ ...key, repositoryId: 'web' })).rejects.toMatchObject({ kind: 'unexpected' });
    await expect(ledger.begin(key, 'a?b')).rejects.toMatchObject({ kind: 'unexpected' });
  });
});
