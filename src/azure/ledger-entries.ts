import { z } from 'zod';

import type { LedgerEntry } from '../app/ports';
import { connectionKey } from './row-keys';
import { DONE, numbers, parseIntent, SCHEMA_VERSION } from './ledger-rows';
import type { Row } from './table-client';
import { compareTimestamps, isTimestamp, timestampDate } from './timestamps';

const timestamp = z.string().refine(isTimestamp);

/** The columns that `parseEntries` looks at: a list of thousands of rows leaves the others where they are. */
export const ENTRY_COLUMNS: readonly string[] = [
  'PartitionKey',
  'RowKey',
  'Timestamp',
  'schemaVersion',
  'evaluationId',
  'beganAt',
  'listed',
  'comparedAt',
  'waitsFor',
];

const doneSchema = z.object({
  schemaVersion: z.number().int().max(SCHEMA_VERSION),
  evaluationId: z.string(),
  beganAt: timestamp,
  listed: z.string().default(''),
  comparedAt: z.iso.datetime().optional(),
  waitsFor: numbers,
});

/** How a partition key is put together, read backwards. */
const partitionSchema = /^(.+)_([0-9a-f-]{36})_(\d{1,10})$/;

/** From `start` on in the order of partition keys stand all of a connection's pull requests; from `end` on, none. */
export function connectionRange(connectionId: string): { start: string; end: string } {
  const start = `${connectionKey(connectionId)}_`;
  return { start, end: `${start}~` };
}

/** What a sweep needs of the rows of many partitions; nothing of one that has no row which this release can read. */
export function parseEntries(rows: readonly Row[]): LedgerEntry[] {
  const partitions = new Map<string, Row[]>();
  for (const row of rows) {
    const partition = String(row['partitionKey']);
    const known = partitions.get(partition);
    if (known) known.push(row);
    else partitions.set(partition, [row]);
  }
  return [...partitions].flatMap(([partition, found]) => parseEntry(partition, found) ?? []);
}

/** The newest time at which one of the rows was written; undefined when no row says. */
export function newestTimestamp(rows: readonly Row[]): string | undefined {
  return rows
    .map((row) => timestamp.safeParse(row['timestamp']).data)
    .filter((stamp) => stamp !== undefined)
    .reduce<string | undefined>(
      (newest, stamp) => (newest === undefined || compareTimestamps(stamp, newest) > 0 ? stamp : newest),
      undefined,
    );
}

function parseEntry(partition: string, rows: readonly Row[]): LedgerEntry | undefined {
  const [, , repositoryId, number] = partitionSchema.exec(partition) ?? [];
  const touchedAt = newestTimestamp(rows);
  const done = doneSchema.safeParse(rows.find((row) => row['rowKey'] === DONE)).data;
  const unfinished = newestTimestamp(rows.filter((row) => isUnfinished(row, done)));
  if (repositoryId === undefined || number === undefined || touchedAt === undefined) return undefined;
  if (done === undefined && unfinished === undefined) return undefined;
  return {
    repositoryId,
    pullRequestId: Number(number),
    listed: done?.listed ?? '',
    comparedAt: done?.comparedAt === undefined ? null : new Date(done.comparedAt),
    waitsFor: done?.waitsFor ?? [],
    unfinishedSince: unfinished === undefined ? null : timestampDate(unfinished),
    touchedAt: timestampDate(touchedAt),
  };
}

/** An intent that began after the evaluation that is done. */
function isUnfinished(row: Row, done: z.output<typeof doneSchema> | undefined): boolean {
  const intent = parseIntent(row);
  return intent !== undefined && (done === undefined || compareTimestamps(intent.timestamp, done.beganAt) > 0);
}
