import { createInterface } from 'node:readline/promises';

import type { PolicyChange } from '../app/policy-install';

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
    if (!process.stdin.isTTY || !process.stderr.isTTY) {
      throw new CliError(
        'Nothing was changed: there is no terminal to ask in, so add --yes to agree to this.',
        exitCode,
      );
    }
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      // Ctrl-D and Ctrl-C close the terminal without an answer.
      const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
      const answer = await Promise.race([terminal.question('Write this? [y/N] '), closed]);
      return /^y(?:es)?$/i.test(answer.trim());
    } finally {
      terminal.close();
    }
  };
}
