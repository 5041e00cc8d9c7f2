import type { InvocationContext } from '@azure/functions';

import type { Log } from '../app/ports';
import type { Invocation } from '../composition/invocation';
import { traceContextOf } from '../core/trace-context';

/** Structured entries in the invocation's own log: one line of JSON each, which Application Insights can query. */
function invocationLog(context: InvocationContext): Log {
  const line = (message: string, fields: Record<string, unknown> = {}): string =>
    JSON.stringify({ message, ...fields });
  return {
    debug: (message, fields) => context.debug(line(message, fields)),
    info: (message, fields) => context.info(line(message, fields)),
    warn: (message, fields) => context.warn(line(message, fields)),
    error: (message, fields) => context.error(line(message, fields)),
  };
}

/** What the platform says of an invocation, with the place in its own trace. */
export function invocationOf(context: InvocationContext): Invocation {
  const { traceParent, traceState } = context.traceContext ?? {};
  return { log: invocationLog(context), context: traceContextOf(traceParent, traceState) };
}
