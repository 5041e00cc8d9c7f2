import type { Trace } from '../app/ports';

import { serving, unseen } from './invocation';

/** Tells and counts for the invocation that is being served; outside of one, for nobody. */
export const scopedTrace: Trace = {
  context: () => {
    const served = serving.getStore();
    return served?.telemetry?.context() ?? served?.context;
  },
  span: (name, kind, attributes, work) =>
    serving.getStore()?.telemetry?.span(name, kind, attributes, work) ?? work(unseen),
  measure: (metric, value, attributes) => serving.getStore()?.telemetry?.measure(metric, value, attributes),
  spent: () => serving.getStore()?.tally.spent() ?? { requests: 0, rateLimitDelayMs: 0 },
  request: (request, send) => {
    const served = serving.getStore();
    served?.tally.request();
    return served?.telemetry?.request(request, send) ?? send(() => undefined);
  },
  pause: (wait) => {
    const served = serving.getStore();
    const measured = served?.telemetry?.pause;
    const waited = measured ? () => measured(wait) : wait;
    return served?.tally.pause(waited) ?? waited();
  },
};
