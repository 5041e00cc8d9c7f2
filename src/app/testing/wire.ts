import type { TestClock } from './test-clock';

/** The process died: whatever it had not asked for by then never happens. */
export class Crash extends Error {
  constructor() {
    super('The process died.');
    this.name = 'Crash';
  }
}

/** Which calls an intervention is for: the n-th from now on (from 1), or those of an operation such as `postStatus`. */
export type Which = number | string;
export type When = 'before' | 'after';

/**
 * What all fakes are reached through. Every call takes some milliseconds, and can be made to fail, before or after it took
 * effect; to kill the process; or to have something else happen at that moment.
 */
export interface Wire {
  call<T>(operation: string, act: () => T): Promise<T>;
  /** Throws `error` instead of an answer; with `after`, the call has taken effect although nobody is told. */
  fail(which: Which, when: When, error: Error, times?: number): void;
  crash(which: Which, when: When): void;
  /** Something happens elsewhere just before the call takes effect. */
  meanwhile(which: Which, act: () => void): void;
  /** The call is under way, and takes effect only after what `act` does elsewhere has ended. */
  stall(which: Which, act: () => Promise<void>): void;
  /** Calls off everything that was arranged. */
  heal(): void;
  /** Whether the process died; what it does from then on reaches nobody. */
  readonly isDead: boolean;
  /** A new process takes over after a crash. */
  restart(): void;
  /** Every call that took effect, in order. */
  readonly calls: readonly string[];
  /** Every call that was tried, in order. */
  readonly attempts: readonly string[];
  /** Forgets the calls so far. */
  clearCalls(): void;
}

interface Intervention {
  which: Which;
  when: When;
  act: () => void;
  times: number;
}

/** What a call over the network takes, in seconds. */
const LATENCY = 0.005;

export function createWire(clock: TestClock): Wire {
  let isDead = false;
  let attempted = 0;
  let attempts: string[] = [];
  let calls: string[] = [];
  let interventions: Intervention[] = [];
  let stalls: { which: Which; act: () => Promise<void> }[] = [];

  const intervene = (operation: string, number: number, when: When): void => {
    const due = interventions.filter(
      (candidate) => candidate.when === when && (candidate.which === operation || candidate.which === number),
    );
    for (const intervention of due) {
      intervention.times -= 1;
      if (intervention.times === 0) interventions = interventions.filter((other) => other !== intervention);
      intervention.act();
    }
  };
  const arrange = (which: Which, when: When, act: () => void, times = 1): void => {
    interventions.push({ which: typeof which === 'number' ? attempted + which : which, when, act, times });
  };

  return {
    call: async (operation, act) => {
      attempted += 1;
      attempts.push(operation);
      const number = attempted;
      if (isDead) throw new Crash();
      clock.advance(LATENCY);
      intervene(operation, number, 'before');
      const stalled = stalls.find(({ which }) => which === operation || which === number);
      stalls = stalls.filter((other) => other !== stalled);
      await stalled?.act();
      const answer = act();
      calls.push(operation);
      intervene(operation, number, 'after');
      return answer;
    },
    fail: (which, when, error, times) => {
      arrange(
        which,
        when,
        () => {
          throw error;
        },
        times,
      );
    },
    crash: (which, when) => {
      arrange(which, when, () => {
        isDead = true;
        throw new Crash();
      });
    },
    meanwhile: (which, act) => {
      arrange(which, 'before', act);
    },
    stall: (which, act) => {
      stalls.push({ which: typeof which === 'number' ? attempted + which : which, act });
    },
    heal: () => {
      interventions = [];
      stalls = [];
    },
    restart: () => {
      isDead = false;
    },
    get isDead() {
      return isDead;
    },
    get calls() {
      return calls;
    },
    get attempts() {
      return attempts;
    },
    clearCalls: () => {
      calls = [];
      attempts = [];
    },
  };
}
