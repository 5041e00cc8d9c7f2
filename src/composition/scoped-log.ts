import type { Log } from '../app/ports';

import { serving, withInvocation, type Invocation, type Shown } from './invocation';

/** The log of the invocation that is being served. */
export const scopedLog: Log = {
  debug: (message, fields) => serving.getStore()?.log.debug(message, fields),
  info: (message, fields) => serving.getStore()?.log.info(message, fields),
  warn: (message, fields) => serving.getStore()?.log.warn(message, fields),
  error: (message, fields) => serving.getStore()?.log.error(message, fields),
};

/** Serves what no trace shows by more than a name. */
export function withLog<T>(served: Log | Invocation, work: () => Promise<T>, name = 'work'): Promise<T> {
  const invocation = 'log' in served ? served : { log: served };
  const shown: Shown = { name, kind: 'internal', attributes: {} };
  return withInvocation(invocation, shown, work);
}
