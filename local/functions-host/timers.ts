import type { LocalClock } from '../clock';
import { parseNcrontab } from './ncrontab';

export interface TimerOptions {
  functionName: string;
  /** Six fields, seconds first. */
  schedule: string;
  runOnStartup: boolean;
  clock: LocalClock;
  /** Runs the function with the trigger's value in JSON. */
  invoke: (input: string) => Promise<void>;
}

export interface Timer {
  /** Runs it now; rejects with the function's error. Runs of one timer never overlap: it waits for the one under way. */
  run(): Promise<void>;
  stop(): void;
}

/** A timer function's schedule on the local clock. Throws a sentence when the schedule is not valid. */
export function startTimer(options: TimerOptions): Timer {
  const { clock } = options;
  const schedule = parseNcrontab(options.schedule);
  let cancel: () => void = () => undefined;
  let stopped = false;
  let last = 0;
  let running: Promise<void> = Promise.resolve();

  const timeOf = (milliseconds: number | undefined): string => new Date(milliseconds ?? 0).toISOString();

  const runAt = async (due: number | undefined): Promise<void> => {
    const now = clock.now();
    const input = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: { Last: timeOf(last), Next: timeOf(schedule.next(now)), LastUpdated: timeOf(last) },
      IsPastDue: due !== undefined && now - due > 1_000,
    };
    last = now;
    await options.invoke(JSON.stringify(input));
  };
  const run = (due?: number): Promise<void> => {
    const next = running.then(() => (stopped ? undefined : runAt(due)));
    running = next.catch(() => undefined);
    return next;
  };
  const arm = (): void => {
    const due = stopped ? undefined : schedule.next(clock.now());
    if (due === undefined) return;
    // The next one is armed after the run: what fell due meanwhile is skipped, as the clock jumps by hours in tests.
    cancel = clock.at(due, () => void run(due).then(arm, arm));
  };

  arm();
  // Its failure is in the log already, as every function's is.
  if (options.runOnStartup) run().catch(() => undefined);
  return {
    run: () => run(),
    stop() {
      stopped = true;
      cancel();
    },
  };
}
