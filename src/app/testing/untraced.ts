import type { Trace } from '../ports';

/** Nobody counts, and nobody is told. */
export const untraced: Trace = {
  context: () => undefined,
  span: (_name, _kind, _attributes, work) => work({ set: () => undefined }),
  measure: () => undefined,
  spent: () => ({ requests: 0, rateLimitDelayMs: 0 }),
  request: (_request, send) => send(() => undefined),
  pause: (wait) => wait(),
};
