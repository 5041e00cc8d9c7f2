import { setTimeout as delay } from 'node:timers/promises';
import type { HostMessage } from './protocol';
import type { LogEntry, WorkerChild } from './worker-child';

export interface SupervisedWorkerOptions {
  name: string;
  functions: string[];
  /** Starts a process; called again each time one ends unasked. */
  startChild: () => WorkerChild;
  /** A process that has already loaded the app. */
  first?: WorkerChild;
  onLog: (entry: LogEntry) => void;
}

/** A worker that comes back when its process dies, as in Azure. */
export interface SupervisedWorker {
  name: string;
  functions: string[];
  /** Undefined while it is starting. */
  pid(): number | undefined;
  /** Resolves when it first serves; rejects with the app's error when it does not get that far. */
  started: Promise<void>;
  /** The port of its HTTP listener as soon as it serves; undefined when it does not within that time. */
  httpPort(withinMilliseconds: number): Promise<number | undefined>;
  invoke(functionName: string, input: string): Promise<void>;
  send(message: HostMessage): void;
  /** Ends its process; resolves when it is dead. Another one starts by itself. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Lets it finish what it does, for ten seconds at most, and ends it for good. */
  stop(): Promise<void>;
}

const SHORTEST_BACK_OFF = 100;
const LONGEST_BACK_OFF = 10_000;
/** One that has lived so long is started again at once when it dies. */
const STABLE_MILLISECONDS = 10_000;
const LONGEST_STOP = 10_000;

interface Serving {
  child: WorkerChild;
  httpPort: number | undefined;
}

export function superviseWorker(options: SupervisedWorkerOptions): SupervisedWorker {
  const { name, functions, onLog } = options;
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let child: WorkerChild | undefined;
  let serving: Serving | undefined;
  let waiting: (() => void)[] = [];
  const started = Promise.withResolvers<undefined>();
  started.promise.catch(() => undefined);

  const bringUp = async (next: WorkerChild): Promise<void> => {
    await next.registered;
    const { httpPort } = await next.serve(functions);
    serving = { child: next, httpPort };
    started.resolve(undefined);
    for (const resume of waiting) resume();
    waiting = [];
  };

  const live = async (): Promise<void> => {
    let backOff = SHORTEST_BACK_OFF;
    let next = options.first;
    while (!isStopping()) {
      const startedAt = performance.now();
      child = next ?? options.startChild();
      next = undefined;
      const current = child;
      bringUp(current).catch((error: unknown) => {
        if (isStopping()) return;
        started.reject(error instanceof Error ? error : new Error(String(error)));
        onLog({ level: 'error', message: `The worker did not start: ${String(error)}`, worker: name });
        current.kill('SIGKILL');
      });
      const how = await current.exited;
      serving = undefined;
      child = undefined;
      if (isStopping()) return;
      if (performance.now() - startedAt > STABLE_MILLISECONDS) backOff = SHORTEST_BACK_OFF;
      onLog({ level: 'warning', message: `The worker ended (${how}); it is started again.`, worker: name });
      await delay(backOff, undefined, { signal: stopping.signal }).catch(() => undefined);
      backOff = Math.min(LONGEST_BACK_OFF, backOff * 2);
    }
  };
  const lived = live();

  const untilServing = async (withinMilliseconds: number): Promise<Serving | undefined> => {
    if (serving !== undefined || withinMilliseconds <= 0) return serving;
    const given = new AbortController();
    const signal = AbortSignal.any([given.signal, stopping.signal]);
    await Promise.race([
      new Promise<void>((resolve) => waiting.push(resolve)),
      delay(withinMilliseconds, undefined, { signal }).catch(() => undefined),
    ]);
    given.abort();
    return serving;
  };

  return {
    name,
    functions,
    pid: () => serving?.child.pid,
    started: started.promise.then(() => undefined),
    httpPort: async (withinMilliseconds) => (await untilServing(withinMilliseconds))?.httpPort,
    async invoke(functionName, input) {
      const ready = await untilServing(LONGEST_STOP);
      if (ready === undefined) throw new Error(`The worker '${name}' is not running.`);
      await ready.child.invoke(functionName, input);
    },
    send: (message) => child?.send(message),
    async kill(signal) {
      const current = child;
      current?.kill(signal);
      await current?.exited;
    },
    async stop() {
      stopping.abort();
      const current = child;
      current?.send({ kind: 'terminate' });
      const given = new AbortController();
      const overdue = delay(LONGEST_STOP, undefined, { signal: given.signal }).then(
        () => current?.kill('SIGKILL'),
        () => undefined,
      );
      await current?.exited;
      given.abort();
      await overdue;
      await lived;
    },
  };
}
