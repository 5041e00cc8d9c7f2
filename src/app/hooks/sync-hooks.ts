import { Failure } from '../../core/failures';
import type { HookSubscription, Log, ServiceHooks, SubscriptionBody } from '../ports';

import { removeHooks, writeHooks, type HookChanges } from './carry-out-plan';
import { readHookPlaces, type HookPlaces } from './hook-places';
import { planHooks, type HookPlan } from './plan-hooks';
import { refusalsOf, type RefusedProject } from './refused-projects';
import { ALL_PROJECTS, isOfConnection, projectOf, wantedSubscriptions, type WantedHooks } from './wanted-hooks';

export interface SyncedHooks {
  mode: HookPlaces['mode'];
  changes: HookChanges;
  unchanged: number;
  /** How many there should be, and how many are by now as they should. */
  total: number;
  inPlace: number;
  /** How many projects have Git repositories. */
  projects: number;
  /** Projects, by name, whose subscriptions could not be brought in order, and why. */
  refused: RefusedProject[];
  /** Subscriptions that carried another password than the present one, or nobody knows which. */
  hadOtherPassword: boolean;
  /** False when time ran out: called again, it does the rest. */
  isDone: boolean;
}

interface Dependencies {
  hooks: ServiceHooks;
  /** Projects that have Git repositories. */
  projects: readonly { id: string; name: string }[];
  isTimeLeft: () => boolean;
  log: Log;
}

/**
 * Brings the subscriptions of a connection in order, with its own credential: what is missing is created, what differs
 * repaired, and only once all that is visible, what is not wanted is removed. Called again it writes nothing; after a
 * crash anywhere it does the rest.
 */
export async function syncHooks(dependencies: Dependencies, wanted: WantedHooks): Promise<SyncedHooks> {
  const { hooks, projects, isTimeLeft, log } = dependencies;
  const [me, existing] = await Promise.all([hooks.readMyself(), hooks.list()]);
  // Of a project without Git repositories a former release may have some.
  const ids = new Set([...projects.map(({ id }) => id), ...projectsOf(existing, wanted.connectionId)]);
  const places = await readHookPlaces(hooks, [...ids]);
  const sight = { me, existing, places };
  const first = await syncPlaces(dependencies, wanted, sight);
  let { result } = first;
  if (places.mode === 'organization' && first.isSetRefused) {
    // Subscriptions for all projects are not for every service: then each project has its own.
    log.warn('Subscriptions for all projects were refused', { connectionId: wanted.connectionId, of: result.refused });
    const again = { me, existing: await hooks.list(), places: { ...places, mode: 'projects' as const } };
    const { changes } = result;
    const second = await syncPlaces({ hooks, projects, isTimeLeft }, wanted, again);
    result = { ...second.result, changes: sumOf([changes, second.result.changes]) };
  }
  log.info('Service hooks were compared', {
    connectionId: wanted.connectionId,
    mode: result.mode,
    ...result.changes,
    unchanged: result.unchanged,
    refused: result.refused.length,
  });
  return result;
}

interface Sight {
  me: { id: string; displayName: string };
  existing: readonly HookSubscription[];
  places: HookPlaces;
}

async function syncPlaces(
  { hooks, projects, isTimeLeft }: Omit<Dependencies, 'log'>,
  wanted: WantedHooks,
  { me, existing, places }: Sight,
): Promise<{ result: SyncedHooks; isSetRefused: boolean }> {
  const { connectionId } = wanted;
  const bodies = bodiesOf(wanted, projects, places);
  const planWith = (list: readonly HookSubscription[]): HookPlan =>
    planHooks({ connectionId, ownerId: me.id, existing: list, wanted: bodies, places: places.open });
  const plan = planWith(existing);
  const written = await writeHooks(hooks, plan, isTimeLeft);
  const visible = written.createdIds.length === 0 ? existing : await hooks.list();
  assertVisible(written.createdIds, visible, me);
  const refusing = new Set(written.refusals.map(({ projectId }) => projectId));
  // A set for all projects that is not whole replaces no other; elsewhere each project is by itself.
  const isGap = (each: HookSubscription): boolean => refusing.has(ALL_PROJECTS) || refusing.has(projectOf(each));
  const removals = planWith(visible).removals.filter((each) => !isGap(each));
  const removed = written.isWhole ? await removeHooks(hooks, removals, isTimeLeft) : undefined;
  const carried = [written, ...(removed ? [removed] : [])];
  const left = existing.filter((each) => isOfConnection(each, connectionId) && !places.open.has(projectOf(each)));
  const result = {
    mode: places.mode,
    changes: sumOf(carried.map(({ changes }) => changes)),
    unchanged: plan.unchanged,
    total: bodies.length,
    inPlace: plan.unchanged + written.changes.created + written.changes.repaired,
    projects: projects.length,
    refused: refusalsOf({ carried, projects, places, left, account: me.displayName }),
    hadOtherPassword: plan.repairs.some(({ faults }) => faults.includes('password')) || plan.removals.length > 0,
    isDone: carried.every(({ isWhole }) => isWhole),
  };
  // One project that refuses what it has of old is no reason to give every project a set of its own.
  return { result, isSetRefused: refusing.has(ALL_PROJECTS) };
}

function projectsOf(existing: readonly HookSubscription[], connectionId: string): string[] {
  return existing
    .filter((each) => isOfConnection(each, connectionId))
    .map(projectOf)
    .filter((id) => id !== ALL_PROJECTS);
}

function bodiesOf(
  wanted: WantedHooks,
  projects: readonly { id: string }[],
  { mode, open }: HookPlaces,
): SubscriptionBody[] {
  if (mode === 'organization') return wantedSubscriptions(wanted, ALL_PROJECTS);
  return projects.filter(({ id }) => open.has(id)).flatMap(({ id }) => wantedSubscriptions(wanted, id));
}

/** Else every run would create them all again. */
function assertVisible(
  ids: readonly string[],
  visible: readonly HookSubscription[],
  me: { displayName: string },
): void {
  const seen = new Set(visible.map(({ id }) => id));
  if (ids.every((id) => seen.has(id))) return;
  throw new Failure({
    kind: 'permissionMissing',
    message:
      `Service hook subscriptions were created, but ${me.displayName || 'the account'} does not see them: ` +
      'run portcullis hooks grant before this runs again, or they are created twice.',
    mayHaveApplied: true,
  });
}

export function sumOf(changes: readonly HookChanges[]): HookChanges {
  const total = { created: 0, repaired: 0, removed: 0 };
  for (const { created, repaired, removed } of changes) {
    total.created += created;
    total.repaired += repaired;
    total.removed += removed;
  }
  return total;
}
