import { z } from 'zod';

import { defineOperation, type AnyOperationWork, type Slice } from '../operation-work';
import type { Connection } from '../ports';
import { vaultIsReadOnly } from '../read-only-secrets';

import { newHookSecret } from './hook-secret';
import {
  changesSchema,
  KNOWN_AFTER_SECONDS,
  later,
  noChanges,
  syncResult,
  syncResultSchema,
  syncSlice,
  tooEarly,
  type HookOperationDependencies,
} from './hook-slices';
import { sumOf } from './sync-hooks';
import { hookUserName } from './wanted-hooks';

export const HOOKS_ROTATE = 'hooks-rotate';

/** Azure DevOps delivers again for three minutes, and waits for each answer: so long a former password still counts. */
const UNDER_WAY_MINUTES = 15;
/** What was sent with the password before the former one has arrived by then: only two are accepted. */
export const ARRIVED_AFTER_SECONDS = 60;

/** `isStored`: whoever asks has stored the new password, and ends the former one when this is done. */
export const rotateRequestSchema = z.strictObject({ isStored: z.boolean().optional() });
type Request = z.output<typeof rotateRequestSchema>;

const cursorSchema = z.object({
  /** `settle` what an earlier rotation left; `store` a new password, unless it is there; `rewrite` the subscriptions. */
  step: z.enum(['settle', 'store', 'rewrite']),
  notBefore: z.iso.datetime().nullable(),
  /** The user name that goes with the password that is replaced: what tells whether a new one is stored already. */
  from: z.string(),
  changes: changesSchema,
});
type Cursor = z.output<typeof cursorSchema>;

/** `formerEndsAt`: until then the former password counts for what is under way; null when it ends a day after. */
export const rotateResultSchema = syncResultSchema.extend({ formerEndsAt: z.iso.datetime().nullable() });
type Result = z.output<typeof rotateResultSchema>;

/**
 * Gives all subscriptions a new password without refusing a hook: it is stored first, the former one counting beside it;
 * once every endpoint knows it, the subscriptions are rewritten; then the former one is left to end. May die anywhere.
 */
export function rotateOperation(dependencies: HookOperationDependencies): AnyOperationWork {
  const { secrets, clock } = dependencies;
  const begin: Cursor = { step: 'settle', notBefore: null, from: '', changes: noChanges };

  const rewrite = async (
    cursor: Cursor,
    connection: Connection,
    known: readonly string[],
    deadline: Date,
    { isStored = false }: Request,
  ): Promise<Slice<Cursor, Result>> => {
    const [password = ''] = known;
    const synced = await syncSlice(dependencies, connection, password, deadline);
    const { progress, isDone, refused } = synced;
    const changes = sumOf([cursor.changes, synced.changes]);
    if (!isDone) return { state: 'more', cursor: { ...cursor, notBefore: null, changes }, progress };
    if (cursor.step === 'settle') {
      const from = hookUserName(connection.id, password);
      const isRecent = known.length > 1 || synced.hadOtherPassword;
      return later(clock, isRecent ? ARRIVED_AFTER_SECONDS : 0, { ...cursor, step: 'store', from, changes });
    }
    const result = syncResult(synced, changes);
    // Where a project refused, subscriptions may carry the former one: then it ends by itself, a day after.
    if (known.length < 2 || refused.length > 0)
      return { state: 'done', result: { ...result, formerEndsAt: null }, progress };
    const endsAt = new Date(clock.now().getTime() + UNDER_WAY_MINUTES * 60_000);
    if (!isStored) await secrets.endFormerHookSecret(connection.id, endsAt);
    return { state: 'done', result: { ...result, formerEndsAt: endsAt.toISOString() }, progress };
  };

  return defineOperation({
    kind: HOOKS_ROTATE,
    requestSchema: rotateRequestSchema,
    cursorSchema,
    work: async ({ connection, request, cursor = begin, deadline }): Promise<Slice<Cursor, Result>> => {
      const early = tooEarly(clock, cursor);
      if (early) return early;
      const known = await secrets.readHookSecrets(connection.id, { fresh: true });
      const [present] = known;
      const name = present === undefined ? '' : hookUserName(connection.id, present);
      if (cursor.step === 'store') {
        // Where a former slice died after it had stored one, that is the new one.
        if (name === cursor.from) await secrets.saveHookSecret(connection.id, newHookSecret());
        return later(clock, KNOWN_AFTER_SECONDS, { ...cursor, step: 'rewrite' });
      }
      if (request.isStored) {
        if (present === undefined) throw vaultIsReadOnly('portcullis hooks rotate');
        if (cursor === begin) return later(clock, KNOWN_AFTER_SECONDS, { ...begin, step: 'rewrite' });
        return rewrite(cursor, connection, known, deadline, request);
      }
      if (present === undefined) return later(clock, 0, { ...begin, step: 'store' });
      // Another rotation may have stored it just now.
      if (cursor === begin && known.length > 1) return later(clock, KNOWN_AFTER_SECONDS, begin);
      return rewrite(cursor, connection, known, deadline, request);
    },
  });
}
