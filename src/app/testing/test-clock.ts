import type { Clock } from '../ports';

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  advance(seconds: number): void;
  /** Moves on to a time, unless it is past already. */
  advanceTo(time: Date): void;
  /** Whoever sleeps moves the clock: nobody waits in a test. */
  sleep(seconds: number): Promise<void>;
  /** How long each sleep was, in seconds. */
  readonly slept: readonly number[];
}

export function createTestClock(start = new Date('2026-10-01T12:00:00Z')): TestClock {
  let now = start.getTime();
  const slept: number[] = [];
  const advance = (seconds: number): void => {
    now += seconds * 1_000;
  };
  return {
    now: () => new Date(now),
    advance,
    advanceTo: (time) => {
      now = Math.max(now, time.getTime());
    },
    sleep: async (seconds) => {
      slept.push(seconds);
      advance(seconds);
    },
    slept,
  };
}
