import { Failure, isTransient } from '../../core/failures';
import { createSlots } from '../../core/slots';
import type { HookSubscription, ServiceHooks, SubscriptionBody } from '../ports';

import type { HookPlan } from './plan-hooks';
import { projectOf } from './wanted-hooks';

/** At once: many subscriptions are written in little time, and the rate limit is left to the hooks. */
const AT_ONCE = 4;

export interface HookChanges {
  created: number;
  repaired: number;
  removed: number;
}

/** What came of a plan, as far as it was carried out. */
export interface Carried {
  changes: HookChanges;
  /** What could not be written, and where: a project's id, or `ALL_PROJECTS`. */
  refusals: { projectId: string; failure: Failure }[];
  createdIds: string[];
  /** False when time ran out. */
  isWhole: boolean;
}

interface Task {
  projectId: string;
  act: () => Promise<void>;
}

/**
 * The creations and repairs of a plan, as far as time allows. What a project refuses is noted, and the others go on; what
 * concerns the whole connection, a refused credential or a service that is down, is thrown.
 */
export async function writeHooks(hooks: ServiceHooks, plan: HookPlan, isTimeLeft: () => boolean): Promise<Carried> {
  const carried = nothingYet();
  const create = async (body: SubscriptionBody): Promise<void> => {
    carried.createdIds.push((await hooks.create(body)).id);
    carried.changes.created += 1;
  };
  const repair = async (existing: HookSubscription, body: SubscriptionBody): Promise<void> => {
    const written = await updated(hooks, existing.id, body);
    if (written && isWorking(written)) {
      carried.changes.repaired += 1;
      return;
    }
    // Deleted meanwhile, or what the service does not enable any more.
    await create(body);
    if (!written) return;
    await hooks.remove(existing.id);
    carried.changes.removed += 1;
  };
  const tasks = [
    ...plan.creates.map((body) => ({ projectId: projectOf(body), act: () => create(body) })),
    ...plan.repairs.map(({ existing, body }) => ({ projectId: projectOf(body), act: () => repair(existing, body) })),
  ];
  await carryOut(tasks, carried, isTimeLeft);
  return carried;
}

/** Removes subscriptions, as far as time allows. */
export async function removeHooks(
  hooks: ServiceHooks,
  removals: readonly HookSubscription[],
  isTimeLeft: () => boolean,
): Promise<Carried> {
  const carried = nothingYet();
  const remove = async ({ id }: HookSubscription): Promise<void> => {
    await hooks.remove(id);
    carried.changes.removed += 1;
  };
  const tasks = removals.map((each) => ({ projectId: projectOf(each), act: () => remove(each) }));
  await carryOut(tasks, carried, isTimeLeft);
  return carried;
}

async function carryOut(tasks: readonly Task[], carried: Carried, isTimeLeft: () => boolean): Promise<void> {
  const slots = createSlots(AT_ONCE);
  const broken: unknown[] = [];
  const carryOutOne = async ({ projectId, act }: Task): Promise<void> => {
    if (broken.length > 0) return;
    if (!isTimeLeft()) {
      carried.isWhole = false;
      return;
    }
    try {
      await act();
    } catch (error) {
      if (error instanceof Failure && concernsProject(error)) carried.refusals.push({ projectId, failure: error });
      else broken.push(error);
    }
  };
  await Promise.all(tasks.map((task) => slots.run(() => carryOutOne(task))));
  // Only now: nothing that was begun goes on unseen.
  if (broken.length > 0) throw broken[0];
}

function concernsProject(failure: Failure): boolean {
  return !isTransient(failure) && failure.kind !== 'credentialRefused';
}

async function updated(hooks: ServiceHooks, id: string, body: SubscriptionBody): Promise<HookSubscription | undefined> {
  try {
    return await hooks.update(id, body);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'notFound') return undefined;
    throw error;
  }
}

function isWorking({ status }: HookSubscription): boolean {
  return ['', 'enabled', 'onprobation'].includes(status.toLowerCase());
}

function nothingYet(): Carried {
  return { changes: { created: 0, repaired: 0, removed: 0 }, refusals: [], createdIds: [], isWhole: true };
}
