import { z } from 'zod';

import type { DeadLetters, RecordedDeadLetter } from '../app/ports';
import { rowKey } from './row-keys';
import { tableClient, type TableStorage } from './table-client';
import { isTimestamp, timestampDate } from './timestamps';

const SCHEMA_VERSION = 1;
/** Dead letters are rare and read newest first by people: one partition will do. */
export const DEAD_LETTERS = 'deadLetter';
/** Within a string property's 32 Ki characters; enough to recognize what it was. */
const LONGEST_TEXT = 30_000;

/** Dead letters in table `DeadLetters`, by reference; what is there already stays as it was. */
export function deadLettersTable(storage: TableStorage): DeadLetters {
  const table = tableClient('DeadLetters', storage);
  return {
    record: async (letter) => {
      await table.insert({
        partitionKey: DEAD_LETTERS,
        rowKey: rowKey(letter.reference),
        schemaVersion: SCHEMA_VERSION,
        reason: cut(letter.reason),
        description: cut(letter.description),
        messageId: cut(letter.messageId),
        sessionId: cut(letter.sessionId),
        ...(letter.enqueuedAt === null ? {} : { enqueuedAt: letter.enqueuedAt.toISOString() }),
        body: cut(letter.body),
        ...(letter.key ?? {}),
      });
    },
    list: async (most) => {
      const rows = await table.listFirst(DEAD_LETTERS, { after: '', limit: most });
      return rows
        .flatMap((row) => rowSchema.safeParse(row).data ?? [])
        .sort((a, b) => b.recordedAt.getTime() - a.recordedAt.getTime());
    },
  };
}

const rowSchema = z
  .object({
    rowKey: z.string(),
    reason: z.string().catch('unknown'),
    timestamp: z.string().refine(isTimestamp),
    connectionId: z.string().optional().catch(undefined),
    repositoryId: z.string().optional().catch(undefined),
    pullRequestId: z.int().optional().catch(undefined),
  })
  .transform(
    ({ rowKey: reference, reason, timestamp, connectionId, repositoryId, pullRequestId }): RecordedDeadLetter => {
      const isKnown = connectionId !== undefined && repositoryId !== undefined && pullRequestId !== undefined;
      const key = isKnown ? { connectionId, repositoryId, pullRequestId } : null;
      return { reference, reason, recordedAt: timestampDate(timestamp), key };
    },
  );

function cut(text: string): string {
  if (text.length <= LONGEST_TEXT) return wellFormed(text);
  return `${wellFormed(text.slice(0, LONGEST_TEXT))} … (cut after ${LONGEST_TEXT} of ${text.length} characters)`;
}

/** Half a surrogate pair, as a cut may leave it, is not a character that Table Storage takes. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
