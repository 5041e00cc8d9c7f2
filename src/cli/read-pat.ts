import { createInterface } from 'node:readline/promises';
import { text as readAll } from 'node:stream/consumers';
import { Writable } from 'node:stream';

import { isPat } from '../core/pat';

import { CliError } from './cli-error';
import { hasTerminal } from './agree';

/** Of whoever calls; and of the account that Portcullis is to post as. */
export type PatVariable = 'AZURE_DEVOPS_PAT' | 'PORTCULLIS_PAT';

/**
 * A PAT from the environment, from standard input, or typed unseen at a terminal; never from an argument, which every
 * process may read. The sentences of what is wrong do not repeat it.
 */
export async function readPat(exitCode: number, variable: PatVariable = 'AZURE_DEVOPS_PAT'): Promise<string> {
  const given = process.env[variable]?.trim() ?? '';
  const pat = given !== '' ? given : (await (hasTerminal() ? typed(variable) : readAll(process.stdin))).trim();
  if (pat === '') {
    throw new CliError(`There is no PAT: put it into ${variable}, or send it to standard input.`, exitCode);
  }
  if (!isPat(pat)) {
    throw new CliError('What was given as a PAT holds characters that no PAT has: copy it again.', exitCode);
  }
  return pat;
}

async function typed(variable: PatVariable): Promise<string> {
  const whose = variable === 'PORTCULLIS_PAT' ? 'PAT of the account that Portcullis posts as' : 'PAT';
  process.stderr.write(`${whose} (not shown while you type): `);
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
