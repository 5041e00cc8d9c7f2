import { createInterface } from 'node:readline/promises';

import type { PolicyChange } from '../app/policy-stages-text';

import { CliError } from './cli-error';
import { indented, visible } from './terminal-text';

/**
 * Shows a change and asks whether to make it. Without a terminal nobody can be asked: then only `yes` lets it pass, and a
 * CliError says so.
 */
export function agreeAtTerminal(yes: boolean, exitCode: number): (change: PolicyChange) => Promise<boolean> {
  return async ({ heading, diff }) => {
    process.stderr.write(`${visible(heading)}\n${indented(diff.map(visible).join('\n'), 2)}\n`);
    if (yes) return true;
    if (!hasTerminal()) throw new CliError(NOBODY_TO_ASK, exitCode);
    return askAtTerminal();
  };
}

export const NOBODY_TO_ASK = 'Nothing was changed: there is no terminal to ask in, so add --yes to agree to this.';

export function hasTerminal(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Whether to go on with what was shown; no answer is a no. */
export async function askAtTerminal(question = 'Write this?'): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-D and Ctrl-C close the terminal without an answer.
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    const answer = await Promise.race([terminal.question(`${question} [y/N] `), closed]);
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
