import type { Trace } from '../app/ports';

import { serving } from './invocation';

/** Counts for the invocation that is being served; outside of one, for nobody. */
export const scopedTrace: Trace = {
  spent: () => serving.getStore()?.tally.spent() ?? { requests: 0, rateLimitDelayMs: 0 },
  request: (_request, send) => {
    serving.getStore()?.tally.request();
    return send(() => undefined);
  },
  pause: (wait) => serving.getStore()?.tally.pause(wait) ?? wait(),
};
