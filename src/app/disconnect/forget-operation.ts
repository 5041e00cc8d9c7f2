import { z } from 'zod';

import { Failure, toFailure } from '../../core/failures';
import { defineOperation, type AnyOperationWork } from '../operation-work';
import type { Clock, KeptMessages, KeptRows, KeptSecrets } from '../ports';

export const FORGET_OPERATION = 'disconnect-forget';

export const forgetResultSchema = z.object({
  messages: z.object({ cancelled: z.int(), trouble: z.string().nullable() }),
  /** What the vault keeps as deleted. */
  secretsKept: z.array(z.object({ name: z.string(), purgedOn: z.iso.datetime().nullable() })),
  rows: z.int(),
});
export type ForgetResult = z.output<typeof forgetResultSchema>;

const cursorSchema = z.object({ rows: z.int(), cancelled: z.int() });

interface Dependencies {
  rows: KeptRows;
  secrets: KeptSecrets;
  messages: KeptMessages;
  clock: Clock;
}

/** Deletes what Portcullis keeps of a connection that has left, but for its row and this operation's: those go last. */
export function forgetOperation({ rows, secrets, messages, clock }: Dependencies): AnyOperationWork {
  /** What cannot be cancelled comes when it is due, and is dropped. */
  const cancel = async (connectionId: string, operationId: string): Promise<ForgetResult['messages']> => {
    try {
      return { cancelled: await messages.cancel(connectionId, operationId), trouble: null };
    } catch (error) {
      return { cancelled: 0, trouble: toFailure(error).message };
    }
  };

  return defineOperation<Record<string, never>, z.output<typeof cursorSchema>, ForgetResult>({
    kind: FORGET_OPERATION,
    requestSchema: z.strictObject({}),
    cursorSchema,
    whileLeaving: true,
    work: async ({ connection, cursor = { rows: 0, cancelled: 0 }, operationId, deadline }) => {
      if (connection.state !== 'leaving') {
        const message = `Nothing was deleted: connection ${connection.name} is in service. portcullis disconnect takes it out first.`;
        throw new Failure({ kind: 'superseded', message });
      }
      const cancelled = await cancel(connection.id, operationId);
      const kept = await secrets.remove(connection.id);
      const isTimeLeft = (): boolean => clock.now() < deadline;
      const removed = await rows.remove(connection.id, { isTimeLeft, keptOperationId: operationId });
      const total = { rows: cursor.rows + removed.removed, cancelled: cursor.cancelled + cancelled.cancelled };
      const progress = { done: total.rows, total: null, doing: 'deleting what Portcullis keeps' };
      // What somebody wrote meanwhile is found by another look.
      if (!removed.isWhole || removed.removed > 0) return { state: 'more', cursor: total, progress };
      const secretsKept = kept.map(({ name, purgedOn }) => ({ name, purgedOn: purgedOn?.toISOString() ?? null }));
      const result = { messages: { ...cancelled, cancelled: total.cancelled }, secretsKept, rows: total.rows };
      return { state: 'done', result, progress };
    },
  });
}
