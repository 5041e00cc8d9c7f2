import { z } from 'zod';

import type { DeadLetters, StoredDeadLetter } from '../app/ports';
import { isConnectionId, isRowId, rowKey } from './row-keys';
import { tableClient, type Row, type TableStorage } from './table-client';
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
        ...(letter.key ?? (letter.connectionId === undefined ? {} : { connectionId: letter.connectionId })),
      });
    },
    list: async (most, connectionId) => {
      if (connectionId !== undefined && !isConnectionId(connectionId)) return [];
      const where = connectionId === undefined ? {} : { where: { connectionId } };
      const rows = await table.listFirst(DEAD_LETTERS, { after: '', limit: most, ...where });
      return rows.flatMap(parseLetter).sort((a, b) => b.recordedAt.getTime() - a.recordedAt.getTime());
    },
    find: async (reference) => {
      const row = isRowId(reference) ? await table.get(DEAD_LETTERS, reference) : undefined;
      return row && parseLetter(row)[0];
    },
    remove: ({ reference, etag }) => table.removeExactly(DEAD_LETTERS, rowKey(reference), etag),
  };
}

const text = z.string().catch('');
const rowSchema = z.object({
  rowKey: z.string(),
  etag: z.string(),
  timestamp: z.string().refine(isTimestamp),
  reason: z.string().catch('unknown'),
  description: text,
  messageId: text,
  sessionId: text,
  enqueuedAt: z.iso.datetime().optional().catch(undefined),
  body: text,
  connectionId: z.string().optional().catch(undefined),
  repositoryId: z.string().optional().catch(undefined),
  pullRequestId: z.int().optional().catch(undefined),
});

/** None for a row that is not ours. */
function parseLetter(row: Row): StoredDeadLetter[] {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) return [];
  const { rowKey: reference, timestamp, enqueuedAt, connectionId, repositoryId, pullRequestId, ...rest } = parsed.data;
  const isKnown = connectionId !== undefined && repositoryId !== undefined && pullRequestId !== undefined;
  return [
    {
      ...rest,
      reference,
      recordedAt: timestampDate(timestamp),
      enqueuedAt: enqueuedAt === undefined ? null : new Date(enqueuedAt),
      key: isKnown ? { connectionId, repositoryId, pullRequestId } : null,
    },
  ];
}

function cut(text: string): string {
  if (text.length <= LONGEST_TEXT) return wellFormed(text);
  return `${wellFormed(text.slice(0, LONGEST_TEXT))} … (cut after ${LONGEST_TEXT} of ${text.length} characters)`;
}

/** Half a surrogate pair, as a cut may leave it, is not a character that Table Storage takes. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
