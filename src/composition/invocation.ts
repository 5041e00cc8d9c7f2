import { AsyncLocalStorage } from 'node:async_hooks';

import type { Log } from '../app/ports';

import { createTally, type Tally } from './tally';

/** What the platform gives to a function that it calls. */
export interface Invocation {
  log: Log;
}

/** Adapters live as long as the process, invocations do not: what is logged and counted goes to whoever is being served. */
export const serving = new AsyncLocalStorage<Invocation & { tally: Tally }>();

export function withInvocation<T>(invocation: Invocation, work: () => T): T {
  return serving.run({ ...invocation, tally: createTally() }, work);
}
