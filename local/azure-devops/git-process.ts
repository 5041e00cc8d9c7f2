import { spawn } from 'node:child_process';

export interface GitOutput {
  code: number;
  stdout: Buffer;
  stderr: string;
}

export interface GitRunOptions {
  /** Bytes for standard input. */
  input?: Buffer | string;
  /** Exit codes that are an answer, not an error; 0 alone by default. */
  accept?: readonly number[];
  /** Added to the clean environment. */
  environment?: Record<string, string>;
}

/** The user's own git configuration, hooks and variables must not change what the simulator answers. */
export function gitEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const inherited: NodeJS.ProcessEnv = {};
  for (const name of ['PATH', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot']) {
    if (process.env[name] !== undefined) inherited[name] = process.env[name];
  }
  return {
    ...inherited,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
    ...extra,
  };
}

/** Runs git in a bare repository; rejects with git's own words when it exits with an unexpected code. */
export async function runGit(
  gitPath: string,
  directory: string,
  commandArguments: readonly string[],
  options: GitRunOptions = {},
): Promise<GitOutput> {
  const output = await new Promise<GitOutput>((resolve, reject) => {
    const child = spawn(gitPath, ['--git-dir', directory, ...commandArguments], {
      env: gitEnvironment(options.environment),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code: code ?? -1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') });
    });
    // git may end before it has read everything; the exit code says what matters.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
  });
  if (!(options.accept ?? [0]).includes(output.code)) {
    throw new Error(`git ${commandArguments.join(' ')} exited with ${output.code}: ${output.stderr.trim()}`);
  }
  return output;
}
