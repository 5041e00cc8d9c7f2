import type { ServerResponse } from 'node:http';
import type { LocalClock } from '../clock';
import { describeFunctions, routesOf, textOf, type FunctionDescription } from './describe-functions';
import { startHttpFront, type HttpFront } from './http-front';
import { readApp } from './read-app';
import { createRouter } from './routes';
import { superviseWorker, type SupervisedWorker } from './supervise-worker';
import { startTimer, type Timer } from './timers';
import { startWorkerChild, type LogEntry, type WorkerChild } from './worker-child';
import { prepareWorkerEntry } from './worker-entry';

export type { FunctionDescription } from './describe-functions';
export type { LogEntry } from './worker-child';

export interface FunctionsHostOptions {
  /** The folder with host.json and package.json, whose `main` is loaded with the genuine `@azure/functions`. */
  appDirectory: string;
  /** App settings: the workers' environment. */
  settings: Record<string, string>;
  /** Of the HTTP front; 0 or absent: a free one. */
  port?: number;
  /** Timers run on it, and the workers' `Date` follows it. */
  clock: LocalClock;
  /**
   * `separate-processes` (the default) as Flex Consumption does it: HTTP functions together in one worker, every other
   * function in a worker of its own. `one-process`: one worker for all.
   */
  isolation?: 'one-process' | 'separate-processes';
  onLog?: (entry: LogEntry) => void;
  /** The bundled worker-process; by default the one beside this file, or one bundled for the occasion. */
  workerEntry?: string;
}

export interface FunctionsHost {
  url: string;
  /** As the app registered them, except those that a setting `AzureWebJobs.<name>.Disabled` switches off. */
  functions: FunctionDescription[];
  /** Those serving now. */
  readonly workers: { name: string; pid: number; functions: string[] }[];
  /** Resolves when its process is dead; the host starts another by itself. SIGKILL by default. */
  killWorker(name: string, signal?: NodeJS.Signals): Promise<void>;
  /** Runs a timer function now; rejects with the function's error. */
  invokeTimer(functionName: string): Promise<void>;
  stop(): Promise<void>;
}

interface Group {
  name: string;
  functions: string[];
}

function groupFunctions(functions: FunctionDescription[], isolation: FunctionsHostOptions['isolation']): Group[] {
  if (isolation === 'one-process') return [{ name: 'app', functions: functions.map(({ name }) => name) }];
  const isHttp = ({ trigger }: FunctionDescription): boolean => trigger.type === 'httpTrigger';
  const http = functions.filter(isHttp).map(({ name }) => name);
  const others = functions.filter((one) => !isHttp(one)).map(({ name }): Group => ({ name, functions: [name] }));
  return http.length === 0 ? others : [{ name: 'http', functions: http }, ...others];
}

const isDisabled = (name: string, settings: Record<string, string>): boolean =>
  /^(?:true|1)$/i.test(settings[`AzureWebJobs.${name}.Disabled`] ?? '');

function answerJson(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

/**
 * Starts a stand-in for the Azure Functions host: HTTP front, Service Bus triggers and timers, over worker processes
 * that load the app. Rejects with a sentence when the app does not load or a binding cannot be resolved.
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { clock, settings } = options;
  const onLog = options.onLog ?? (() => undefined);
  const app = readApp(options.appDirectory, settings);
  const entry = await prepareWorkerEntry(options.workerEntry);

  const startChild = (name: string): WorkerChild =>
    startWorkerChild({
      name,
      entry: entry.path,
      settings,
      onLog,
      start: {
        kind: 'start',
        appDirectory: app.directory,
        main: app.main,
        isModule: app.isModule,
        clockOffset: clock.offset(),
        routePrefix: app.routePrefix,
        logLevels: app.logLevels,
        serviceBus: app.serviceBus,
      },
    });

  const workers: SupervisedWorker[] = [];
  const timers = new Map<string, Timer>();
  let front: HttpFront | undefined;
  const forgetClock = clock.onAdvance((offset) => {
    for (const worker of workers) worker.send({ kind: 'clock', offset });
  });
  const stop = async (): Promise<void> => {
    forgetClock();
    for (const timer of timers.values()) timer.stop();
    // First what has been taken in is answered: a request that finds no worker any more would be a 500.
    await front?.stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await entry.dispose();
  };

  const invokeTimer = async (functionName: string): Promise<void> => {
    const timer = timers.get(functionName);
    if (timer === undefined) throw new Error(`There is no timer function '${functionName}'.`);
    await timer.run();
  };

  // The first process tells what there is, and becomes the worker of this name.
  const firstName = options.isolation === 'one-process' ? 'app' : 'http';
  const first = startChild(firstName);
  let functions: FunctionDescription[];
  try {
    const registered = await first.registered.catch((error: unknown) => {
      throw new Error(`The app did not load: ${error instanceof Error ? error.message : String(error)}`);
    });
    functions = describeFunctions(registered, settings, app.routePrefix).filter(
      ({ name }) => !isDisabled(name, settings),
    );
  } catch (error) {
    first.kill('SIGKILL');
    await first.exited;
    await stop();
    throw error;
  }

  try {
    const groups = groupFunctions(functions, options.isolation);
    for (const group of groups) {
      const worker = superviseWorker({
        ...group,
        startChild: () => startChild(group.name),
        onLog,
        ...(group.name === firstName ? { first } : {}),
      });
      workers.push(worker);
    }
    if (!groups.some(({ name }) => name === firstName)) first.kill('SIGKILL');
    await Promise.all(workers.map((worker) => worker.started));

    const workerOf = (name: string): SupervisedWorker | undefined =>
      workers.find((worker) => worker.functions.includes(name));
    for (const { name, trigger } of functions) {
      if (trigger.type !== 'timerTrigger') continue;
      const timer = startTimer({
        functionName: name,
        schedule: textOf(trigger, 'schedule') ?? '',
        runOnStartup: trigger['runOnStartup'] === true,
        clock,
        invoke: (input) => workerOf(name)?.invoke(name, input) ?? Promise.resolve(),
      });
      timers.set(name, timer);
    }

    const router = createRouter(routesOf(functions));
    const httpWorker = workers.find((worker) =>
      functions.some((one) => one.route !== undefined && worker.functions.includes(one.name)),
    );
    front = await startHttpFront({
      port: options.port ?? 0,
      matches: (method, path) => router(method, path) !== undefined,
      workerPort: async (within) => httpWorker?.httpPort(within),
      answerItself(method, path, response) {
        const [admin, kind, name = ''] = path.split('/').filter((part) => part !== '');
        if (admin !== 'admin') return false;
        if (kind === 'host' && name === 'status' && method === 'GET') answerJson(response, 200, { state: 'Running' });
        else if (kind === 'functions' && name === '' && method === 'GET') answerJson(response, 200, functions);
        else if (kind === 'functions' && method === 'POST' && timers.has(name)) {
          invokeTimer(name).catch(() => undefined);
          response.writeHead(202, { 'Content-Length': 0 }).end();
        } else response.writeHead(404, { 'Content-Length': 0 }).end();
        return true;
      },
    });
  } catch (error) {
    await stop();
    throw error;
  }

  let stopped: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${front.port}`,
    functions,
    get workers() {
      return workers.flatMap((worker) => {
        const pid = worker.pid();
        return pid === undefined ? [] : [{ name: worker.name, pid, functions: worker.functions }];
      });
    },
    async killWorker(name, signal = 'SIGKILL') {
      const worker = workers.find((one) => one.name === name);
      if (worker === undefined) throw new Error(`There is no worker '${name}'.`);
      await worker.kill(signal);
    },
    invokeTimer,
    stop: () => (stopped ??= stop()),
  };
}
