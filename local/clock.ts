/**
 * The local environment's one clock: real time plus an offset that `POST /_simulator/clock` moves forward.
 *
 * The simulator, the broker's scheduling and locks, and the host's timers run on it. What Azure stamps by its own
 * clocks (a message's `enqueuedTimeUtc`, a table row's `Timestamp`) stays real.
 */
export interface LocalClock {
  /** The shifted time, in milliseconds since the epoch. */
  now(): number;
  /** How far the clock runs ahead of real time, in milliseconds. */
  offset(): number;
  /** Moves the clock forward; due timers fire before this returns. */
  advance(milliseconds: number): void;
  /** Calls back once when the clock reaches `at` (milliseconds since the epoch); returns a cancel function. */
  at(at: number, callback: () => void): () => void;
  /** Tells of each advance, after due timers have fired; returns an unsubscribe function. */
  onAdvance(listener: (offset: number) => void): () => void;
}

/** A timer further away than this is armed again when it fires: setTimeout takes 32 bits. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export function createLocalClock(initialOffset = 0): LocalClock {
  let offset = initialOffset;
  const timers = new Set<{ at: number; callback: () => void; handle: NodeJS.Timeout | undefined }>();
  const listeners = new Set<(offset: number) => void>();

  const now = (): number => Date.now() + offset;

  const arm = (timer: { at: number; callback: () => void; handle: NodeJS.Timeout | undefined }): void => {
    clearTimeout(timer.handle);
    const wait = Math.max(0, timer.at - now());
    timer.handle = setTimeout(
      () => {
        if (timer.at > now()) arm(timer);
        else if (timers.delete(timer)) timer.callback();
      },
      Math.min(wait, LONGEST_TIMEOUT),
    );
    timer.handle.unref();
  };

  return {
    now,
    offset: () => offset,
    advance(milliseconds) {
      offset += milliseconds;
      for (const timer of [...timers].sort((a, b) => a.at - b.at)) {
        if (timer.at > now()) arm(timer);
        else if (timers.delete(timer)) {
          clearTimeout(timer.handle);
          timer.callback();
        }
      }
      for (const listener of listeners) listener(offset);
    },
    at(at, callback) {
      const timer = { at, callback, handle: undefined };
      timers.add(timer);
      arm(timer);
      return () => {
        if (timers.delete(timer)) clearTimeout(timer.handle);
      };
    },
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
