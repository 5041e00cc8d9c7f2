import { z } from 'zod';

import type { PersonalRow, PersonalRows } from '../app/ports';
import type { KnownName } from '../core/person';
import { fieldsOf, PERSONAL_TABLES, type PersonalTable } from './personal-fields';
import { readPseudonymKey } from './pseudonym-key';
import { tableClient, type Row, type TableStorage } from './table-client';
import { readText, writeText } from './text-column';
import { isTimestamp, timestampDate } from './timestamps';

/** A page of settings documents has to come within the time of one request. */
const ROWS_AT_ONCE = 200;
/** Of a table: more than a deployment has by far. */
const MOST_KNOWN = 100_000;
/** What Table Storage keeps of every row. */
const OWN_COLUMNS = ['partitionKey', 'rowKey', 'etag', 'timestamp', 'odata.metadata'];

/** Rows that may name people, whichever release wrote them. */
export function personalRows(storage: TableStorage): PersonalRows {
  return {
    known: () => readKnown(storage),
    tables: PERSONAL_TABLES,
    read: async (name, from) => {
      const known = PERSONAL_TABLES.find((each) => each === name);
      if (known === undefined) return { rows: [], next: undefined };
      const { rows, next } = await tableClient(known, storage).listPage({ size: ROWS_AT_ONCE, from });
      return { rows: rows.map((row) => personalRow(storage, known, row)), next };
    },
    readKey: () => readPseudonymKey(storage),
  };
}

function personalRow(storage: TableStorage, table: PersonalTable, row: Row): PersonalRow {
  const [partitionKey, rowKey] = [String(row['partitionKey']), String(row['rowKey'])];
  const texts = fieldsOf(table).flatMap((field) => {
    const text = field.column === 'RowKey' ? rowKey : readText(row, field.column);
    return text === undefined ? [] : [{ ...field, text }];
  });
  return {
    table,
    row: `${partitionKey}/${rowKey}`,
    connectionId: connectionOf(table, row),
    at: timeOf(table, row),
    texts,
    isUnderWay: table === 'Operations' && !['succeeded', 'failed'].includes(String(row['state'])),
    isOfNobody: table === 'Access' && row['kind'] !== 'person',
    rewrite: (wanted) => {
      const others = Object.entries(row).filter(
        ([column]) => !OWN_COLUMNS.includes(column) && !isPieceOf(column, wanted),
      );
      const written = Object.entries(wanted).flatMap(([column, text]) => Object.entries(writeText(column, text)));
      const changed: Row = { ...Object.fromEntries([...others, ...written]), ...timeColumn(table, row) };
      return tableClient(table, storage).replace({ ...changed, partitionKey, rowKey }, String(row['etag']));
    },
    remove: () => tableClient(table, storage).remove(partitionKey, rowKey),
  };
}

/** `document`, `document0`, `document1`, …: a longer text is in more columns than a shorter one. */
function isPieceOf(column: string, wanted: Readonly<Record<string, string>>): boolean {
  return Object.keys(wanted).some(
    (name) => column === name || (column.startsWith(name) && /^\d+$/.test(column.slice(name.length))),
  );
}

function connectionOf(table: PersonalTable, row: Row): string | null {
  const column = row['connectionId'];
  switch (table) {
    case 'Audit':
    case 'DeadLetters':
      return typeof column === 'string' ? column : null;
    case 'Connections':
      return String(row['rowKey']);
    default:
      return String(row['partitionKey']).split('_', 1)[0] ?? null;
  }
}

/** A write gives a row another `Timestamp`: where that is told to people, the time before stands in a column of its own. */
function timeColumn(table: PersonalTable, row: Row): Record<string, Date> {
  const time = timeOf(table, row);
  if (time === null) return {};
  if (table === 'Settings') return { savedAt: time };
  return table === 'Access' ? { grantedAt: time } : {};
}

const LATEST_AUDIT = 9_999_999_999_999;

function timeOf(table: PersonalTable, row: Row): Date | null {
  if (table === 'Audit') return validDate(LATEST_AUDIT - Number(String(row['rowKey']).slice(0, 13)));
  const column = row['savedAt'] ?? row['grantedAt'] ?? row['createdAt'];
  if (column instanceof Date || typeof column === 'string') return validDate(column);
  const stamp = row['timestamp'];
  return typeof stamp === 'string' && isTimestamp(stamp) ? timestampDate(stamp) : null;
}

function validDate(time: Date | string | number): Date | null {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? null : date;
}

const byNameSchema = z.object({ byId: z.string(), byName: z.string() });
const grantSchema = z.object({ rowKey: z.string(), kind: z.literal('person'), name: z.string() });
const grantedSchema = z.object({ subject: z.string().startsWith('person '), details: z.string() });
const detailsSchema = z.object({ subjectId: z.string() });
const identitiesSchema = z.array(z.object({ id: z.string(), displayName: z.string(), uniqueName: z.string() }));

async function readKnown(storage: TableStorage): Promise<KnownName[]> {
  const list = (table: PersonalTable, columns: string[]): Promise<Row[]> =>
    tableClient(table, storage).listWhere('', { columns, limit: MOST_KNOWN });
  const [audit, operations, grants, connections] = await Promise.all([
    list('Audit', ['byId', 'byName', 'subject', 'details']),
    list('Operations', ['byId', 'byName']),
    list('Access', ['RowKey', 'kind', 'name']),
    list('Connections', ['identities']),
  ]);
  const entra = (id: string, name: string): KnownName => ({ id, of: 'entra', name });
  return [
    ...[...audit, ...operations].flatMap((row) => {
      const parsed = byNameSchema.safeParse(row).data;
      return parsed ? [entra(parsed.byId, parsed.byName)] : [];
    }),
    ...audit.flatMap((row) => {
      const parsed = grantedSchema.safeParse(row).data;
      const details = parsed && detailsSchema.safeParse(parseJson(parsed.details)).data;
      return details ? [entra(details.subjectId, parsed.subject.slice('person '.length))] : [];
    }),
    ...grants.flatMap((row) => {
      const parsed = grantSchema.safeParse(row).data;
      return parsed ? [entra(parsed.rowKey, parsed.name)] : [];
    }),
    ...connections.flatMap((row) =>
      (identitiesSchema.safeParse(parseJson(String(row['identities']))).data ?? []).map(
        ({ id, displayName, uniqueName }): KnownName => ({
          id,
          of: 'azureDevOps',
          name: displayName,
          account: uniqueName,
        }),
      ),
    ),
  ];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
