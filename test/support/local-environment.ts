import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { contractProblems, type Exchange } from './contract';
import { hookProblems } from './hook-health';
import { keyVaultSecrets } from '../../src/azure/key-vault-secrets';
import { WORK_QUEUE } from '../../src/core/work-queue-name';
import type { Flavour } from '../../local/azure-devops/flavour';
import { connectSimulatedOrganization } from '../../local/connect';
import { startLocalEnvironment, type LocalEnvironment } from '../../local/environment';

const run = promisify(execFile);

/** How the simulator's log names the gate's own account. */
const GATE = 'bot';

export const DIST = resolve(__dirname, '../../dist');

/** By key: `author`, `reviewer`, `admin` and `bot` are there; others come by the control `people`. */
export type Person = string;

interface Answer {
  status: number;
  headers: Headers;
  /** Parsed JSON, which the tests look into freely; text as it is. */
  body: ReturnType<typeof JSON.parse>;
}

export interface SimulatedRequest {
  method: string;
  url: string;
  status: number;
  identity: string | null;
  start: number;
  end: number;
}

/** A whole local environment in a temporary folder, with what tests do to it. */
export interface TestEnvironment extends LocalEnvironment {
  connectionId: string;
  logs: string[];
  rest(person: Person, method: string, path: string, body?: unknown): Promise<Answer>;
  control(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Requests by the gate's own account since the last `DELETE requests`. */
  gateRequests(): Promise<SimulatedRequest[]>;
  clone(person: Person, repository?: string): Promise<Clone>;
  /** The password that the simulated organization's hooks come with. */
  hookPassword(): Promise<string>;
  /** Stores a PAT for the connection, as its administrator would. */
  savePat(pat: string): Promise<void>;
  /** Delivers a body to the hook endpoint, as Azure DevOps would; returns the status. */
  deliver(body: string | Uint8Array, authorization: string | undefined, connectionId?: string): Promise<number>;
  /** Takes every service hook away but those for comments: what happens is seen only by looking. */
  dropHooks(): Promise<void>;
  /** Five minutes pass; the sweep that is due then, and what it brings, is worked on. */
  sweep(): Promise<void>;
  /** Lets everything that is due later happen now, until the queue is empty. */
  settle(): Promise<void>;
  end(): Promise<void>;
}

export interface Clone {
  folder: string;
  git(...args: string[]): Promise<string>;
  /** Writes files and pushes them as one commit. */
  push(branch: string, files: Record<string, string>, message?: string): Promise<void>;
}

export interface TestOptions {
  /** Default: yes. */
  connected?: boolean;
  /** Default: an organization of Services. */
  flavour?: Flavour;
  /** The test drives a subscription of ours onto probation; no other test may. */
  drivesProbation?: boolean;
  /** Default: yes; no for what must come right by the queue alone. */
  sweeps?: boolean;
  /** App settings beside those that every environment has. */
  settings?: Record<string, string>;
}

export async function startTestEnvironment(options: TestOptions = {}): Promise<TestEnvironment> {
  if (!existsSync(join(DIST, 'package', 'main.js'))) throw new Error('Run npm run build first: dist/ is missing.');
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-test-'));
  const logs: string[] = [];
  const environment = await startLocalEnvironment({
    dataDirectory: join(folder, 'data'),
    distDirectory: DIST,
    ports: { portcullis: 0, azureDevOps: 0 },
    isolation: 'separate-processes',
    flavour: options.flavour ?? 'services',
    settings: { ...options.settings, ...(options.sweeps === false ? { 'AzureWebJobs.sweep.Disabled': 'true' } : {}) },
    onLog: ({ functionName, level, message }) => logs.push(`[${functionName ?? '-'}] ${level}: ${message}`),
  });
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const connectionId = options.connected === false ? '' : (await connectSimulatedOrganization(environment, silent)).id;
  const secrets = keyVaultSecrets({ vaultUrl: environment.vault.url, clock: { now: () => new Date() } });
  const origin = new URL(environment.simulator.url).origin;

  const send = async (url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Answer> => {
    const response = await fetch(url, {
      method,
      headers: { 'content-type': contentType(url, method), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
    };
  };
  const control = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    if (method === 'DELETE' && path === 'requests') await keepExchanges();
    return send(`${origin}/_simulator/${path}`, method, body, {});
  };

  const exchanges: Exchange[] = [];
  /** The log is cleared now and then; what it held is held against the documents at the end. */
  const keepExchanges = async (): Promise<void> => {
    const { body } = await send(`${origin}/_simulator/requests`, 'GET', undefined, {});
    exchanges.push(...(Array.isArray(body) ? body : body.value));
  };
  const rest: TestEnvironment['rest'] = (person, method, path, body) =>
    send(`${environment.simulator.url}/${path}`, method, body, {
      authorization: `Basic ${Buffer.from(`${person}:${person}-pat`).toString('base64')}`,
    });
  const settle = async (): Promise<void> => {
    await eventually(
      async () => {
        const queue = environment.broker.queue(WORK_QUEUE);
        // Only from one quiet moment to the next: a slow machine would be given more by each leap than it gets done.
        if (queue.scheduled > 0 && queue.active === 0 && queue.locked === 0) environment.clock.advance(20_000);
        return queue;
      },
      ({ active, locked, scheduled }) => active === 0 && locked === 0 && scheduled === 0,
      45,
    );
  };

  return {
    ...environment,
    connectionId,
    logs,
    control,
    rest,
    async gateRequests() {
      const { body } = await control('GET', 'requests');
      const all: SimulatedRequest[] = Array.isArray(body) ? body : body.value;
      return all.filter(({ identity }) => identity === 'bot' || identity === 'Portcullis');
    },
    async clone(person, repository = 'web') {
      const clone = await mkdtemp(join(folder, 'clone-'));
      const git = async (...args: string[]): Promise<string> => {
        const { stdout } = await run('git', args, { cwd: clone, env: gitEnvironment(folder), maxBuffer: 2 ** 26 });
        return stdout.trim();
      };
      const url = environment.simulator.url.replace('http://', `http://${person}:${person}-pat@`);
      await git('clone', '--quiet', `${url}/Shop/_git/${repository}`, '.');
      return {
        folder: clone,
        git,
        async push(branch, files, message = 'change') {
          await git('checkout', '--quiet', '-B', branch);
          for (const [path, content] of Object.entries(files)) {
            await mkdir(dirname(join(clone, path)), { recursive: true });
            await writeFile(join(clone, path), content);
          }
          await git('add', '--all');
          await git('commit', '--quiet', '--allow-empty', '--message', message);
          await git('push', '--quiet', '--force', 'origin', branch);
        },
      };
    },
    savePat: (pat) => secrets.savePat(connectionId, pat, new Date(Date.now() + 86_400_000)),
    async hookPassword() {
      const [password] = await secrets.readHookSecrets(connectionId);
      if (password === undefined) throw new Error('no hook password');
      return password;
    },
    async deliver(body, authorization, to = connectionId) {
      const response = await fetch(`${environment.host.url}/api/service-hooks/${to}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
        body,
      });
      await response.arrayBuffer();
      return response.status;
    },
    settle,
    async dropHooks() {
      const { body } = await rest('admin', 'GET', '_apis/hooks/subscriptions?api-version=7.1');
      const dropped = body.value.filter(({ eventType }: { eventType: string }) => !eventType.includes('comment'));
      for (const { id } of dropped) await rest('admin', 'DELETE', `_apis/hooks/subscriptions/${id}?api-version=7.1`);
    },
    async sweep() {
      environment.clock.advance(300_000);
      // The clock fires the timer, too; asking again in the same five minutes is folded, and tells when it has run.
      await environment.host.invokeTimer('sweep');
      await settle();
    },
    async end() {
      await keepExchanges();
      const hooks = hookProblems((await control('GET', 'hooks')).body, environment.host.url);
      await environment.stop();
      await rm(folder, { recursive: true, force: true });
      expect(contractProblems(exchanges, GATE)).toEqual([]);
      if (options.drivesProbation === true) expect(hooks).not.toEqual([]);
      else expect(hooks).toEqual([]);
    },
  };
}

/** A Basic header with the user name that does not matter. */
export function basic(password: string): string {
  return `Basic ${Buffer.from(`portcullis:${password}`).toString('base64')}`;
}

/** Asks until the answer is there; the last answer stands in the error when it does not come. */
export async function eventually<T>(ask: () => Promise<T>, isThere: (answer: T) => boolean, seconds = 20): Promise<T> {
  const until = Date.now() + seconds * 1_000;
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    if (Date.now() > until)
      throw new Error(`Not there after ${seconds} s: ${JSON.stringify(answer ?? null).slice(0, 2_000)}`);
    await delay(100);
  }
}

function contentType(url: string, method: string): string {
  return url.includes('/_apis/wit/workitems/') && method !== 'GET' ? 'application/json-patch+json' : 'application/json';
}

function gitEnvironment(home: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Ada Author',
    GIT_AUTHOR_EMAIL: 'author@contoso.example',
    GIT_COMMITTER_NAME: 'Ada Author',
    GIT_COMMITTER_EMAIL: 'author@contoso.example',
  };
}
