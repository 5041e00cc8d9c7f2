import { TableClient, TableServiceClient } from '@azure/data-tables';

import { startTableStorage, type TableStorage } from '../../local/table-storage/table-storage';
import { createPeople, type PeopleCursor, type Place } from '../app/people/people';
import { createTestClock } from '../app/testing/test-clock';
import type { Person } from '../core/person';
import { accessTable } from './access-table';
import { connectionsTable } from './connections-table';
import { operationsTable } from './operations-table';
import { COMMON_COLUMNS, TABLES } from './personal-fields';
import { personalRows } from './personal-rows';
import { readPseudonymKey } from './pseudonym-key';
import { settingsTable } from './settings-table';
import { ann, CONNECTION, fillTables, olga, scope } from './testing/filled-tables';

let local: TableStorage;
const tables = () => ({ connectionString: local.connectionString });
const client = (table: string): TableClient =>
  TableClient.fromConnectionString(local.connectionString, table, { allowInsecureConnection: true });

const start = async (): Promise<void> => {
  local = await startTableStorage();
  await fillTables(tables());
};
const stop = (): Promise<void> => local.stop();

const SYSTEM = ['odata.metadata', 'etag', 'partitionKey', 'rowKey', 'timestamp'];

async function allRows(table: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const row of client(table).listEntities()) rows.push(row);
  return rows;
}

/** `document0` is a part of `document`. */
async function columnsOf(table: string): Promise<string[]> {
  const names = (await allRows(table)).flatMap((row) => Object.keys(row));
  const columns = names.filter((name) => !SYSTEM.includes(name)).map((name) => name.replace(/\d+$/, ''));
  return [...new Set(columns)].filter((name) => !COMMON_COLUMNS.includes(name)).sort();
}

/** A column that only a forgotten person's rows have, and one that stands for the row's key. */
const WRITTEN_LATER = { Settings: ['savedAt'], Access: ['grantedAt'] } as Record<string, string[]>;

describe('the list of fields', () => {
  beforeAll(start);
  afterAll(stop);

  test.each(Object.entries(TABLES))(
    'every column of %s that its adapter writes is classified, and no other',
    async (name, { columns }) => {
      const classified = Object.keys(columns).filter((column) => column !== 'RowKey');
      const written = await columnsOf(name);
      expect([...new Set([...written, ...(WRITTEN_LATER[name] ?? [])])].sort()).toEqual(classified.sort());
    },
  );

  test('every table is classified', async () => {
    const found: string[] = [];
    const all = TableServiceClient.fromConnectionString(local.connectionString, { allowInsecureConnection: true });
    for await (const { name = '' } of all.listTables()) found.push(name);
    expect(found.sort()).toEqual(Object.keys(TABLES).sort());
  });
});

const people = () => createPeople({ personalRows: personalRows(tables()), clock: createTestClock() });
const by = { id: olga.id, name: olga.signIn, kind: 'person' } as const;

async function work(person: Person, act: 'look' | 'forget'): Promise<Place[]> {
  const places: Place[] = [];
  let cursor: PeopleCursor | null = null;
  do {
    const slice: Awaited<ReturnType<ReturnType<typeof people>['work']>> = await people().work(person, {
      cursor,
      act,
      by,
    });
    places.push(...slice.places);
    cursor = slice.cursor;
  } while (cursor !== null);
  return places;
}

const told = (places: readonly Place[]): string[] =>
  places.map(({ table, column, outcome }) => `${table} ${column} ${outcome}`);

describe('forgetting', () => {
  beforeEach(start);
  afterEach(stop);

  test('whoever is forgotten stands nowhere but where it is told', async () => {
    const settings = settingsTable(tables());
    const before = await settings.history(scope);
    const granted = (await accessTable(tables()).list()).find(({ subject }) => subject.id === olga.id);
    const { person, pseudonym } = await people().find([ann.mail]);
    expect(person.canonical).toBe(ann.id);

    const looked = await work(person, 'look');
    expect(told(looked).sort()).toEqual(
      [
        'Settings savedBy replace',
        'Settings document keep',
        'Settings savedBy replace',
        'Settings note replace',
        'Settings document keep',
        'Settings savedBy replace',
        'Settings document keep',
        'Ledger description replace',
        'DeadLetters description delete',
        'DeadLetters body delete',
        'Connections description replace',
        'Connections labels replace',
        'Connections brokenReason replace',
        'Connections identities keep',
        'Connections projectPats keep',
        'Access RowKey delete',
        'Access name delete',
        'Access grantedBy replace',
        'Operations byId replace',
        'Operations byName replace',
        'Operations trouble replace',
        'Operations request replace',
        'Operations result replace',
        'Operations byId later',
        'Operations byName later',
        'Operations trouble later',
        'Operations request later',
        'Operations result later',
        'Audit subject replace',
        'Audit details replace',
        'Audit byId replace',
        'Audit byName replace',
      ].sort(),
    );
    expect(looked.find(({ column }) => column === 'document')?.said).toEqual([
      { path: 'bots.identities[0]', text: ann.mail },
    ]);

    const forgotten = await work(person, 'forget');
    expect(told(forgotten)).toEqual(told(looked));
    const left = JSON.stringify(
      await Promise.all(
        Object.keys(TABLES)
          .filter((name) => name !== 'Operations')
          .map(async (name) => [name, await allRows(name)]),
      ),
    );
    const documents = left.match(/\\"identities\\":\[\\"ann@contoso\.example\\"/g) ?? [];
    const accounts = left.match(/Ann A\.\\",\\"uniqueName\\":\\"ann@contoso\.example/g) ?? [];
    expect([documents.length, accounts.length]).toEqual([3, 1]);
    expect(left.match(/ann@contoso\.example/gi)).toHaveLength(4);
    expect(left).not.toMatch(new RegExp(`${ann.id}|Ann Author|person Ann`, 'i'));
    expect(left).toContain(`person ${pseudonym}`);

    // Everything is readable as it was, and says when it was said.
    const after = await settings.history(scope);
    expect(after.map(({ savedAt, document, version }) => ({ savedAt, document, version }))).toEqual(
      before.map(({ savedAt, document, version }) => ({ savedAt, document, version })),
    );
    expect(after.map(({ savedBy }) => savedBy)).toEqual([pseudonym, pseudonym]);
    expect((await settings.read(scope))?.version).toBe(2);
    expect(await accessTable(tables()).list()).toEqual([{ ...granted, grantedBy: pseudonym }]);
    expect((await operationsTable(tables()).find(CONNECTION, 'operation-1'))?.by).toEqual({
      id: pseudonym,
      name: pseudonym,
    });
    expect((await connectionsTable(tables()).find(CONNECTION))?.description).toBe(`Ask ${pseudonym}.`);

    // Again: what is left, and nothing else; and the same pseudonym, by whatever they are asked for.
    expect(new Set((await work(person, 'forget')).map(({ outcome }) => outcome))).toEqual(new Set(['keep', 'later']));
    expect((await people().find([ann.id])).pseudonym).toBe(pseudonym);
  });

  test('a text that is too long for one column is put together, and stays so', async () => {
    const operations = operationsTable(tables());
    const present = await operations.find(CONNECTION, 'operation-1');
    if (!present) throw new Error('there is no such operation');
    const result = { accounts: Array.from({ length: 3_000 }, () => ann.mail) };
    await operations.replace({ ...present, result });
    const { person, pseudonym } = await people().find([ann.id]);
    await work(person, 'forget');
    expect((await operations.find(CONNECTION, 'operation-1'))?.result).toEqual({
      accounts: Array.from({ length: 3_000 }, () => pseudonym),
    });
  });

  test('the key is made once, whoever asks first', async () => {
    await client('Deployment').deleteEntity('pseudonyms', 'key');
    const keys = await Promise.all(Array.from({ length: 5 }, () => readPseudonymKey(tables())));
    expect(new Set(keys).size).toBe(1);
    await client('Deployment').upsertEntity({ partitionKey: 'pseudonyms', rowKey: 'key', key: 'short' }, 'Replace');
    await expect(readPseudonymKey(tables())).rejects.toMatchObject({ message: expect.stringMatching(/damaged/) });
  });
});
