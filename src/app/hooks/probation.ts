import type { HookSubscription } from '../ports';

/** After a failure that was no passing one, the one notification is tried again after these minutes, 36 hours in all. */
const RETRY_AFTER_MINUTES = [20, 40, 80, 160, 320, 640, 900];

export interface Probation {
  /** How often it was tried again in vain; after seven times the service disables the subscription. */
  retries: number;
  /** Since when about; null until the first retry, within 20 minutes. */
  since: Date | null;
  nextRetryAt: Date | null;
}

/** Where a subscription on probation stands, reckoned from what the service tells: how often, and when last. */
export function probationOf({ probation: { retries, lastRetryAt } }: Pick<HookSubscription, 'probation'>): Probation {
  if (lastRetryAt === null || retries === 0) return { retries, since: null, nextRetryAt: null };
  const passed = RETRY_AFTER_MINUTES.slice(0, retries).reduce((sum, minutes) => sum + minutes, 0);
  const next = RETRY_AFTER_MINUTES[retries];
  return {
    retries,
    since: new Date(lastRetryAt.getTime() - passed * 60_000),
    nextRetryAt: next === undefined ? null : new Date(lastRetryAt.getTime() + next * 60_000),
  };
}
