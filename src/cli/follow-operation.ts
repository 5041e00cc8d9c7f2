import { setTimeout as delay } from 'node:timers/promises';

import { z } from 'zod';

import { CliError } from './cli-error';
import type { CallManagement } from './management-client';
import { visible } from './terminal-text';

const operationSchema = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed']),
  progress: z.object({ done: z.int(), total: z.int().nullable(), doing: z.string() }),
  result: z.unknown(),
  trouble: z.string().nullable(),
});
type Operation = z.output<typeof operationSchema>;

const startedSchema = z.object({ operation: operationSchema });

/** Often enough to be lively, seldom enough to be cheap. */
const POLL_MS = 400;

interface Options {
  /** The path of the connection: `/connections/<id>`. */
  path: string;
  /** What the API answered to the request that began it. */
  started: unknown;
  /** Where progress is told: never where results are. */
  output?: NodeJS.WriteStream;
  exitCode: number;
}

/**
 * Watches long work until it has ended, and returns its result. Progress is one line, written over at a terminal.
 * Interrupting this only stops the watching: asked for again while it is under way, the same work is watched again.
 */
export async function followOperation(call: CallManagement, options: Options): Promise<unknown> {
  const { path, started, output = process.stderr, exitCode } = options;
  let operation = startedSchema.parse(started).operation;
  const tell = progressTo(output);
  while (operation.state === 'queued' || operation.state === 'running') {
    tell(operation);
    await delay(POLL_MS);
    operation = operationSchema.parse((await call('GET', `${path}/operations/${operation.id}`)).body);
  }
  tell(operation);
  tell(undefined);
  if (operation.state === 'succeeded') return operation.result;
  throw new CliError(operation.trouble ?? 'It failed, and nobody knows why.', exitCode);
}

/** Writes each line once; undefined ends it. */
function progressTo(output: NodeJS.WriteStream): (operation: Operation | undefined) => void {
  let last = '';
  return (operation) => {
    if (operation === undefined) {
      if (output.isTTY && last !== '') output.write('\n');
      return;
    }
    const line = progressText(operation);
    if (line === last) return;
    output.write(output.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
    last = line;
  };
}

export function progressText({
  state,
  progress: { done, total, doing },
  trouble,
}: Pick<Operation, 'state' | 'progress' | 'trouble'>): string {
  const count = total === null ? (done === 0 ? '' : `${done}: `) : `${done} of ${total}: `;
  const waits = trouble !== null && state !== 'failed' ? ` (it waits: ${trouble})` : '';
  return visible(`${count}${doing}${waits}`);
}
