import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { createLocalClock, type LocalClock } from '../clock';
import { startFunctionsHost, type FunctionsHost, type FunctionsHostOptions, type LogEntry } from './functions-host';
import { prepareWorkerEntry, type WorkerEntry } from './worker-entry';

/** Small Functions apps for the host's tests, written to a temporary folder and bundled with the genuine library. */

export const HTTP_FUNCTIONS = `
import { app } from '@azure/functions';
app.http('echo', {
  methods: ['GET', 'POST'],
  route: 'api/echo/{id:int}/{name?}',
  handler: async (request) => ({
    jsonBody: {
      method: request.method,
      url: request.url,
      params: request.params,
      query: [...request.query],
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
      now: Date.now(),
      made: new Date().getTime(),
      isDate: new Date() instanceof Date,
      pid: process.pid,
      environment: Object.keys(process.env),
    },
  }),
});
app.post('length', { route: 'api/length', handler: async (request) => ({ body: String((await request.arrayBuffer()).byteLength) }) });
app.get('fail', { route: 'api/fail', handler: () => { throw new Error('it is broken'); } });
app.get('nothing', { route: 'api/nothing', handler: () => undefined });
app.get('cookies', {
  route: 'api/cookies',
  handler: () => ({
    status: 201,
    headers: { 'x-one': '1', Location: '/there' },
    cookies: [{ name: 'a', value: 'b c', httpOnly: true, secure: true, sameSite: 'Strict', maxAge: 60 }, { name: 'd', value: 'e' }],
    body: 'text',
  }),
});
app.get('speak', {
  route: 'api/speak',
  handler: (_request, context) => {
    context.log('from', 'context', { a: 1 });
    context.debug('too quiet');
    context.error('an error');
    console.log('from console');
    console.error('from stderr');
    return {};
  },
});
app.get('slow', {
  route: 'api/slow/{milliseconds:int}',
  handler: async (request) => {
    console.log('slow begins');
    await new Promise((resolve) => setTimeout(resolve, Number(request.params.milliseconds)));
    console.log('slow ends');
    return { body: 'slow' };
  },
});
app.get('crash', {
  route: 'api/crash',
  handler: () => {
    setTimeout(() => { throw new Error('nobody catches this'); }, 10);
    return {};
  },
});
app.http('rest', { methods: ['GET'], route: 'console/{*path}', handler: (request) => ({ body: request.params.path ?? 'none' }) });
app.hook.appTerminate(() => console.log('app terminates'));
`;

export const TIMER_FUNCTION = `
import { app } from '@azure/functions';
app.timer('tick', {
  schedule: '%TickSchedule%',
  handler: (timer, context) => {
    context.log(JSON.stringify({ tick: new Date().toISOString(), isPastDue: timer.isPastDue, next: timer.scheduleStatus.next }));
    if (process.env.TickFails === 'yes') throw new Error('tick fails');
  },
});
`;

export const QUEUE_FUNCTIONS = `
import { existsSync, writeFileSync } from 'node:fs';
import { app } from '@azure/functions';
app.serviceBusQueue('on-work', {
  connection: 'ServiceBusConnection',
  queueName: '%WorkQueue%',
  isSessionsEnabled: true,
  handler: async (message, context) => {
    const hangs = message.hangOnce !== undefined && !existsSync(message.hangOnce);
    // Before it says that it begins: the test kills this process as soon as it hears that.
    if (hangs) writeFileSync(message.hangOnce, '');
    context.log(JSON.stringify({ begins: message, metadata: context.triggerMetadata, pid: process.pid, now: Date.now() }));
    if (hangs) await new Promise((resolve) => setTimeout(resolve, 60_000));
    if (message.wait !== undefined) await new Promise((resolve) => setTimeout(resolve, message.wait));
    if (message.fail === true) throw new Error('work fails');
    context.log(JSON.stringify({ ends: message }));
  },
});
app.serviceBusQueue('on-dead-letter', {
  connection: 'ServiceBusConnection',
  queueName: '%WorkQueue%/$DeadLetterQueue',
  handler: (message, context) => context.log(JSON.stringify({ dead: message, metadata: context.triggerMetadata })),
});
app.serviceBusQueue('on-plain', {
  connection: 'ServiceBusConnection',
  queueName: 'plain',
  handler: (message, context) => context.log(JSON.stringify({ plain: message })),
});
`;

export interface FixtureApp {
  directory: string;
  remove(): void;
}

/** Writes host.json, package.json and the bundled functions. */
export function writeFixtureApp(source: string, hostJson: object = {}): FixtureApp {
  const directory = mkdtempSync(join(tmpdir(), 'functions-app-'));
  mkdirSync(join(directory, 'dist'));
  buildSync({
    stdin: { contents: source, resolveDir: resolve(__dirname), sourcefile: 'main.js' },
    outfile: join(directory, 'dist/main.js'),
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['@azure/functions-core'],
    logLevel: 'error',
  });
  const extensions = {
    http: { routePrefix: '' },
    serviceBus: { maxConcurrentSessions: 4, sessionIdleTimeout: '00:00:00.5' },
  };
  writeFileSync(join(directory, 'host.json'), JSON.stringify({ version: '2.0', extensions, ...hostJson }));
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'fixture', main: 'dist/main.js' }));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

export interface TestHost extends FunctionsHost {
  clock: LocalClock;
  entries: LogEntry[];
  /** Resolves to the first entry, past or future, that passes. */
  entry(passes: (entry: LogEntry) => boolean): Promise<LogEntry>;
}

let bundled: Promise<WorkerEntry> | undefined;

/** Starts a host that remembers what it logs; the worker's script is bundled once per test file. */
export async function startTestHost(
  options: Partial<FunctionsHostOptions> & { appDirectory: string },
): Promise<TestHost> {
  const { path } = await (bundled ??= prepareWorkerEntry());
  const entries: LogEntry[] = [];
  const waiting = new Set<(entry: LogEntry) => void>();
  const clock = options.clock ?? createLocalClock();
  const host = await startFunctionsHost({
    settings: {},
    workerEntry: path,
    ...options,
    clock,
    onLog: (entry) => {
      entries.push(entry);
      for (const tell of waiting) tell(entry);
    },
  });
  const entry = (passes: (entry: LogEntry) => boolean): Promise<LogEntry> =>
    new Promise((resolve) => {
      const past = entries.find(passes);
      if (past !== undefined) {
        resolve(past);
        return;
      }
      const tell = (next: LogEntry): void => {
        if (!passes(next)) return;
        waiting.delete(tell);
        resolve(next);
      };
      waiting.add(tell);
    });
  return {
    ...host,
    // Not spread: it is computed on each reading.
    get workers() {
      return host.workers;
    },
    clock,
    entries,
    entry,
  };
}

/** Removes the bundled script; for afterAll. */
export async function removeTestWorker(): Promise<void> {
  await (await bundled)?.dispose();
  bundled = undefined;
}
