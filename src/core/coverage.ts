/**
 * The coverage rule: whether a message needs an evaluation of its own.
 *
 * Times are those of Azure's own clocks: the broker's `enqueuedTimeUtc` and the intent row's `Timestamp`. The margin
 * bears their difference, and the seconds in which Azure DevOps may still answer with what was true before.
 */
export const MARGIN_SECONDS = 15;

/** Evaluations of one pull request begin at least this far apart. */
export const SPACING_SECONDS = 3;

export type Coverage =
  /** What the message tells of was certainly seen: nothing to do. */
  | 'covered'
  /** It was probably seen: one more look later, shared with the other messages of these seconds. */
  | 'settling'
  /** Nobody has looked since. */
  | 'uncovered';

/** `beganAt` is the intent's `Timestamp` of the newest evaluation that is done. */
export function coverageOf(enqueuedAt: Date, beganAt: Date | undefined): Coverage {
  if (beganAt === undefined || enqueuedAt.getTime() > beganAt.getTime()) return 'uncovered';
  return beganAt.getTime() - enqueuedAt.getTime() >= MARGIN_SECONDS * 1_000 ? 'covered' : 'settling';
}

/** The first full 15 s of the clock that is at least 15 s after a message was enqueued. */
export function settlingTime(enqueuedAt: Date): Date {
  const step = MARGIN_SECONDS * 1_000;
  return new Date(Math.ceil((enqueuedAt.getTime() + step) / step) * step);
}

/** Seconds that an evaluation must wait because another one began just before; 0 when it may begin. */
export function spacingLeft(beganAt: Date, previousBeganAt: Date | undefined): number {
  if (previousBeganAt === undefined) return 0;
  const apart = beganAt.getTime() - previousBeganAt.getTime();
  return Math.max(0, SPACING_SECONDS - apart / 1_000);
}
