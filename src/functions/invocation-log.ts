import type { InvocationContext } from '@azure/functions';

import type { Log } from '../app/ports';

/** Structured entries in the invocation's own log: one line of JSON each, which Application Insights can query. */
export function invocationLog(context: InvocationContext): Log {
  const line = (message: string, fields: Record<string, unknown> = {}): string =>
    JSON.stringify({ message, ...fields });
  return {
    debug: (message, fields) => context.debug(line(message, fields)),
    info: (message, fields) => context.info(line(message, fields)),
    warn: (message, fields) => context.warn(line(message, fields)),
    error: (message, fields) => context.error(line(message, fields)),
  };
}
