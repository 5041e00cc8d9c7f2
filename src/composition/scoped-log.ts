import { AsyncLocalStorage } from 'node:async_hooks';

import type { Log } from '../app/ports';

const current = new AsyncLocalStorage<Log>();

/** Adapters live as long as the process, logs as long as an invocation: what is logged goes to whoever is being served. */
export const scopedLog: Log = {
  info: (message, fields) => current.getStore()?.info(message, fields),
  warn: (message, fields) => current.getStore()?.warn(message, fields),
  error: (message, fields) => current.getStore()?.error(message, fields),
};

export function withLog<T>(log: Log, work: () => T): T {
  return current.run(log, work);
}
