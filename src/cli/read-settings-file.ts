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
    throw new CliError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, exitCode);
  }
}
