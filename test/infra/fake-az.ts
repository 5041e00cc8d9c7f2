import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { askGraph, fakeEntra, GraphError, IDENTITY, TENANT, type Entra } from './fake-entra';
import { jmespath, tsv } from './jmespath';

const ROOT = join(__dirname, '../..');
const SCRIPT = join(ROOT, 'infra/register-application.sh');
/** What somebody types beside az. */
const OTHERS = ['curl', 'npm', 'portcullis'];
const END = '\u0004';
/** Passes its arguments to the test's process, and prints the answer: on standard error, where az failed. */
const AZ = `#!/usr/bin/env bash
exec 3<>"/dev/tcp/127.0.0.1/$FAKE_AZ_PORT"
printf '%s\\0' "$@" >&3
printf '${END}' >&3
read -r code <&3
if [ "$code" = 0 ]; then cat <&3; else cat <&3 >&2; fi
exit "$code"
`;

export interface Cloud {
  entra: Entra;
  isSignedIn: boolean;
  name: string;
  /** Of the deployment. */
  outputs: Record<string, string>;
  calls: string[][];
}

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** An az that asks the fake Entra, and the script under test run with it. */
export async function fakeAz() {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-az-'));
  const cloud: Cloud = { entra: fakeEntra(), isSignedIn: true, name: 'AzureCloud', outputs: {}, calls: [] };
  // The others name themselves before their arguments.
  const programs = { az: AZ, ...Object.fromEntries(OTHERS.map((name) => [name, AZ.replace('"$@"', `${name} "$@"`)])) };
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o755);
  }
  const server = createServer((socket) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.endsWith(END)) socket.end(answer(cloud, text.slice(0, -1).split('\0').slice(0, -1)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const environment = {
    PATH: `${folder}:/usr/bin:/bin`,
    FAKE_AZ_PORT: String(port),
    PORTCULLIS_PAUSE_SECONDS: '0',
    LC_ALL: 'C.UTF-8',
  };
  return {
    cloud,
    run: (...args: string[]) => bash([SCRIPT, ...args], environment),
    /** Runs what somebody types where the release lies; other commands than az answer nothing. */
    type: (commands: string) => bash(['-eu', '-c', commands], environment),
    async close() {
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

function answer(cloud: Cloud, args: string[]): string {
  cloud.calls.push(args);
  try {
    return `0\n${ask(cloud, args)}`;
  } catch (error) {
    if (error instanceof GraphError) return `1\nERROR: ${error.message}\n`;
    throw error;
  }
}

function ask({ entra, isSignedIn, name, outputs }: Cloud, args: string[]): string {
  if (!isSignedIn) throw new GraphError("Please run 'az login' to setup account.");
  const option = (wanted: string): string => {
    const at = args.indexOf(wanted);
    return at < 0 ? '' : (args[at + 1] ?? '');
  };
  const answers: Record<string, () => unknown> = {
    'account show': () => ({ tenantId: TENANT }),
    'cloud show': () => ({ name }),
    'identity show': () => ({ principalId: IDENTITY }),
    'rest --method': () => {
      const body = option('--body');
      return askGraph(entra, option('--method'), option('--url'), body === '' ? undefined : JSON.parse(body));
    },
  };
  if (args.slice(0, 3).join(' ') === 'deployment group show') {
    const values = Object.entries(outputs).map(([key, output]) => [key, { value: output }]);
    return tsv(jmespath(option('--query'), { properties: { outputs: Object.fromEntries(values) as unknown } }));
  }
  const value = answers[args.slice(0, 2).join(' ')]?.();
  if (value === undefined) return '';
  const found = jmespath(option('--query'), structuredClone(value));
  return option('--output') === 'json' ? `${JSON.stringify(found, undefined, 2)}\n` : tsv(found);
}

function bash(args: string[], env: Record<string, string>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.on('error', reject).on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}
