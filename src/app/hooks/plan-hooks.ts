import type { HookSubscription, SubscriptionBody } from '../ports';

import { faultsOf, type HookFault } from './hook-faults';
import { isOfConnection, projectOf } from './wanted-hooks';

export interface HookPlan {
  /** First, so that a subscription that is replaced leaves no gap. */
  creates: SubscriptionBody[];
  repairs: { existing: HookSubscription; body: SubscriptionBody; faults: HookFault[] }[];
  /** Last. Until then an event may come twice, which is folded. */
  removals: HookSubscription[];
  unchanged: number;
}

export interface HooksToPlan {
  connectionId: string;
  /** The account that subscriptions belong to. */
  ownerId: string;
  existing: readonly HookSubscription[];
  wanted: readonly SubscriptionBody[];
  /** Projects, and `ALL_PROJECTS`, in which the account may view and edit subscriptions; elsewhere nothing is touched. */
  places: ReadonlySet<string>;
}

/**
 * The difference between the subscriptions that are there and those that are wanted. One of another account is replaced
 * by our own; of doubles the best stays; what is not wanted, an event or a project, goes. Run after it was carried out, it
 * finds nothing to do.
 */
export function planHooks({ connectionId, ownerId, existing, wanted, places }: HooksToPlan): HookPlan {
  const plan: HookPlan = { creates: [], repairs: [], removals: [], unchanged: 0 };
  const ours = existing.filter((each) => isOfConnection(each, connectionId) && places.has(projectOf(each)));
  const kept = new Set<HookSubscription>();
  for (const body of wanted) {
    const candidates = ours
      .filter((each) => each.eventType === body.eventType && projectOf(each) === projectOf(body))
      .map((each) => ({ existing: each, faults: faultsOf(each, body, ownerId) }))
      .filter(({ faults }) => !faults.includes('otherOwner'))
      .sort((a, b) => a.faults.length - b.faults.length || (a.existing.id < b.existing.id ? -1 : 1));
    const [best] = candidates;
    if (best === undefined) {
      plan.creates.push(body);
      continue;
    }
    kept.add(best.existing);
    if (best.faults.length === 0) plan.unchanged += 1;
    else plan.repairs.push({ ...best, body });
  }
  plan.removals = ours.filter((each) => !kept.has(each));
  return plan;
}
