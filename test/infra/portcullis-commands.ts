import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Command } from 'commander';

const CLI = join(__dirname, '../../src/cli');

/** Names of commands that a text tells somebody to type, as `portcullis doctor` or `portcullis pat rotate`. */
export function commandsIn(text: string): string[][] {
  return [...text.matchAll(/\bportcullis ([a-z-]+(?: [a-z-]+)?)/g)].map(([, names]) => (names ?? '').split(' '));
}

/** Whether the command exists, with its subcommand; a word behind a command that has none is one of the text's own. */
export async function isCommand([name = '', subcommand]: readonly string[]): Promise<boolean> {
  const file = join(CLI, `${name}-command.ts`);
  if (!existsSync(file)) return false;
  const factory = `${name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Command`;
  const module = (await import(file)) as Record<string, (() => Command) | undefined>;
  const command = module[factory]?.();
  if (!command) return false;
  return command.commands.length === 0 || command.commands.some((each) => each.name() === subcommand);
}
