import { TableClient } from '@azure/data-tables';

import { startTableStorage, type TableStorage as LocalTableStorage } from '../../local/table-storage/table-storage';
import type { SettingsScope, SettingsStore } from '../app/ports';
import { settingsTable } from './settings-table';

let local: LocalTableStorage;
let settings: SettingsStore;
let raw: TableClient;

beforeAll(async () => {
  local = await startTableStorage();
  settings = settingsTable({ connectionString: local.connectionString });
  raw = TableClient.fromConnectionString(local.connectionString, 'Settings', { allowInsecureConnection: true });
});

afterAll(async () => {
  await local.stop();
});

const by = { savedBy: 'ada' };
const id = '11111111-2222-4333-8444-AAAAAAAAAAAA';
const connection = (connectionId: string): SettingsScope => ({ kind: 'connection', connectionId });
const etagOf = async (scope: SettingsScope): Promise<string | null> => (await settings.read(scope))?.etag ?? null;

/** Saves, whatever stands there. */
async function save(scope: SettingsScope, document: unknown, note = ''): Promise<void> {
  expect(await settings.save(scope, document, { ...by, note }, await etagOf(scope))).toBe(true);
}

describe('the present version', () => {
  const repository: SettingsScope = { kind: 'repository', connectionId: 'contoso', repositoryId: id };

  test('is kept by scope, and by ETag', async () => {
    expect(await settings.read(repository)).toBeUndefined();
    expect(await settings.save(repository, { enabled: true }, by, null)).toBe(true);
    expect(await settings.save(repository, { enabled: false }, by, null)).toBe(false);
    const first = await settings.read({ ...repository, repositoryId: id.toLowerCase() });
    expect(first).toMatchObject({
      document: { enabled: true },
      version: 1,
      savedBy: 'ada',
      note: '',
      isDeleted: false,
    });
    expect(Math.abs(Date.now() - Number(first?.savedAt))).toBeLessThan(60_000);

    expect(first).not.toHaveProperty('documentSchemaVersion');

    const etag = first?.etag ?? '';
    expect(await settings.save(repository, { enabled: false }, { ...by, documentSchemaVersion: 7 }, etag)).toBe(true);
    expect(await settings.save(repository, { enabled: 'lost' }, by, etag)).toBe(false);
    const second = { document: { enabled: false }, documentSchemaVersion: 7, version: 2 };
    expect(await settings.read(repository)).toMatchObject(second);
    expect((await settings.history(repository))[0]).toMatchObject(second);

    expect(await settings.read(connection('contoso'))).toBeUndefined();
    expect(await settings.save(connection('contoso'), 'anything', by, etag)).toBe(false);
    expect(await settings.read({ kind: 'project', connectionId: 'contoso', projectId: id })).toBeUndefined();
    expect(await settings.read(connection('../x'))).toBeUndefined();
    await expect(settings.save({ ...repository, repositoryId: 'web' }, {}, by, null)).rejects.toMatchObject({
      kind: 'unexpected',
    });
  });

  test('has one winner among 50 that save at once, and so has its history', async () => {
    const scope = connection('race');
    const fifty = Array.from({ length: 50 }, (_, each) => ({ each }));
    const inserted = await Promise.all(fifty.map((document) => settings.save(scope, document, by, null)));
    expect(inserted.filter(Boolean)).toHaveLength(1);

    const before = await etagOf(scope);
    const updated = await Promise.all(fifty.map((document) => settings.save(scope, document, by, before)));
    expect(updated.filter(Boolean)).toHaveLength(1);
    expect((await settings.read(scope))?.document).toEqual({ each: updated.indexOf(true) });
    expect((await settings.history(scope)).map(({ version, document }) => ({ version, document }))).toEqual([
      { version: 2, document: { each: updated.indexOf(true) } },
      { version: 1, document: { each: inserted.indexOf(true) } },
    ]);
  });

  test.each([
    ['just below a property’s limit', 'x'.repeat(31_990)],
    ['just above it', 'x'.repeat(32_000)],
    ['with characters of two, three and four bytes', 'é€🛡'.repeat(20_000)],
    ['of 512 KiB', 'x'.repeat(512 * 1024 - 2)],
  ])('may be long: %s', async (_what, document) => {
    const scope = connection('long');
    await save(scope, document);
    expect((await settings.read(scope))?.document === document).toBe(true);

    // A short document leaves nothing of a long one behind.
    await save(scope, 'short');
    const [short, long] = await settings.history(scope);
    expect(short?.document).toBe('short');
    expect(long?.document === document).toBe(true);
  });

  test('beyond 512 KiB is refused with a sentence; a note is cut', async () => {
    const scope = connection('large');
    await expect(settings.save(scope, 'x'.repeat(512 * 1024), by, null)).rejects.toMatchObject({
      kind: 'tooLarge',
      message: expect.stringMatching(/too large: 513 KiB.*at most 512 KiB/),
    });
    await save(scope, {}, `${'x'.repeat(999)}🛡`);
    expect((await settings.read(scope))?.note).toBe(`${'x'.repeat(999)}\ufffd`);
  });
});

describe('the history', () => {
  test('has the last 20 versions, newest first, of this scope alone', async () => {
    const scope: SettingsScope = { kind: 'project', connectionId: 'versions', projectId: id };
    expect(await settings.history(scope)).toEqual([]);
    for (let number = 1; number <= 23; number += 1) await save(scope, { number }, `note ${number}`);
    await save(connection('versions'), { of: 'the connection' });
    const history = await settings.history(scope);
    expect(history.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, index) => 23 - index));
    expect(history.at(-1)).toMatchObject({ document: { number: 4 }, savedBy: 'ada', note: 'note 4', isDeleted: false });
  });

  test('fits into one transaction with the largest documents', async () => {
    const scope = connection('largest');
    const largest = (letter: string): string => letter.repeat(512 * 1024 - 2);
    for (let number = 1; number <= 20; number += 1) await save(scope, largest('a'));
    // The dearest case: what was written past the history is copied, the new version written twice, the 21st dropped.
    await raw.updateEntity(
      { partitionKey: 'largest', rowKey: 'connection', document0: Buffer.from(`"${'b'.repeat(60 * 1024 - 1)}`) },
      'Merge',
    );
    await save(scope, largest('c'));
    const history = await settings.history(scope);
    expect(history.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, index) => 22 - index));
    expect(String(history[0]?.document).slice(0, 1)).toBe('c');
    expect(String(history[1]?.document).slice(0, 1)).toBe('b');
  }, 60_000);

  test('keeps a deletion as a version, and what was deleted', async () => {
    const scope = connection('deleted');
    await save(scope, { enabled: true });
    await save(scope, undefined, 'not needed');
    const present = await settings.read(scope);
    expect(present).toMatchObject({ isDeleted: true, version: 2, note: 'not needed' });
    expect(present?.document).toBeUndefined();
    await save(scope, { enabled: false });
    expect((await settings.history(scope)).map(({ isDeleted, document }) => [isDeleted, document])).toEqual([
      [false, { enabled: false }],
      [true, undefined],
      [false, { enabled: true }],
    ]);
  });
});

describe('a row that somebody else wrote', () => {
  /** As the release before histories writes one. */
  const former = (connectionId: string, document: string) => ({
    partitionKey: connectionId,
    rowKey: 'connection',
    schemaVersion: 1,
    writeId: 'w',
    document,
  });

  test('a former release: it is read, it is in the history, and no version of it is lost', async () => {
    const scope = connection('former');
    await raw.upsertEntity(former('former', '{"enabled":true}'), 'Replace');
    expect(await settings.read(scope)).toMatchObject({ version: 0, document: { enabled: true }, savedBy: '' });
    expect(await settings.history(scope)).toMatchObject([{ version: 1, document: { enabled: true }, savedBy: '' }]);
    await save(scope, { enabled: false });
    expect(await settings.history(scope)).toMatchObject([
      { version: 2, document: { enabled: false }, savedBy: 'ada' },
      { version: 1, document: { enabled: true }, savedBy: '' },
    ]);

    // Rolled back: the former release replaces the row whole, and this one comes back later.
    await raw.upsertEntity(former('former', '{"drafts":"judge"}'), 'Replace');
    expect(await settings.history(scope)).toMatchObject([{ version: 3, savedBy: '' }, { version: 2 }, { version: 1 }]);
    await save(scope, { drafts: 'skip' });
    expect((await settings.history(scope)).map(({ version, document }) => [version, document])).toEqual([
      [4, { drafts: 'skip' }],
      [3, { drafts: 'judge' }],
      [2, { enabled: false }],
      [1, { enabled: true }],
    ]);
  });

  test('rolled back, the former release reads every row: a deleted one as a document that says nothing', async () => {
    const scope = connection('back');
    await save(scope, { enabled: true });
    expect(await raw.getEntity('back', 'connection')).toMatchObject({ schemaVersion: 1, document: '{"enabled":true}' });
    await save(scope, undefined);
    const row = await raw.getEntity('back', 'connection');
    expect(row).toMatchObject({
      schemaVersion: 1,
      document: '{}',
      writeId: expect.any(String),
      etag: expect.any(String),
    });
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      'damaged',
      { document: '{' },
      /^is damaged; restore a version .* \(row damaged\/connection of table Settings\)\.$/,
    ],
    ['emptied', { document: '' }, /^is damaged/],
    [
      'future',
      { schemaVersion: 2 },
      /^was written by a newer release .*; deploy that release, or save the settings again/,
    ],
    ['strange', { version: 'one' }, /^is damaged/],
  ])('%s: is told as unreadable, never as absent, and can be saved over', async (connectionId, columns, sentence) => {
    const scope = connection(connectionId);
    await save(scope, { enabled: true });
    await raw.updateEntity({ partitionKey: connectionId, rowKey: 'connection', ...columns }, 'Merge');
    const present = await settings.read(scope);
    expect(present).toMatchObject({ isDeleted: false, version: 0, unreadable: expect.stringMatching(sentence) });
    expect(present?.document).toBeUndefined();
    expect(present?.isNewer).toBe(connectionId === 'future' ? true : undefined);
    await save(scope, { enabled: false });
    expect(await settings.history(scope)).toMatchObject([
      { version: 3, document: { enabled: false } },
      { version: 2, unreadable: expect.any(String) },
      { version: 1, document: { enabled: true } },
    ]);
  });

  test('by hand, in the right form: it counts, and nobody is said to have saved it', async () => {
    const scope = connection('hand');
    await save(scope, { enabled: true });
    await raw.updateEntity({ partitionKey: 'hand', rowKey: 'connection', document: '{"enabled":false}' }, 'Merge');
    expect(await settings.read(scope)).toMatchObject({ version: 0, document: { enabled: false }, savedBy: '' });
    expect(await settings.history(scope)).toMatchObject([
      { version: 2, document: { enabled: false }, savedBy: '' },
      { version: 1, document: { enabled: true }, savedBy: 'ada' },
    ]);
  });
});

test('all documents of a connection are read at once, as each is by itself', async () => {
  const repository: SettingsScope = { kind: 'repository', connectionId: 'whole', repositoryId: id.toLowerCase() };
  const project: SettingsScope = { kind: 'project', connectionId: 'whole', projectId: id.toLowerCase() };
  await save(repository, { enabled: false }, 'for now');
  await save(repository, { enabled: true });
  expect(await settings.save(project, {}, by, null)).toBe(true);
  expect(await settings.save(project, undefined, by, await etagOf(project))).toBe(true);
  await raw.createEntity({ partitionKey: 'whole', rowKey: 'connection', schemaVersion: 7 });
  await save(connection('whole-too'), {});
  const each = async (scope: SettingsScope) => ({ ...(await settings.read(scope)), scope });
  expect(await settings.readAll('whole')).toEqual([
    await each(connection('whole')),
    await each(project),
    await each(repository),
  ]);
  expect(await settings.readAll("x' or true")).toEqual([]);
});

test('the scopes of a connection are listed, without their histories and without others', async () => {
  const repository: SettingsScope = { kind: 'repository', connectionId: 'listed', repositoryId: id.toLowerCase() };
  const project: SettingsScope = { kind: 'project', connectionId: 'listed', projectId: id.toLowerCase() };
  await save(connection('listed'), {});
  await save(project, { enabled: false });
  await save(project, undefined);
  await save(repository, {});
  await save(connection('listed-too'), {});
  const [first, ...others] = await settings.list('listed');
  expect(first).toEqual({ scope: connection('listed'), isDeleted: false, etag: await etagOf(connection('listed')) });
  expect(others.map(({ scope, isDeleted }) => ({ scope, isDeleted }))).toEqual([
    { scope: project, isDeleted: true },
    { scope: repository, isDeleted: false },
  ]);
  expect(await settings.list("x' or true")).toEqual([]);
});
