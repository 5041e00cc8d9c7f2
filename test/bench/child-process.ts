import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { z } from 'zod';

const READY_MS = 30_000;
const STOP_MS = 5_000;

/** A process of a benchmark's own. It answers one question at a time, and ends by itself when its parent does. */
export interface BenchProcess<Ready> {
  pid: number;
  /** What it said first. */
  ready: Ready;
  ask: <Answer>(question: unknown, schema: z.ZodType<Answer>, withinMs?: number) => Promise<Answer>;
  stop: () => Promise<void>;
}

/** Starts one of the bundles beside this one; rejects when it ends or stays silent before it is ready. */
export async function startProcess<Ready>(
  name: string,
  argument: unknown,
  ready: z.ZodType<Ready>,
  options: { execArgv?: string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<BenchProcess<Ready>> {
  const child = fork(join(__dirname, `${name}.js`), [JSON.stringify(argument)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: options.execArgv ?? [],
    env: options.env ?? process.env,
  });
  const stop = () => end(child);
  try {
    const said = ready.parse(await nextMessage(child, name, READY_MS));
    if (child.pid === undefined) throw new Error(`${name} has no process id`);
    return {
      pid: child.pid,
      ready: said,
      async ask(question, schema, withinMs = READY_MS) {
        const answer = nextMessage(child, name, withinMs);
        child.send({ question });
        return schema.parse(await answer);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function nextMessage(child: ChildProcess, name: string, withinMs: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (conclude: () => void): void => {
      clearTimeout(timer);
      child.off('message', said);
      child.off('exit', exited);
      conclude();
    };
    const said = (message: unknown): void => settle(() => resolve(message));
    const exited = (code: number | null): void => settle(() => reject(new Error(`${name} ended with ${String(code)}`)));
    const timer = setTimeout(
      () => settle(() => reject(new Error(`${name} did not answer within ${withinMs / 1_000} s`))),
      withinMs,
    );
    child.once('message', said);
    child.once('exit', exited);
  });
}

/** Asks the child to end (see child-side.ts); one that does not is killed. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  if (child.connected) child.send({ stop: true });
  const patience = new AbortController();
  await Promise.race([exited, delay(STOP_MS, undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();
  child.kill('SIGKILL');
  await exited;
}
