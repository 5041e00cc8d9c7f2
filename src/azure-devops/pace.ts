import type { IncomingHttpHeaders } from 'node:http';

import type { Trace } from '../app/ports';
import { Failure } from '../core/failures';

import type { RequestDescription } from './describe-request';

/** Longer pauses are not slept through: the message comes back when they are over. */
const LONGEST_SLEEP_SECONDS = 5;
/** Two clocks are compared, one of which ticks in whole milliseconds. */
const CLOCK_TOLERANCE_MS = 20;
/** A service, or a proxy in front of it, that asks for more is asked again after this. */
const LONGEST_PAUSE_SECONDS = 3_600;

export interface Pace {
  /** Notes what an answer, of whatever status, says about slowing down; returns the seconds, where it says so. */
  note(headers: IncomingHttpHeaders): number | undefined;
  /** Waits until the service wants to hear from us again. Throws `rateLimited` when that is more than 5 s away. */
  keep(request: RequestDescription): Promise<void>;
}

/**
 * Azure DevOps throttles with slow 200s that carry Retry-After, long before it answers 429: after such an answer every
 * request of the connection waits.
 */
export function createPace(now: () => Date, pause: Trace['pause'] = (wait) => wait()): Pace {
  let resumeAt = 0;
  const secondsLeft = (): number => (resumeAt - now().getTime()) / 1000;

  return {
    note(headers) {
      const seconds = wantedPause(headers, now);
      if (seconds === undefined) return undefined;
      resumeAt = Math.max(resumeAt, now().getTime() + seconds * 1000);
      return Math.ceil(seconds);
    },
    async keep(request) {
      const patience = performance.now() + LONGEST_SLEEP_SECONDS * 1000;
      for (let seconds = secondsLeft(); seconds > 0; seconds = secondsLeft()) {
        // Other answers may lengthen the pause while this one sleeps.
        if (performance.now() + seconds * 1000 > patience + CLOCK_TOLERANCE_MS) {
          throw new Failure({
            kind: 'rateLimited',
            message:
              `Portcullis did not ${request.doing} yet: ` +
              `Azure DevOps asked this account to wait ${Math.ceil(seconds)} s. It tries again then.`,
            retryAfterSeconds: Math.ceil(seconds),
          });
        }
        const milliseconds = seconds * 1000;
        await pause(() => sleep(milliseconds));
      }
    },
  };
}

/** Seconds, from Retry-After (a number or a date) or, where that is missing, from X-RateLimit-Delay. */
function wantedPause(headers: IncomingHttpHeaders, now: () => Date): number | undefined {
  const retryAfter = headers['retry-after'];
  const delay = headers['x-ratelimit-delay'];
  const seconds =
    (retryAfter === undefined ? undefined : parsePause(retryAfter, headers, now)) ??
    (typeof delay === 'string' ? parsePause(delay, headers, now) : undefined);
  return seconds === undefined || seconds <= 0 ? undefined : Math.min(seconds, LONGEST_PAUSE_SECONDS);
}

function parsePause(value: string, headers: IncomingHttpHeaders, now: () => Date): number | undefined {
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return Number(value);
  const date = Date.parse(value);
  if (Number.isNaN(date)) return undefined;
  // The service's own clock, where it tells the time: ours may differ.
  const sentAt = Date.parse(headers.date ?? '');
  return (date - (Number.isNaN(sentAt) ? now().getTime() : sentAt)) / 1000;
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
