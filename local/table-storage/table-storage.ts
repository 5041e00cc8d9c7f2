import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { azuriteThread } from './azurite-thread';

/** What every request meets until told otherwise: 503 ServerBusy (both), or no answer at all. */
export type TableStorageFault = 'throttle' | 'unavailable' | 'hang';

export interface TableStorageOptions {
  /** Tables are kept in `tables.json` in this folder; in memory when absent. */
  dataDirectory?: string;
  /** 0 or absent: a free one. */
  port?: number;
}

export interface TableStorage {
  port: number;
  /** For `TableClient.fromConnectionString(…, { allowInsecureConnection: true })`. */
  connectionString: string;
  setFault(fault: TableStorageFault | null): Promise<void>;
  /** Refuses connections, as when the service is unreachable; the tables stay. */
  interrupt(): Promise<void>;
  /** Listens again on the same port, with the same tables. */
  resume(): Promise<void>;
  /** Writes the tables to disk (with a data directory) and ends. */
  stop(): Promise<void>;
}

const started = z.object({ port: z.number() });
const done = z.object({ id: z.number(), error: z.string().optional() });

/** Azurite's published development account: a constant of the emulator, not a secret. */
const ACCOUNT_NAME = 'devstoreaccount1';
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Starts Azurite's table service on loopback, in a thread of this process, silent and without telemetry. */
export async function startTableStorage(options: TableStorageOptions = {}): Promise<TableStorage> {
  if (options.dataDirectory !== undefined) mkdirSync(options.dataDirectory, { recursive: true });
  const thread = new Worker(azuriteThread, {
    eval: true,
    // Azurite reads its accounts from the environment.
    env: {},
    stdout: true,
    stderr: true,
    workerData: {
      azurite: require.resolve('azurite/dist/src/table/TableServer.js'),
      port: options.port ?? 0,
      databasePath: options.dataDirectory === undefined ? undefined : join(options.dataDirectory, 'tables.json'),
    },
  });
  thread.stdout.resume();
  thread.stderr.resume();

  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let lastId = 0;

  const port = await new Promise<number>((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(error);
      for (const call of waiting.values()) call.reject(error);
      waiting.clear();
    };
    thread.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
    thread.on('exit', () => fail(new Error('The local Table Storage ended.')));
    thread.on('message', (message: unknown) => {
      const ready = started.safeParse(message);
      if (ready.success) {
        resolve(ready.data.port);
        return;
      }
      const { id, error } = done.parse(message);
      if (id === 0) reject(new Error(`The local Table Storage did not start: ${error ?? ''}`));
      const call = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) call?.resolve();
      else call?.reject(new Error(error));
    });
  }).catch(async (error: unknown) => {
    await thread.terminate();
    throw error;
  });

  const ask = (action: string, value?: unknown): Promise<void> =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      thread.postMessage({ id, action, value });
    });

  let stopped: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    try {
      await ask('stop');
    } finally {
      await thread.terminate();
    }
  };

  return {
    port,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT_NAME};AccountKey=${ACCOUNT_KEY};TableEndpoint=http://127.0.0.1:${port}/${ACCOUNT_NAME};`,
    setFault: (fault) => ask('setFault', fault),
    interrupt: () => ask('interrupt'),
    resume: () => ask('resume'),
    stop: () => (stopped ??= end()),
  };
}
