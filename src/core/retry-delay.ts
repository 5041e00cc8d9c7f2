const FIRST_SECONDS = 30;
const LONGEST_SECONDS = 15 * 60;

/** Seconds until the next attempt: 30 s doubling to 15 min, or later when the service asked for more. */
export function retryDelay(attemptsMade: number, retryAfterSeconds = 0): number {
  return Math.max(retryAfterSeconds, Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.min(attemptsMade, 10)));
}
