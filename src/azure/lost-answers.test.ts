import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { TableClient } from '@azure/data-tables';

import { startTableStorage, type TableStorage as LocalTableStorage } from '../../local/table-storage/table-storage';
import type { FinishedEvaluation, SettingsScope } from '../app/ports';
import { connection as sample } from '../app/testing/samples';
import { connectionsTable } from './connections-table';
import { ledgerTable } from './ledger-table';
import { settingsTable } from './settings-table';

/** Table Storage behind a proxy that carries a write out and then loses its answer: the client repeats the write. */
describe('a write whose answer was lost', () => {
  let local: LocalTableStorage;
  let proxy: Server;
  let connectionString: string;
  let loseAnswers = 0;
  /** Happens once, before the next transaction arrives. */
  let meanwhile: (() => Promise<unknown>) | undefined;

  beforeAll(async () => {
    local = await startTableStorage();
    proxy = createServer((incoming, outgoing) => {
      const { method, url: path, headers } = incoming;
      const forwarded = request({ host: '127.0.0.1', port: local.port, method, path, headers }, (answer) => {
        if (method !== 'GET' && answer.statusCode !== undefined && answer.statusCode < 300 && loseAnswers > 0) {
          loseAnswers -= 1;
          answer.resume();
          incoming.socket.destroy();
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      const before = path?.includes('$batch') ? meanwhile : undefined;
      if (before) meanwhile = undefined;
      void Promise.resolve(before?.()).then(() => incoming.pipe(forwarded));
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    connectionString = local.connectionString.replace(`:${local.port}`, `:${port}`);
  });

  afterAll(async () => {
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
    await local.stop();
  });

  test('is a success of the settings’ own writer', async () => {
    const settings = settingsTable({ connectionString });
    const scope: SettingsScope = { kind: 'connection', connectionId: 'contoso' };
    await settings.read(scope); // the table exists

    loseAnswers = 1;
    expect(await settings.save(scope, 'one', { savedBy: 'ada' }, null)).toBe(true);
    expect(loseAnswers).toBe(0);
    const saved = await settings.read(scope);
    expect(saved?.document).toBe('one');

    loseAnswers = 1;
    expect(await settings.save(scope, 'two', { savedBy: 'ada' }, saved?.etag ?? '')).toBe(true);
    expect(loseAnswers).toBe(0);
    expect((await settings.read(scope))?.document).toBe('two');
    expect((await settings.history(scope)).map(({ document }) => document)).toEqual(['two', 'one']);
  });

  test('is not taken for ours when a former release, which keeps no history, wrote in between', async () => {
    const settings = settingsTable({ connectionString });
    const scope: SettingsScope = { kind: 'connection', connectionId: 'former' };
    const raw = TableClient.fromConnectionString(local.connectionString, 'Settings', { allowInsecureConnection: true });
    const row = { partitionKey: 'former', rowKey: 'connection', schemaVersion: 1, writeId: 'theirs' };
    expect(await settings.save(scope, 'one', { savedBy: 'ada' }, null)).toBe(true);
    const etag = (await settings.read(scope))?.etag ?? '';
    meanwhile = () => raw.updateEntity({ ...row, document: '"theirs"' }, 'Replace');
    expect(await settings.save(scope, 'two', { savedBy: 'ada' }, etag)).toBe(false);
    expect(meanwhile).toBeUndefined();
    expect((await settings.history(scope)).map(({ document }) => document)).toEqual(['theirs', 'one']);
  });

  test('is a success of a connection’s own writer, and its change is made once', async () => {
    const connections = connectionsTable({ connectionString });
    await connections.list(); // the table exists

    loseAnswers = 1;
    await connections.save({ ...sample, id: 'lost' });
    expect(loseAnswers).toBe(0);
    await expect(connections.save({ ...sample, id: 'lost' })).rejects.toMatchObject({ kind: 'superseded' });

    loseAnswers = 1;
    const changed = await connections.change('lost', (present) => ({ ...present, labels: [...present.labels, 'eu'] }));
    expect(loseAnswers).toBe(0);
    expect(changed?.labels).toEqual(['eu']);
    expect((await connections.find('lost'))?.labels).toEqual(['eu']);
  });

  test('leaves one intent and one finished evaluation in the ledger', async () => {
    const ledger = ledgerTable({ connectionString });
    const key = {
      connectionId: 'contoso',
      repositoryId: '11111111-2222-4333-8444-555555555555',
      pullRequestId: 1,
    };
    await ledger.read(key); // the table exists

    loseAnswers = 1;
    const evaluation: FinishedEvaluation = {
      evaluationId: 'one',
      beganAt: await ledger.begin(key, 'one'),
      inputs: 'i',
      iterationId: 1,
      sourceCommit: 'c',
      state: 'succeeded',
      description: 'all gates passed',
      outcomes: [],
      validUntil: null,
      listed: '',
      comparedAt: null,
    };
    expect(loseAnswers).toBe(0);

    loseAnswers = 1;
    await ledger.finish(key, evaluation);
    expect(loseAnswers).toBe(0);
    expect((await ledger.read(key)).finished).toEqual(evaluation);

    loseAnswers = 1;
    await ledger.withdraw(key, 'one');
    expect(loseAnswers).toBe(0);
  });
});
