import { TableClient } from '@azure/data-tables';

import { startTableStorage, type TableStorage as LocalTableStorage } from '../../local/table-storage/table-storage';
import type { Connection, DeadLetter, Operation } from '../app/ports';
import { connectionsTable } from './connections-table';
import { deadLettersTable } from './dead-letters-table';
import { operationsTable } from './operations-table';
import { sweepsTable } from './sweeps-table';

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
    description: '',
    labels: [],
    credential: { kind: 'pat', expiresOn: new Date('2027-02-01T00:00:00.000Z') },
    projectPats: [],
    state: 'connected',
    publicUrl: 'https://gate.contoso.com',
    expiryWarnings: [],
    refusedWrites: [],
    network: { proxy: null, caCertificates: null },
    apiVersion: null,
  });
  /** With everything that the release before knows nothing of. */
  const rich = (id: string): Connection => ({
    ...connection(id, id),
    description: 'Everything of “Sales”',
    labels: ['eu', 'production'],
    credential: { kind: 'managedIdentity' },
    projectPats: [
      { projectId: 'p1', projectName: 'Shop', expiresOn: new Date('2027-01-01T00:00:00.000Z'), accountId: 'b0' },
    ],
    state: 'leaving',
    publicUrl: null,
    expiryWarnings: [{ projectId: null, expiresOn: new Date('2027-02-01T00:00:00.000Z'), days: 14 }],
    refusedWrites: ['status', 'reviewers'],
    network: { proxy: 'http://proxy.contoso.com:3128', caCertificates: '-----BEGIN CERTIFICATE-----\n' },
    apiVersion: '7.1',
  });

  test('are found by id and listed by name', async () => {
    const connections = connectionsTable(storage());
    expect(await connections.list()).toEqual([]);
    await connections.save(connection('c-2', 'Alpha'));
    await connections.save(connection('c-1', 'beta'));
    await expect(connections.save(connection('c-1', 'Gamma'))).rejects.toMatchObject({ kind: 'superseded' });
    await connections.change('c-1', (present) => ({ ...present, name: 'Beta', kind: 'server', organizationIds: [] }));

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
    const healed = await connections.change('c-4', (present) => ({ ...present, broken: null }));
    expect(healed).toEqual({ ...broken, broken: null });
    expect(await connections.find('c-4')).toEqual(healed);
  });

  test('keep everything that they know, and are gone once removed', async () => {
    const connections = connectionsTable(storage());
    await connections.save(rich('c-5'));
    expect(await connections.find('c-5')).toEqual(rich('c-5'));
    await connections.remove('c-5');
    await connections.remove('c-5');
    await connections.remove("c-5' or true");
    expect(await connections.find('c-5')).toBeUndefined();
    expect(await connections.change('c-5', (present) => present)).toBeUndefined();
    expect(await connections.change("c-5' or true", (present) => present)).toBeUndefined();
  });

  test('that many change at once lose none of the changes', async () => {
    const connections = connectionsTable(storage());
    await connections.save(connection('c-6', 'Busy'));
    const labels = Array.from({ length: 12 }, (_, index) => `label ${index}`);
    await Promise.all(
      labels.map((label) =>
        connectionsTable(storage()).change('c-6', (present) => ({ ...present, labels: [...present.labels, label] })),
      ),
    );
    expect(new Set((await connections.find('c-6'))?.labels)).toEqual(new Set(labels));
  });

  test('are not written when there is nothing to change', async () => {
    const connections = connectionsTable(storage());
    await connections.save(connection('c-7', 'Quiet'));
    const etag = async () => (await rawTable('Connections').getEntity('connection', 'c-7')).etag;
    const before = await etag();
    expect(await connections.change('c-7', () => undefined)).toBeUndefined();
    expect(await etag()).toBe(before);
  });

  test('of the release before are read as what they were', async () => {
    await rawTable('Connections').createEntity({
      partitionKey: 'connection',
      rowKey: 'former',
      schemaVersion: 1,
      name: 'Former',
      kind: 'services',
      url: 'https://dev.azure.com/former',
      organizationIds: '[]',
      identities: '[]',
    });
    expect(await connectionsTable(storage()).find('former')).toEqual({
      ...connection('former', 'Former'),
      organizationIds: [],
      identities: [],
      broken: null,
      credential: { kind: 'pat', expiresOn: null },
      publicUrl: null,
    });
  });

  test.each<[number, string, Connection]>([
    [1, 'has a PAT for everything, which that release can use', connection('v-1', 'plain')],
    [2, 'has the managed identity', { ...connection('v-2', 'identity'), credential: { kind: 'managedIdentity' } }],
    [2, 'has a PAT of a project', { ...connection('v-3', 'project'), projectPats: rich('v-3').projectPats }],
    [2, 'is leaving', { ...connection('v-4', 'leaving'), state: 'leaving' }],
    // Both releases before would go past the proxy, and write the row without it.
    [
      3,
      'goes through a proxy',
      { ...connection('v-5', 'proxied'), network: { ...rich('v-5').network, caCertificates: null } },
    ],
    [
      3,
      'has an authority of its own',
      { ...connection('v-6', 'private'), network: { ...rich('v-6').network, proxy: null } },
    ],
  ])('are written as schema version %i when one %s', async (schemaVersion, _, given) => {
    await connectionsTable(storage()).save(given);
    expect(await rawTable('Connections').getEntity('connection', given.id)).toMatchObject({ schemaVersion });
  });

  test('of a newer release are not taken for unknown: a hook is then asked to come again', async () => {
    const connections = connectionsTable(storage());
    await connections.save(connection('future', 'Future'));
    await rawTable('Connections').updateEntity(
      { partitionKey: 'connection', rowKey: 'future', schemaVersion: 4 },
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

    const { key } = letter('dl-1');
    const listed = await deadLetters.list(10);
    expect(listed.map(({ reference, key: of }) => [reference, of])).toEqual([
      ['dl-2', null],
      ['dl-1', key],
    ]);
    expect(Math.abs(Date.now() - (listed[0]?.recordedAt.getTime() ?? 0))).toBeLessThan(60_000);
    expect(await deadLetters.list(1)).toHaveLength(1);
    expect((await deadLetters.list(10, 'contoso')).map(({ reference }) => reference)).toEqual(['dl-1']);
    // About the connection and no pull request: found with the connection's, and still of none.
    await deadLetters.record({ ...letter('dl-0'), key: null, connectionId: 'contoso' });
    expect((await deadLetters.list(10, 'contoso')).map(({ reference, key: of }) => [reference, of])).toEqual([
      ['dl-0', null],
      ['dl-1', key],
    ]);
    expect(await deadLetters.list(10, "x' or '1' eq '1")).toEqual([]);
  });

  test('are found whole, and removed as they were read', async () => {
    const deadLetters = deadLettersTable(storage());
    await deadLetters.record(letter('dl-4'));
    const found = await deadLetters.find('dl-4');
    expect(found).toMatchObject(letter('dl-4'));
    if (!found) throw new Error('It is missing.');
    expect(await deadLetters.remove(found)).toBe(true);
    expect(await deadLetters.remove(found)).toBe(false);
    await deadLetters.record({ ...letter('dl-4'), reason: 'again' });
    expect(await deadLetters.remove(found)).toBe(false);
    expect(await deadLetters.find('dl-4')).toMatchObject({ reason: 'again' });
    for (const reference of ['nothing', '', "a' or 'b", '../x'])
      expect(await deadLetters.find(reference)).toBeUndefined();
  });

  test('are cut where they are long, whatever characters they hold', async () => {
    const deadLetters = deadLettersTable(storage());
    await deadLetters.record({ ...letter('dl-3'), body: `x${'🛡'.repeat(20_000)}`, description: '\ud800' });

    const { body } = await rawTable('DeadLetters').getEntity<{ body: string }>('deadLetter', 'dl-3');
    expect(body.slice(0, 3)).toBe('x🛡');
    expect(body).toMatch(/ … \(cut after 30000 of 40001 characters\)$/);
  });
});

test('the last sweep of a connection is kept, and goes with it', async () => {
  const sweeps = sweepsTable(storage());
  expect(await sweeps.last('c-1')).toBeUndefined();
  await sweeps.note('c-1', { at: new Date('2026-11-21T10:00:00.000Z'), active: 3 });
  await sweeps.note('c-1', { at: new Date('2026-11-21T10:05:00.000Z'), active: 4 });
  expect(await sweeps.last('c-1')).toEqual({ at: new Date('2026-11-21T10:05:00.000Z'), active: 4 });
  await sweeps.remove('c-1');
  expect(await sweeps.last('c-1')).toBeUndefined();
});

describe('operations', () => {
  const begun = new Date('2026-11-21T10:00:00.000Z');
  const operation = (id: string, over: Partial<Operation> = {}): Operation => ({
    id,
    connectionId: 'c-1',
    kind: 'hooks-sync',
    request: { projects: ['a', null] },
    by: { id: 'o-1', name: 'Olga “Admin”' },
    state: 'queued',
    step: 0,
    attempts: 0,
    cursor: undefined,
    progress: { done: 0, total: null, doing: 'waiting to begin' },
    result: undefined,
    trouble: null,
    createdAt: begun,
    changedAt: begun,
    dueAt: begun,
    ...over,
  });

  test('are kept whole, each in its connection, the newest first', async () => {
    const operations = operationsTable(storage());
    expect(await operations.list('c-1')).toEqual([]);
    const first = operation('one', { cursor: { left: 'ä'.repeat(50_000) }, result: null, trouble: 'It waits.' });
    await operations.add(first);
    const later = new Date('2026-11-21T10:00:01.000Z');
    await operations.add(operation('two', { createdAt: later, progress: { done: 3, total: 7, doing: 'counting' } }));
    await operations.add(operation('three', { connectionId: 'c-2' }));

    expect(await operations.find('c-1', 'one')).toEqual({ ...first, etag: expect.any(String) });
    expect((await operations.list('c-1')).map(({ id }) => id)).toEqual(['two', 'one']);
    expect(await operations.find('c-2', 'one')).toBeUndefined();
    expect(await operations.find("c-1' or true", 'one')).toBeUndefined();
    await operations.removeAll('c-1');
    expect(await operations.list('c-1')).toEqual([]);
    expect(await operations.find('c-2', 'three')).toBeDefined();
  });

  test('are replaced by whoever read them last', async () => {
    const operations = operationsTable(storage());
    await operations.add(operation('four', { cursor: 'somewhere' }));
    const read = await operations.find('c-1', 'four');
    if (!read) throw new Error('It is not there.');
    const step = { ...read, step: 1, state: 'succeeded', cursor: undefined, result: { fine: true } } as const;
    expect(await operations.replace(step)).toBe(true);
    expect(await operations.replace({ ...read, step: 2 })).toBe(false);
    expect(await operations.find('c-1', 'four')).toEqual({ ...step, etag: expect.any(String) });
    await operations.removeAll('c-1');
    expect(await operations.replace(step)).toBe(false);
  });

  test('that ended long ago go; those under way stay', async () => {
    const operations = operationsTable(storage());
    const at = (second: number): Date => new Date(begun.getTime() + second * 1_000);
    await operations.add(operation('under-way', { connectionId: 'c-3' }));
    for (let number = 1; number <= 52; number += 1) {
      const ended = { connectionId: 'c-3', state: 'failed', createdAt: at(number) } as const;
      await operations.add(operation(`ended-${number}`, ended));
    }
    const left = (await operations.list('c-3')).map(({ id }) => id);
    expect(left).toHaveLength(51);
    expect(left).toContain('under-way');
    expect(left).not.toContain('ended-2');
    expect(left).toContain('ended-3');
  });

  test('of a newer release are absent', async () => {
    const operations = operationsTable(storage());
    await operations.add(operation('newer'));
    await rawTable('Operations').updateEntity({ partitionKey: 'c-1', rowKey: 'newer', schemaVersion: 2 }, 'Merge');
    expect(await operations.find('c-1', 'newer')).toBeUndefined();
    expect((await operations.list('c-1')).map(({ id }) => id)).not.toContain('newer');
  });
});
