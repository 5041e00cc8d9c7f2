import { TableClient } from '@azure/data-tables';

import { startTableStorage, type TableStorage as LocalTableStorage } from '../../local/table-storage/table-storage';
import type { AuditEntry } from '../app/ports';
import { createTestClock } from '../app/testing/test-clock';
import { auditTable } from './audit-table';

let local: LocalTableStorage;
const AUDIT_DAYS = 400;
const clock = createTestClock();
const raw = (): TableClient =>
  TableClient.fromConnectionString(local.connectionString, 'Audit', { allowInsecureConnection: true });
const audit = () => auditTable({ tables: { connectionString: local.connectionString }, clock, days: AUDIT_DAYS });

beforeAll(async () => {
  local = await startTableStorage();
});

afterAll(() => local.stop());

afterEach(() => raw().deleteTable());

const entry = (subject: string, connectionId: string | null = 'contoso'): Omit<AuditEntry, 'at'> => ({
  by: { id: 'a0700000-0000-4000-8000-000000000001', name: 'Ann Admin' },
  connectionId,
  action: 'settings.save',
  subject,
  details: { version: 3, isDeletion: false, note: null, name: 'calmer' },
});

const subjects = ({ entries }: { entries: AuditEntry[] }): string[] => entries.map(({ subject }) => subject);

test('entries come newest first, of one connection or of all, page by page', async () => {
  const log = audit();
  expect(await log.list({ limit: 5 })).toEqual({ entries: [], next: null });
  for (const number of [1, 2, 3, 4, 5]) {
    clock.advance(1);
    await log.record(entry(`change ${number}`, number === 3 ? null : number === 4 ? "it's" : 'contoso'));
  }
  const all = await log.list({ limit: 5 });
  expect(subjects(all)).toEqual(['change 5', 'change 4', 'change 3', 'change 2', 'change 1']);
  expect(all.next).toBeNull();
  expect(all.entries[0]).toEqual({ ...entry('change 5'), at: clock.now() });
  expect(all.entries[2]?.connectionId).toBeNull();

  const first = await log.list({ connectionId: 'contoso', limit: 2 });
  expect(subjects(first)).toEqual(['change 5', 'change 2']);
  const second = await log.list({ connectionId: 'contoso', limit: 2, before: first.next ?? '' });
  expect(subjects(second)).toEqual(['change 1']);
  expect(second.next).toBeNull();
  expect(subjects(await log.list({ connectionId: "it's", limit: 2 }))).toEqual(['change 4']);
  expect(subjects(await log.list({ connectionId: "x' or true or 'x", limit: 2 }))).toEqual([]);
});

test('more entries than the service gives at once are all found', async () => {
  const log = audit();
  await log.record(entry('the oldest', 'tailwind'));
  for (let number = 0; number < 30; number += 1) {
    clock.advance(1);
    await log.record(entry(`change ${number}`));
  }
  // The service looks at so many rows, and says that there are more, whatever of them fits.
  expect(subjects(await log.list({ connectionId: 'tailwind', limit: 1 }))).toEqual(['the oldest']);
});

test('what is too old is not listed', async () => {
  const log = audit();
  await log.record(entry('long ago'));
  clock.advance((AUDIT_DAYS - 1) * 24 * 60 * 60);
  await log.record(entry('a year ago'));
  expect(subjects(await log.list({ limit: 5 }))).toEqual(['a year ago', 'long ago']);
  clock.advance(2 * 24 * 60 * 60);
  expect(subjects(await log.list({ limit: 5 }))).toEqual(['a year ago']);
});

test('long texts are cut, whatever characters they hold', async () => {
  const log = audit();
  const long = `x${'🛡'.repeat(10_000)}`;
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`detail ${index}`, '\u0000'.repeat(9_000)]),
  );
  await log.record({ ...entry(long), by: { id: 'x', name: '\ud800' }, details: many });
  const [kept] = (await log.list({ limit: 1 })).entries;
  expect(kept?.subject).toMatch(/^x🛡+�?…$/u);
  expect(kept?.subject.length).toBeLessThanOrEqual(2_000);
  expect(kept?.by.name).toBe('�');
  expect(Object.keys(kept?.details ?? {})).toHaveLength(12);
});

test('an entry of a newer release is told, not left out', async () => {
  const log = audit();
  await log.record(entry('ours'));
  for await (const { rowKey = '' } of raw().listEntities()) {
    await raw().updateEntity({ partitionKey: 'audit', rowKey, schemaVersion: 2 }, 'Merge');
  }
  expect((await log.list({ limit: 5 })).entries).toMatchObject([
    { at: clock.now(), action: 'unreadable', connectionId: 'contoso', by: { id: '' } },
  ]);
});
