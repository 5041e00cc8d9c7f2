import { TableClient } from '@azure/data-tables';

import { startTableStorage, type TableStorage as LocalTableStorage } from '../../local/table-storage/table-storage';
import type { Connection, DeadLetter, SettingsScope } from '../app/ports';
import { connectionsTable } from './connections-table';
import { deadLettersTable } from './dead-letters-table';
import { settingsTable } from './settings-table';

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

describe('settings', () => {
  const repository: SettingsScope = {
    kind: 'repository',
    connectionId: 'contoso',
    repositoryId: '11111111-2222-4333-8444-AAAAAAAAAAAA',
  };
  const organization: SettingsScope = { kind: 'connection', connectionId: 'contoso' };

  test('are kept by scope, and by ETag', async () => {
    const settings = settingsTable(storage());
    expect(await settings.read(repository)).toBeUndefined();
    expect(await settings.save(repository, { enabled: true }, null)).toBe(true);
    expect(await settings.save(repository, { enabled: false }, null)).toBe(false);
    const first = await settings.read({ ...repository, repositoryId: repository.repositoryId.toLowerCase() });
    expect(first?.document).toEqual({ enabled: true });

    const etag = first?.etag ?? '';
    expect(await settings.save(repository, { enabled: false }, etag)).toBe(true);
    expect(await settings.save(repository, { enabled: 'lost' }, etag)).toBe(false);
    expect((await settings.read(repository))?.document).toEqual({ enabled: false });

    expect(await settings.read(organization)).toBeUndefined();
    expect(await settings.save(organization, 'anything', etag)).toBe(false);
    expect(await settings.read({ kind: 'connection', connectionId: '../x' })).toBeUndefined();
  });

  test('have one winner among 50 that save at once', async () => {
    const settings = settingsTable(storage());
    const scope: SettingsScope = { kind: 'connection', connectionId: 'race' };
    const fifty = Array.from({ length: 50 }, (_, by) => ({ by }));
    const inserted = await Promise.all(fifty.map((document) => settings.save(scope, document, null)));
    expect(inserted.filter(Boolean)).toHaveLength(1);

    const before = await settings.read(scope);
    const updated = await Promise.all(fifty.map((document) => settings.save(scope, document, before?.etag ?? '')));
    expect(updated.filter(Boolean)).toHaveLength(1);
    expect((await settings.read(scope))?.document).toEqual({ by: updated.indexOf(true) });
  });

  test.each([
    ['just below a property’s limit', 'x'.repeat(31_990)],
    ['just above it', 'x'.repeat(32_000)],
    ['with characters of two, three and four bytes', 'é€🛡'.repeat(20_000)],
    ['of 512 KiB', 'x'.repeat(512 * 1024 - 2)],
  ])('may be long: %s', async (_what, document) => {
    const settings = settingsTable(storage());
    const scope: SettingsScope = { kind: 'connection', connectionId: 'long' };
    const before = await settings.read(scope);
    expect(await settings.save(scope, document, before?.etag ?? null)).toBe(true);
    const kept = await settings.read(scope);
    expect(kept?.document === document).toBe(true);

    // A short document leaves nothing of a long one behind.
    expect(await settings.save(scope, 'short', kept?.etag ?? '')).toBe(true);
    expect((await settings.read(scope))?.document).toBe('short');
  });

  test('beyond 512 KiB, or none at all, are refused with a sentence', async () => {
    const settings = settingsTable(storage());
    await expect(settings.save(organization, 'x'.repeat(512 * 1024), null)).rejects.toMatchObject({
      kind: 'unexpected',
      message: expect.stringMatching(/too large: 513 KiB.*at most 512 KiB/),
    });
    await expect(settings.save(organization, undefined, null)).rejects.toMatchObject({ kind: 'unexpected' });
  });

  test('that this release cannot read are never taken for absent', async () => {
    const settings = settingsTable(storage());
    const scope: SettingsScope = { kind: 'connection', connectionId: 'future' };
    await settings.save(scope, {}, null);
    const raw = rawTable('Settings');
    await raw.updateEntity({ partitionKey: 'future', rowKey: 'connection', document: '{' }, 'Merge');
    await expect(settings.read(scope)).rejects.toMatchObject({ kind: 'unexpected' });
    await raw.updateEntity({ partitionKey: 'future', rowKey: 'connection', document: '{}', schemaVersion: 2 }, 'Merge');
    await expect(settings.read(scope)).rejects.toMatchObject({ kind: 'unexpected' });
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
