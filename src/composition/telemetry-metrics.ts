import type { Meter } from '@opentelemetry/api';

import type { Telemetry } from './telemetry';

/** Of a verdict: from a second, which is quick, to the quarter of an hour that a retry may be away. */
const VERDICT_SECONDS = [0.5, 1, 2, 3, 5, 7.5, 10, 15, 30, 60, 120, 300, 900];
const DELAY_SECONDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60];

/** What is counted and timed; the attributes of each have few values. */
export function createMetrics(meter: Meter): {
  measure: Telemetry['measure'];
  /** A request ended; 0: without an answer. */
  requested: (status: number) => void;
  delayed: (seconds: number) => void;
} {
  const toVerdict = meter.createHistogram('portcullis.hook_to_verdict', {
    unit: 's',
    description: 'From the arrival of a service hook to the end of the evaluation that it led to.',
    advice: { explicitBucketBoundaries: VERDICT_SECONDS },
  });
  const verdicts = meter.createCounter('portcullis.verdicts', { description: 'Judged pull requests, by verdict.' });
  const queueAge = meter.createGauge('portcullis.queue.age', {
    unit: 's',
    description: 'How long the oldest message has been waiting in the queue.',
  });
  const requests = meter.createCounter('portcullis.azure_devops.requests', {
    description: 'Requests to Azure DevOps, repeated ones too.',
  });
  const delay = meter.createHistogram('portcullis.azure_devops.rate_limit_delay', {
    unit: 's',
    description: 'How long requests were held back because Azure DevOps asked for it.',
    advice: { explicitBucketBoundaries: DELAY_SECONDS },
  });
  return {
    measure(metric, value, attributes = {}) {
      switch (metric) {
        case 'portcullis.hook_to_verdict':
          toVerdict.record(value, attributes);
          return;
        case 'portcullis.verdicts':
          verdicts.add(value, attributes);
          return;
        case 'portcullis.queue.age':
          queueAge.record(value, attributes);
          return;
      }
    },
    requested: (status) => requests.add(1, { 'http.response.status_code': status }),
    delayed: (seconds) => delay.record(seconds),
  };
}
