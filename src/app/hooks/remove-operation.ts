import { z } from 'zod';

import { defineOperation, type AnyOperationWork, type Slice } from '../operations';
import type { HookSubscription, ServiceHooks } from '../ports';

import { removeHooks, type Carried } from './carry-out-plan';
import { readHookPlaces } from './hook-places';
import { refusedSchema, requestSchema, type HookOperationDependencies } from './hook-slices';
import { refusalsOf, type RefusedProject } from './refused-projects';
import { isOfConnection, projectOf } from './wanted-hooks';

export const HOOKS_REMOVE = 'hooks-remove';

const cursorSchema = z.object({ removed: z.int() });
type Cursor = z.output<typeof cursorSchema>;

export const removeResultSchema = z.object({ removed: z.int(), refused: refusedSchema });
type Result = z.output<typeof removeResultSchema>;

/** Removes all subscriptions of a connection, for one that is being disconnected. */
export function removeOperation({ withHooks, clock }: HookOperationDependencies): AnyOperationWork {
  return defineOperation({
    kind: HOOKS_REMOVE,
    requestSchema,
    cursorSchema,
    whileLeaving: true,
    work: ({ connection, cursor, deadline }): Promise<Slice<Cursor, Result>> =>
      withHooks(connection, async (hooks) => {
        const { carried, refused, left } = await removeAllHooks(hooks, connection.id, () => clock.now() < deadline);
        const removed = (cursor?.removed ?? 0) + carried.changes.removed;
        const progress = { done: removed, total: removed + left, doing: 'removing service hooks' };
        if (!carried.isWhole) return { state: 'more', cursor: { removed }, progress };
        return { state: 'done', result: { removed, refused }, progress };
      }),
  });
}

/** Every subscription of the connection that the account may see and change; where it may not, that is said. */
export async function removeAllHooks(
  hooks: ServiceHooks,
  connectionId: string,
  isTimeLeft: () => boolean,
): Promise<{ carried: Carried; refused: RefusedProject[]; left: number }> {
  const [me, projects, existing] = await Promise.all([hooks.readMyself(), hooks.readGitProjects(), hooks.list()]);
  const ours = existing.filter((each) => isOfConnection(each, connectionId));
  const ids = new Set([...projects.map(({ id }) => id), ...ours.map(projectOf).filter((id) => id !== '')]);
  const places = await readHookPlaces(hooks, [...ids]);
  const isOpen = (each: HookSubscription): boolean => places.open.has(projectOf(each));
  const carried = await removeHooks(hooks, ours.filter(isOpen), isTimeLeft);
  const left = ours.filter((each) => !isOpen(each));
  const refused = refusalsOf({ carried: [carried], projects, places, left, account: me.displayName });
  return { carried, refused, left: ours.length - carried.changes.removed };
}
