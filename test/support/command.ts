import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const COMMAND = resolve(__dirname, '../../dist/cli/portcullis.js');

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  /** All the environment there is. */
  env?: Record<string, string>;
  /** What standard input, which is no terminal, holds. */
  input?: string;
  /** Where it is called; somewhere without a local environment, unless said. */
  cwd?: string;
}

/** Calls the built command. */
export async function portcullis(args: string[], { env = {}, input = '', cwd }: CommandOptions = {}): Promise<Ended> {
  if (!existsSync(COMMAND)) throw new Error('Run npm run build first: dist/ is missing.');
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [COMMAND, ...args],
      { env, cwd: cwd ?? __dirname },
      (_error, stdout, stderr) => done({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}
