import type { Log } from '../app/ports';

import { serving, withInvocation } from './invocation';

/** The log of the invocation that is being served. */
export const scopedLog: Log = {
  debug: (message, fields) => serving.getStore()?.log.debug(message, fields),
  info: (message, fields) => serving.getStore()?.log.info(message, fields),
  warn: (message, fields) => serving.getStore()?.log.warn(message, fields),
  error: (message, fields) => serving.getStore()?.log.error(message, fields),
};

export function withLog<T>(log: Log, work: () => T): T {
  return withInvocation({ log }, work);
}
