/** The entry of a worker process: loads the app, tells what it registered, and serves the functions it is given. */
import { setTimeout as delay } from 'node:timers/promises';
import { installCoreModule, type Core } from './core-module';
import { describeFunctions, routesOf, type FunctionDescription } from './describe-functions';
import { startHttpListener } from './http-listener';
import { createInvoke, type Invoke } from './invoke';
import { loadApp, type LoadedApp } from './load-app';
import { hostMessage, sendToHost, type StartMessage } from './protocol';
import { shiftDate } from './shifted-date';
import { createLogFilter } from './worker-log';

interface Running {
  core: Core;
  app: LoadedApp;
  start: StartMessage;
  invoke: Invoke;
}

const DRAIN_MILLISECONDS = 9_000;

// Whoever looks at the processes of this machine sees what it is.
process.title = `portcullis ${process.argv[2] ?? 'worker'}`;

let passes = createLogFilter({});
let running: Running | undefined;
/** What takes work from outside; stopped first when the worker ends. */
const sources: { stop(): Promise<void> }[] = [];

const textOfError = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

function log(level: string, message: string, functionName?: string): void {
  if (!passes(level, functionName)) return;
  sendToHost({ kind: 'log', level, message, ...(functionName === undefined ? {} : { functionName }) });
}

const executionFailed = (functionName: string, error: unknown): void =>
  log('error', `Executed 'Functions.${functionName}' (Failed): ${textOfError(error)}`, functionName);

async function load(start: StartMessage): Promise<void> {
  passes = createLogFilter(start.logLevels);
  shiftDate(start.clockOffset);
  const core = installCoreModule((level, message) => log(level, message));
  const app = await loadApp(core, start);
  const invoke = createInvoke(core, app, (level, message, functionName) => log(level, message, functionName));
  running = { core, app, start, invoke };
  const functions = [...core.functions.values()].map(({ metadata }) => metadata);
  // Through JSON as on the wire: undefined members, which the library leaves behind, go.
  sendToHost({ kind: 'registered', functions });
}

async function serve({ core, start, invoke }: Running, names: string[]): Promise<void> {
  const registered = [...core.functions.values()].map(({ metadata }) => metadata);
  const functions = describeFunctions(registered, process.env, start.routePrefix).filter(({ name }) =>
    names.includes(name),
  );

  for (const { name: functionName, trigger } of functions) {
    if (trigger.type !== 'serviceBusTrigger') continue;
    // Loaded only by workers that need it: the others start faster.
    const { startServiceBusPump } = await import('./service-bus-pump');
    sources.push(
      startServiceBusPump({
        functionName,
        trigger,
        settings: process.env,
        serviceBus: start.serviceBus,
        invoke,
        log: (level, message) => log(level, message, functionName),
      }),
    );
  }
  sendToHost({ kind: 'serving', ...(await listen(functions, invoke)) });
}

async function listen(functions: FunctionDescription[], invoke: Invoke): Promise<{ httpPort?: number }> {
  const routes = routesOf(functions);
  if (routes.length === 0) return {};
  const listener = await startHttpListener(routes, invoke, executionFailed);
  sources.push(listener);
  return { httpPort: listener.port };
}

async function terminate(): Promise<void> {
  const drained = Promise.all(sources.map((source) => source.stop())).then(async () => {
    if (running === undefined) return;
    const { core, app } = running;
    for (const hook of core.hooks('appTerminate')) await hook({ hookData: {}, appHookData: app.appHookData });
  });
  await Promise.race([drained, delay(DRAIN_MILLISECONDS)]).catch((error: unknown) => log('error', textOfError(error)));
  // What was logged last is still on its way to the host.
  process.removeAllListeners('disconnect');
  process.on('disconnect', () => process.exit(0));
  if (process.connected) process.disconnect();
  else process.exit(0);
}

function fail(error: unknown): void {
  sendToHost({ kind: 'failed', message: textOfError(error) });
}

let terminating: Promise<void> | undefined;
const terminateOnce = (): Promise<void> => (terminating ??= terminate());

process.on('message', (raw) => {
  const message = hostMessage.parse(raw);
  switch (message.kind) {
    case 'start':
      load(message).catch(fail);
      break;
    case 'serve':
      if (running !== undefined) serve(running, message.functions).catch(fail);
      break;
    case 'clock':
      shiftDate(message.offset);
      break;
    case 'invoke': {
      const { id, functionName, input } = message;
      const done =
        running?.invoke(functionName, { json: input }) ?? Promise.reject(new Error('The app is not loaded.'));
      done.then(
        () => sendToHost({ kind: 'invoked', id }),
        (error: unknown) => {
          executionFailed(functionName, error);
          sendToHost({ kind: 'invoked', id, error: error instanceof Error ? error.message : String(error) });
        },
      );
      break;
    }
    case 'terminate':
      void terminateOnce();
      break;
  }
});
// The host is gone, however it went: nothing may stay behind.
process.on('disconnect', () => process.exit(1));
// Ctrl-C reaches the whole process group; the host decides when its workers end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => void terminateOnce());
process.on('uncaughtException', (error) => {
  log('error', `Worker uncaught exception: ${textOfError(error)}`);
  fail(error);
  process.exitCode = 1;
  setImmediate(() => process.exit(1));
});
