import { z } from 'zod';

import { defineOperation, type AnyOperationWork, type Slice } from '../operation-work';
import type { Connection, HookSubscription, ServiceHooks } from '../ports';

import { newHookSecret } from './hook-secret';
import {
  changesSchema,
  KNOWN_AFTER_SECONDS,
  later,
  noChanges,
  requestSchema,
  syncResult,
  syncSlice,
  tooEarly,
  type HookOperationDependencies,
  type SyncResult,
} from './hook-slices';
import { sumOf } from './sync-hooks';
import { hookUserName, isOfConnection } from './wanted-hooks';

export const HOOKS_SYNC = 'hooks-sync';

const cursorSchema = z.object({ notBefore: z.iso.datetime().nullable(), changes: changesSchema });
type Cursor = z.output<typeof cursorSchema>;

/** Brings all subscriptions of a connection in order. */
export function syncOperation(dependencies: HookOperationDependencies): AnyOperationWork {
  const { secrets, clock, withHooks } = dependencies;

  /** Whether a subscription carries it already: then every endpoint knows it. */
  const isInUse = (connection: Connection, password: string): Promise<boolean> => {
    const name = hookUserName(connection.id, password);
    const carries = ({ consumerInputs }: HookSubscription): boolean => consumerInputs['basicAuthUsername'] === name;
    const look = async (hooks: ServiceHooks): Promise<boolean> =>
      (await hooks.list()).some((each) => isOfConnection(each, connection.id) && carries(each));
    return withHooks(connection, look, { fresh: true });
  };

  return defineOperation({
    kind: HOOKS_SYNC,
    requestSchema,
    cursorSchema,
    work: async ({ connection, cursor, deadline }): Promise<Slice<Cursor, SyncResult>> => {
      const early = tooEarly(clock, cursor);
      if (early) return early;
      const known = await secrets.readHookSecrets(connection.id, { fresh: true });
      const [password] = known;
      if (password === undefined) await secrets.saveHookSecret(connection.id, newHookSecret());
      const isNew = password === undefined || (!cursor && known.length > 1 && !(await isInUse(connection, password)));
      if (isNew) {
        // Just made, or of a rotation that has just begun: no subscription gets it before every endpoint knows it.
        return later(clock, KNOWN_AFTER_SECONDS, { notBefore: null, changes: noChanges });
      }
      const synced = await syncSlice(dependencies, connection, password, deadline);
      const changes = sumOf([cursor?.changes ?? noChanges, synced.changes]);
      const { progress, isDone } = synced;
      if (!isDone) return { state: 'more', cursor: { notBefore: null, changes }, progress };
      return { state: 'done', result: syncResult(synced, changes), progress };
    },
  });
}
