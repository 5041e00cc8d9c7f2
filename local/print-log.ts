import { z } from 'zod';

import type { Log } from '../src/app/ports';

/** The product's entries are JSON, for queries; in a terminal a person reads them. */

/** Ids that matter to machines only; whoever needs them looks into the tables. */
const unprinted = new Set(['connectionId', 'repositoryId', 'eventId', 'notificationId', 'messageId', 'evaluationId']);

const entrySchema = z.looseObject({ message: z.string() });

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printLog({
  functionName,
  level,
  message,
  worker,
}: {
  functionName?: string;
  level: string;
  message: string;
  worker: string;
}): void {
  print(`[${functionName ?? worker}] ${level === 'information' ? '' : `${level}: `}${readable(message)}`);
}

/** For what is done at the start, outside the app. */
export const connectLog: Log = {
  debug: () => undefined,
  info: (message, fields) => print(`[connect] ${readable(JSON.stringify({ message, ...fields }))}`),
  warn: (message, fields) => print(`[connect] warning: ${readable(JSON.stringify({ message, ...fields }))}`),
  error: (message, fields) => print(`[connect] error: ${readable(JSON.stringify({ message, ...fields }))}`),
};

function readable(line: string): string {
  if (!line.startsWith('{')) return line;
  const parsed = entrySchema.safeParse(parseJson(line));
  if (!parsed.success) return line;
  const { message, ...fields } = parsed.data;
  const told = Object.entries(fields).filter(([name]) => !unprinted.has(name));
  return [
    message,
    ...told.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`),
  ].join('  ');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
