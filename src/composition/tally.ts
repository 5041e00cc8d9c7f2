import type { Spent } from '../app/ports';

export interface Tally {
  request(): void;
  /** Time that several wait side by side counts once. */
  pause<T>(wait: () => Promise<T>): Promise<T>;
  spent(): Spent;
}

/** Counts what an invocation asks of Azure DevOps. What it shares with another one counts for the one that began it. */
export function createTally(now: () => number = () => performance.now()): Tally {
  let requests = 0;
  let waiting = 0;
  let since = 0;
  let waited = 0;
  return {
    request() {
      requests += 1;
    },
    async pause(wait) {
      if (waiting === 0) since = now();
      waiting += 1;
      try {
        return await wait();
      } finally {
        waiting -= 1;
        if (waiting === 0) waited += now() - since;
      }
    },
    spent: () => ({ requests, rateLimitDelayMs: Math.round(waited) }),
  };
}
