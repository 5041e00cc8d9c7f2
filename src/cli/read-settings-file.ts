import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';

import { CliError } from './cli-error';

/** The text of a file, or of standard input for `-`. Throws a CliError when there is none. */
export async function readSettingsFile(file: string, exitCode = 1): Promise<string> {
  if (file === '-') {
    if (process.stdin.isTTY) throw new CliError('Name a file, or send the document to standard input.', exitCode);
    return readAll(process.stdin);
  }
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${unreadReason(error)}.`, exitCode);
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'it is not there',
  EISDIR: 'it is a folder; portcullis settings apply takes one',
  ENOTDIR: 'it is no folder',
  EACCES: 'this account may not read it',
};

/** Why a file or folder cannot be read, in words. */
export function unreadReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return REASONS[code] ?? error.message;
}
