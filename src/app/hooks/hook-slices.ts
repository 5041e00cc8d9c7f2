import { z } from 'zod';

import type { Slice } from '../operation-work';
import type { Clock, Connection, Log, Progress, Secrets, ServiceHooks } from '../ports';
import { FRESH_READ_SECONDS } from '../receive-service-hook';

import { wantedHooks } from './hook-secret';
import { syncHooks, type SyncedHooks } from './sync-hooks';

/** From when it is in the vault, every endpoint knows a password after half of it: no hook with it is refused. */
export const KNOWN_AFTER_SECONDS = 2 * FRESH_READ_SECONDS;

/** Opens the service hooks of a connection with its own credential; `fresh` reads that past the cache. */
export type WithHooks = <T>(
  connection: Connection,
  use: (hooks: ServiceHooks) => Promise<T>,
  options?: { fresh?: boolean },
) => Promise<T>;

export interface HookOperationDependencies {
  withHooks: WithHooks;
  secrets: Secrets;
  clock: Clock;
  log: Log;
}

export const requestSchema = z.strictObject({});
export const changesSchema = z.object({ created: z.int(), repaired: z.int(), removed: z.int() });
export const noChanges = { created: 0, repaired: 0, removed: 0 };
export const refusedSchema = z.array(z.object({ project: z.string(), reason: z.string() }));

export const syncResultSchema = z.object({
  mode: z.enum(['organization', 'projects']),
  projects: z.int(),
  changes: changesSchema,
  /** How many there should be. */
  total: z.int(),
  refused: refusedSchema,
});
export type SyncResult = z.output<typeof syncResultSchema>;

/** Some writes of a comparison, as far as the slice has time for them. */
export async function syncSlice(
  { withHooks, clock, log }: HookOperationDependencies,
  connection: Connection,
  password: string,
  deadline: Date,
): Promise<SyncedHooks & { progress: Progress }> {
  const wanted = wantedHooks(connection, password);
  const compare = async (hooks: ServiceHooks): Promise<SyncedHooks & { progress: Progress }> => {
    const projects = await hooks.readGitProjects();
    const synced = await syncHooks({ hooks, projects, isTimeLeft: () => clock.now() < deadline, log }, wanted);
    const { inPlace, total } = synced;
    return { ...synced, progress: { done: inPlace, total, doing: 'comparing service hooks' } };
  };
  // A PAT that was just replaced by another account's would leave the subscriptions with the former one.
  return withHooks(connection, compare, { fresh: true });
}

export function syncResult(
  { mode, projects, total, refused }: SyncedHooks,
  changes: SyncedHooks['changes'],
): SyncResult {
  return { mode, projects, changes, total, refused };
}

/** A slice that came before its time, put off again; undefined once it is time. */
export function tooEarly<Cursor extends { notBefore: string | null }>(
  clock: Clock,
  cursor: Cursor | undefined,
): Slice<Cursor, never> | undefined {
  if (!cursor || cursor.notBefore === null) return undefined;
  const dueIn = (Date.parse(cursor.notBefore) - clock.now().getTime()) / 1_000;
  return dueIn > 0 ? { state: 'more', cursor, progress: WAITING, dueIn } : undefined;
}

/** A slice that goes on so many seconds later. */
export function later<Cursor extends { notBefore: string | null }>(
  clock: Clock,
  dueIn: number,
  cursor: Cursor,
): Slice<Cursor, never> {
  const notBefore = new Date(clock.now().getTime() + dueIn * 1_000).toISOString();
  return { state: 'more', cursor: { ...cursor, notBefore }, progress: WAITING, dueIn };
}

const WAITING: Progress = { done: 0, total: null, doing: 'waiting until every endpoint knows the password' };
