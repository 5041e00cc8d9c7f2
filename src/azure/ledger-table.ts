import type { TransactionAction } from '@azure/data-tables';

import type { FinishedEvaluation, Ledger } from '../app/ports';
import { Failure } from '../core/failures';
import {
  DONE,
  doneRow,
  intentRow,
  intentRowKey,
  ledgerPartition,
  parseDone,
  parseIntent,
  parseRetry,
  parseVersionOfDone,
  RETRY,
  retryRow,
  type Intent,
} from './ledger-rows';
import { connectionRange, ENTRY_COLUMNS, newestTimestamp, parseEntries } from './ledger-entries';
import { tableClient, type Row, type Table, type TableStorage } from './table-client';
import { compareTimestamps, timestampDate } from './timestamps';

/** The most that a transaction takes. */
const MOST_ACTIONS = 100;
/** One is the done row, one the retry. What is left over goes with the next evaluation. */
const MOST_DELETIONS = MOST_ACTIONS - 2;
/** Every lost race means that another evaluation got its row in, so this many in a row is a fault, not a race. */
const MOST_RACES = 20;

/**
 * The ledger in table `Ledger`, one partition for each pull request: an intent row for each evaluation that began, and
 * one row `done` with the newest that finished. Newer means: by the intents' `Timestamp`.
 */
export function ledgerTable(storage: TableStorage): Ledger {
  const table = tableClient('Ledger', storage);
  return {
    read: async (key) => {
      const rows = await table.list(ledgerPartition(key));
      const row = rows.find(isDone);
      const done = row && parseDone(row);
      const began = done && { evaluationId: done.evaluation.evaluationId, timestamp: done.beganAt };
      const newest = newestOf([...rows.map(parseIntent), began]);
      return {
        finished: done?.evaluation,
        newestIntent: newest && {
          evaluationId: newest.evaluationId,
          beganAt: timestampDate(newest.timestamp),
        },
        retry: parseRetry(rows.find(isRetry) ?? {}),
      };
    },
    postpone: (key, retry) => table.upsert(retryRow(ledgerPartition(key), retry)),
    list: async (connectionId) => {
      const { start, end } = connectionRange(connectionId);
      return parseEntries(await table.listRange(start, end, ENTRY_COLUMNS));
    },
    forget: async (key, untouchedSince) => {
      await forgetPullRequest(table, ledgerPartition(key), untouchedSince);
    },
    begin: async (key, evaluationId) => {
      const partition = ledgerPartition(key);
      // Already there: ours, from an attempt whose answer was lost, as no two evaluations share an id.
      await table.insert(intentRow(partition, evaluationId));
      const row = await table.get(partition, intentRowKey(evaluationId));
      const intent = row && parseIntent(row);
      if (intent !== undefined) return timestampDate(intent.timestamp);
      throw new Failure({
        kind: 'unavailable',
        message: `The intent of evaluation ${evaluationId} was not there to be read back (table Ledger, ${partition}); it is tried again later.`,
      });
    },
    withdraw: (key, evaluationId) => table.remove(ledgerPartition(key), intentRowKey(evaluationId)),
    finish: async (key, evaluation) => {
      const partition = ledgerPartition(key);
      for (let race = 0; race < MOST_RACES; race += 1) {
        const outcome = await tryToFinish(table, partition, evaluation);
        if (outcome !== 'raced') return outcome === 'alone';
      }
      throw new Failure({
        kind: 'unavailable',
        message: `Evaluation ${evaluation.evaluationId} could not be recorded (table Ledger, ${partition}): others kept changing its rows; it is tried again later.`,
      });
    },
  };
}

/** Deletes what stands about a pull request, unless something was written since; returns how many rows. */
export async function forgetPullRequest(table: Table, partition: string, untouchedSince: Date): Promise<number> {
  const rows = await table.list(partition);
  const newest = newestTimestamp(rows);
  if (newest === undefined || timestampDate(newest) > untouchedSince) return 0;
  // What is written meanwhile is another row, or a verdict that is judged once more.
  const deletions = rows
    .slice(0, MOST_ACTIONS)
    .map(({ rowKey }): TransactionAction => ['delete', { partitionKey: partition, rowKey: String(rowKey) }]);
  return (await table.transact(deletions)) ? deletions.length : 0;
}

/** Reads the partition and writes against what was read; `raced` when somebody else wrote in between. */
async function tryToFinish(
  table: Table,
  partition: string,
  evaluation: FinishedEvaluation,
): Promise<'alone' | 'overtaken' | 'raced'> {
  const rows = await table.list(partition);
  const intents = rows.map(parseIntent).filter((intent) => intent !== undefined);
  // An intent that is gone was older than an evaluation that finished meanwhile: the rounded time suffices to see that.
  const beganAt =
    intents.find((intent) => intent.evaluationId === evaluation.evaluationId)?.timestamp ??
    evaluation.beganAt.toISOString();

  const kept = rows.find(isDone);
  const version = kept && parseVersionOfDone(kept);
  // Of a later evaluation; or of this one, written by an attempt whose answer was lost.
  if (version?.beganAt !== undefined && compareTimestamps(version.beganAt, beganAt) >= 0) {
    return compareTimestamps(version.beganAt, beganAt) > 0 ? 'overtaken' : 'alone';
  }
  const isAlone = intents.every((intent) => compareTimestamps(intent.timestamp, beganAt) <= 0);

  const done = doneRow(partition, evaluation, beganAt);
  const older = intents.filter((intent) => compareTimestamps(intent.timestamp, beganAt) < 0).slice(0, MOST_DELETIONS);
  const isWritten = await table.transact([
    ...(rows.some(isRetry) ? [['delete', { partitionKey: partition, rowKey: RETRY }] satisfies TransactionAction] : []),
    version === undefined ? ['create', done] : ['update', done, 'Replace', { etag: version.etag }],
    ...older.map(({ evaluationId }): TransactionAction => [
      'delete',
      { partitionKey: partition, rowKey: intentRowKey(evaluationId) },
    ]),
  ]);
  if (!isWritten) return 'raced';
  return isAlone ? 'alone' : 'overtaken';
}

function isDone(row: Row): boolean {
  return row['rowKey'] === DONE;
}

function isRetry(row: Row): boolean {
  return row['rowKey'] === RETRY;
}

function newestOf(intents: (Intent | undefined)[]): Intent | undefined {
  return intents.reduce(
    (newest, intent) =>
      intent !== undefined && (newest === undefined || compareTimestamps(intent.timestamp, newest.timestamp) > 0)
        ? intent
        : newest,
    undefined,
  );
}
