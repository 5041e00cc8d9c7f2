import { TableClient } from '@azure/data-tables';

import { startTableStorage, type TableStorage as LocalTableStorage } from '../../local/table-storage/table-storage';
import type { Connection, DeadLetter } from '../app/ports';
import { connectionsTable } from './connections-table';
import { deadLettersTable } from './dead-letters-table';

let local: LocalTableStorage;

beforeAll(async () => {
  local = await startTableStorage();
});

afterAll(async () => {
  await local.stop();
});

const storage = () => ({ connectionString: local.connectionString });
const rawTable = (name: string): TableClient =>
  TableClient.fromConnectionString(local.connectionString, name, { allowInsecureConnection: true });

describe('connections', () => {
  const connection = (id: string, name: string): Connection => ({
    id,
    name,
    kind: 'services',
    url: `https://dev.azure.com/${id}`,
    organizationIds: ['0ad1e2c0-0000-4000-8000-000000000001'],
    identities: [{ id: 'b0', displayName: 'Portcullis “bot” 🛡', uniqueName: 'bot@contoso.com' }],
    broken: { since: new Date('2026-11-01T10:00:00.000Z'), reason: 'Azure DevOps refused the PAT.' },
  });

  test('are found by id and listed by name', async () => {
    const connections = connectionsTable(storage());
    expect(await connections.list()).toEqual([]);
    await connections.save(connection('c-2', 'Alpha'));
    await connections.save(connection('c-1', 'beta'));
    await connections.save({ ...connection('c-1', 'Beta'), kind: 'server', organizationIds: [] });

    expect(await connections.find('c-1')).toEqual({
      ...connection('c-1', 'Beta'),
      kind: 'server',
      organizationIds: [],
    });
    expect((await connections.list()).map(({ name }) => name)).toEqual(['Alpha', 'Beta']);
    expect(await connections.find('c-3')).toBeUndefined();
    expect(await connections.find("c-1' or true")).toBeUndefined();
    await expect(connections.save(connection('C/1', 'Bad'))).rejects.toMatchObject({ kind: 'unexpected' });
  });

  test('that work again are broken no more', async () => {
    const connections = connectionsTable(storage());
    const broken = connection('c-4', 'Gamma');
    await connections.save(broken);
    expect((await connections.find('c-4'))?.broken).toEqual(broken.broken);
    await connections.save({ ...broken, broken: null });
    expect(await connections.find('c-4')).toEqual({ ...broken, broken: null });
  });

  test('of a newer release are not taken for unknown: a hook is then asked to come again', async () => {
    const connections = connectionsTable(storage());
    await connections.save(connection('future', 'Future'));
    await rawTable('Connections').updateEntity(
      { partitionKey: 'connection', rowKey: 'future', schemaVersion: 2 },
      'Merge',
    );
    await connections.save(connection('damaged', 'Damaged'));
    await rawTable('Connections').updateEntity(
      { partitionKey: 'connection', rowKey: 'damaged', identities: '[' },
      'Merge',
    );

    await expect(connections.find('future')).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(connections.find('damaged')).rejects.toMatchObject({ kind: 'unavailable' });
    expect((await connections.list()).map(({ id }) => id)).not.toContain('future');
  });
});

describe('dead letters', () => {
  const letter = (reference: string): DeadLetter => ({
    reference,
    reason: 'MaxDeliveryCountExceeded',
    description: 'could not be read',
    messageId: 'hook/1',
    sessionId: 'pr/1/7',
    enqueuedAt: new Date('2026-05-01T10:00:00.123Z'),
    body: '{"kind":"pullRequest"}',
    key: { connectionId: 'contoso', repositoryId: 'r', pullRequestId: 7 },
  });

  test('are written once, with what is known', async () => {
    const deadLetters = deadLettersTable(storage());
    await deadLetters.record(letter('dl-1'));
    await deadLetters.record({ ...letter('dl-1'), reason: 'another' });
    await deadLetters.record({ ...letter('dl-2'), enqueuedAt: null, key: null });

    const raw = rawTable('DeadLetters');
    expect(await raw.getEntity('deadLetter', 'dl-1')).toMatchObject({
      schemaVersion: 1,
      reason: 'MaxDeliveryCountExceeded',
      enqueuedAt: '2026-05-01T10:00:00.123Z',
      body: '{"kind":"pullRequest"}',
      connectionId: 'contoso',
      pullRequestId: 7,
    });
    const second = await raw.getEntity('deadLetter', 'dl-2');
    expect(Object.keys(second)).not.toContain('enqueuedAt');
    expect(Object.keys(second)).not.toContain('connectionId');
  });

  test('are cut where they are long, whatever characters they hold', async () => {
    const deadLetters = deadLettersTable(storage());
    await deadLetters.record({ ...letter('dl-3'), body: `x${'🛡'.repeat(20_000)}`, description: '\ud800' });

    const { body } = await rawTable('DeadLetters').getEntity<{ body: string }>('deadLetter', 'dl-3');
    expect(body.slice(0, 3)).toBe('x🛡');
    expect(body).toMatch(/ … \(cut after 30000 of 40001 characters\)$/);
  });
});
