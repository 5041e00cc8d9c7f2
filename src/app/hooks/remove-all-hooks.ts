import type { HookSubscription, ServiceHooks } from '../ports';

import { removeHooks, type Carried } from './carry-out-plan';
import { readHookPlaces } from './hook-places';
import { refusalsOf, type RefusedProject } from './refused-projects';
import { isOfConnection, projectOf } from './wanted-hooks';

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
