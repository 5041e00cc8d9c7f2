import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { sendToWorker, workerMessage, type HostMessage, type RegisteredFunction, type StartMessage } from './protocol';

/** One line or `context.log` call of a worker. */
export interface LogEntry {
  functionName?: string;
  /** trace, debug, information, warning, error or critical. */
  level: string;
  message: string;
  /** The worker's name. */
  worker: string;
}

export interface WorkerChildOptions {
  name: string;
  /** The bundled worker-process. */
  entry: string;
  settings: Record<string, string>;
  start: StartMessage;
  onLog: (entry: LogEntry) => void;
}

/** One worker process from its start to its end. */
export interface WorkerChild {
  pid: number;
  /** Rejects with the app's error when it does not load, or when the process ends before. */
  registered: Promise<RegisteredFunction[]>;
  /** Makes it serve these functions; resolves when it does. */
  serve(functions: string[]): Promise<{ httpPort?: number | undefined }>;
  /** Runs a function with a trigger value in JSON; rejects with the function's error. */
  invoke(functionName: string, input: string): Promise<void>;
  send(message: HostMessage): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves to a few words on how it ended. */
  exited: Promise<string>;
}

/** Of this process' environment workers get what any program needs to run, and Node's own variables; nothing else. */
const INHERITED = ['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'USERPROFILE', 'APPDATA'];

function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      INHERITED.includes(name.toUpperCase()) ||
      (name.startsWith('NODE_') && !['NODE_CHANNEL_FD', 'NODE_UNIQUE_ID'].includes(name)),
  );
  return { ...Object.fromEntries(inherited), ...settings };
}

interface Deferred<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
}

function defer<T>(): Deferred<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  // Whoever waits sees the rejection; nobody may be waiting.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

export function startWorkerChild(options: WorkerChildOptions): WorkerChild {
  const { name, onLog } = options;
  const child = fork(options.entry, [name], {
    cwd: options.start.appDirectory,
    env: environment(options.settings),
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });

  const registered = defer<RegisteredFunction[]>();
  const serving = defer<{ httpPort?: number | undefined }>();
  const exited = defer<string>();
  const invocations = new Map<number, Deferred<undefined>>();
  let lastId = 0;

  const fail = (error: Error): void => {
    registered.reject(error);
    serving.reject(error);
    for (const invocation of invocations.values()) invocation.reject(error);
    invocations.clear();
  };
  const readLines = (stream: Readable | null, levelOf: (line: string) => string): void => {
    if (stream === null) return;
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (message) => {
      if (message !== '') onLog({ level: levelOf(message), message, worker: name });
    });
  };
  readLines(child.stdout, () => 'information');
  // As the Functions host judges what a Node worker writes there.
  readLines(child.stderr, (line) => (/warn/i.test(line) ? 'warning' : 'error'));

  child.on('message', (raw) => {
    const message = workerMessage.parse(raw);
    switch (message.kind) {
      case 'registered':
        registered.resolve(message.functions);
        break;
      case 'failed':
        fail(new Error(message.message));
        break;
      case 'serving':
        serving.resolve({ httpPort: message.httpPort });
        break;
      case 'log': {
        const { functionName, level, message: text } = message;
        onLog({ level, message: text, worker: name, ...(functionName === undefined ? {} : { functionName }) });
        break;
      }
      case 'invoked': {
        const invocation = invocations.get(message.id);
        invocations.delete(message.id);
        if (message.error === undefined) invocation?.resolve(undefined);
        else invocation?.reject(new Error(message.error));
        break;
      }
    }
  });
  const ended = (how: string): void => {
    fail(new Error(`The worker '${name}' ended: ${how}.`));
    exited.resolve(how);
  };
  child.on('error', (error) => {
    if (child.pid === undefined) ended(String(error));
  });
  child.on('exit', (code, signal) => ended(signal ?? `exit code ${code ?? 0}`));

  const send = (message: HostMessage): void => sendToWorker(child, message);
  send(options.start);

  return {
    pid: child.pid ?? 0,
    registered: registered.promise,
    serve(functions) {
      send({ kind: 'serve', functions });
      return serving.promise;
    },
    async invoke(functionName, input) {
      const invocation = defer<undefined>();
      const id = ++lastId;
      invocations.set(id, invocation);
      if (child.connected) send({ kind: 'invoke', id, functionName, input });
      else invocation.reject(new Error(`The worker '${name}' is not running.`));
      await invocation.promise;
    },
    send,
    kill: (signal) => void child.kill(signal),
    exited: exited.promise,
  };
}
