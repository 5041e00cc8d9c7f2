import { createInterface } from 'node:readline/promises';
import { text as readAll } from 'node:stream/consumers';
import { Writable } from 'node:stream';

import { isPat } from '../core/pat';

import { CliError } from './cli-error';
import { hasTerminal } from './agree';

const VARIABLE = 'AZURE_DEVOPS_PAT';

/**
 * A PAT from the environment, from standard input, or typed unseen at a terminal; never from an argument, which every
 * process may read. The sentences of what is wrong do not repeat it.
 */
export async function readPat(exitCode: number): Promise<string> {
  const given = process.env[VARIABLE]?.trim() ?? '';
  const pat = given !== '' ? given : (await (hasTerminal() ? typed() : readAll(process.stdin))).trim();
  if (pat === '') {
    throw new CliError(`There is no PAT: put it into ${VARIABLE}, or send it to standard input.`, exitCode);
  }
  if (!isPat(pat)) {
    throw new CliError('What was given as a PAT holds characters that no PAT has: copy it again.', exitCode);
  }
  return pat;
}

async function typed(): Promise<string> {
  process.stderr.write('PAT (not shown while you type): ');
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true });
  try {
    // Ctrl-D and Ctrl-C close the terminal without an answer.
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    return await Promise.race([terminal.question(''), closed]);
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
