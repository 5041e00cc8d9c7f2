import { setTimeout as delay } from 'node:timers/promises';

import { eventually, type TestEnvironment } from '../support/local-environment';

/** Evaluations of one pull request begin at least 3 s apart. */
export const SPACING_MS = 3_200;

/** Longer than any message of an event takes to follow the one before. */
const QUIET_MS = 700;

/** Waits until no message is worked on or to be worked on now; what is due later stays where it is. */
export async function queueIsQuiet(environment: TestEnvironment, seconds = 40): Promise<void> {
  let quietSince = Date.now();
  await eventually(
    async () => {
      const { active, locked } = environment.broker.queue('work');
      if (active + locked > 0) quietSince = Date.now();
      return Date.now() - quietSince;
    },
    (quiet) => quiet >= QUIET_MS,
    seconds,
  );
}

/** What is due later is due within this. */
const LEAP_SECONDS = 31;

/**
 * What is left for one pull request is due seconds apart, or 15 s and more. Due at once, one look would put off the
 * other, which then leaves more: steps as small as this keep them apart.
 */
export const STEP_SECONDS = 8;

/**
 * Has the looks taken that evaluations left for later, so that none falls into what is measured next. A pull request's
 * newest evaluation may have begun just now: it is another one that is measured next, or this waits.
 */
export async function nothingLeft(environment: TestEnvironment, stepSeconds = LEAP_SECONDS): Promise<void> {
  await queueIsQuiet(environment);
  while (environment.broker.queue('work').scheduled > 0) {
    await delay(SPACING_MS);
    await environment.control('POST', 'clock', { advanceSeconds: stepSeconds });
    await queueIsQuiet(environment);
  }
}
