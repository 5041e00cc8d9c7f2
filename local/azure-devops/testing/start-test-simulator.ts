import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createLocalClock, type LocalClock } from '../../clock';
import type { Flavour } from '../flavour';
import { parseJson, present, type Json } from './json';
import { startAzureDevOpsSimulator, type AzureDevOpsSimulator } from '../simulator';

const run = promisify(execFile);

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed where it is JSON. */
  body: Json;
}

export interface TestSimulator {
  simulator: AzureDevOpsSimulator;
  clock: LocalClock;
  dataDirectory: string;
  /** A request with somebody's PAT (`author` or `author:…`); `path` after the organization, the api-version is added. */
  call: (
    person: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
  /** The same, in the seeded project; fails unless the answer is a success. */
  rest: (person: string, method: string, path: string, body?: unknown) => Promise<Json>;
  control(method: string, name: string, body?: unknown): Promise<Json>;
  clone(person?: string, repository?: string): Promise<Clone>;
  /** Pushes files by REST to a new branch from main; returns the commit. */
  branch(name: string, files: Record<string, string>): Promise<string>;
  /** Opens a pull request with iterations; returns it once its merge was tried out. */
  open(branch: string, more?: Record<string, unknown>): Promise<Json>;
  /** Asks for a pull request until `isThere`. */
  until(id: number, isThere: (pullRequest: Json) => boolean): Promise<Json>;
  restart(): Promise<void>;
  end(): Promise<void>;
}

export interface Clone {
  folder: string;
  git(...args: string[]): Promise<string>;
  commit(files: Record<string, string | null>, message?: string): Promise<string>;
}

/** A simulator in a folder of its own, and what tests do to it. */
export async function startTestSimulator(flavour: Flavour = 'services'): Promise<TestSimulator> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-simulator-'));
  const dataDirectory = join(folder, 'data');
  const clock = createLocalClock();
  let simulator = await startAzureDevOpsSimulator({ clock, dataDirectory, flavour });

  const call: TestSimulator['call'] = async (person, method, path, body, headers = {}) => {
    const url = new URL(`${simulator.url}/${path}`);
    if (!url.searchParams.has('api-version')) url.searchParams.set('api-version', '7.1');
    const isPatch = path.toLowerCase().includes('/wit/workitems/') || Array.isArray(body);
    const type =
      isPatch && method !== 'GET' && !path.includes('blobs') ? 'application/json-patch+json' : 'application/json';
    const response = await fetch(url, {
      method,
      headers: {
        ...(person === '' ? {} : { authorization: basic(`${person}-pat`) }),
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parseJson(text) };
  };
  const rest: TestSimulator['rest'] = async (person, method, path, body) => {
    const answer = await call(person, method, `Shop/_apis/${path}`, body);
    if (answer.status >= 300 || answer.status === 203)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const until: TestSimulator['until'] = async (id, isThere) => {
    const end = Date.now() + 30_000;
    while (Date.now() < end) {
      const pullRequest = await rest('author', 'GET', `git/repositories/web/pullRequests/${id}`);
      if (isThere(pullRequest)) return pullRequest;
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    throw new Error(`Pull request ${id} did not get there.`);
  };

  return {
    get simulator() {
      return simulator;
    },
    clock,
    dataDirectory,
    call,
    rest,
    until,
    async control(method, name, body) {
      const response = await fetch(new URL(`/_simulator/${name}`, simulator.url), {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${name}: ${response.status} ${await response.text()}`);
      return parseJson(await response.text());
    },
    clone: (person = 'author', repository = 'Shop/_git/web') => cloneOf(folder, simulator.url, person, repository),
    async branch(name, files) {
      const { value: refs } = await rest('author', 'GET', 'git/repositories/web/refs?filter=heads/main');
      const push = await rest('author', 'POST', 'git/repositories/web/pushes', {
        refUpdates: [{ name: `refs/heads/${name}`, oldObjectId: present(refs[0]).objectId }],
        commits: [
          {
            comment: `changes for ${name}`,
            changes: Object.entries(files).map(([path, content]) => ({
              changeType: 'add',
              item: { path: `/${path}` },
              newContent: { content, contentType: 'rawtext' },
            })),
          },
        ],
      });
      return present(push.refUpdates[0]).newObjectId;
    },
    async open(branch, more = {}) {
      const opened = await rest('author', 'POST', 'git/repositories/web/pullrequests?supportsIterations=true', {
        sourceRefName: `refs/heads/${branch}`,
        targetRefName: 'refs/heads/main',
        title: `Pull request from ${branch}`,
        ...more,
      });
      return until(opened.pullRequestId, (each) => each.mergeStatus !== 'queued');
    },
    async restart() {
      await simulator.stop();
      simulator = await startAzureDevOpsSimulator({ clock, dataDirectory, flavour });
    },
    async end() {
      await simulator.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const basic = (pat: string): string => `Basic ${Buffer.from(`anyone:${pat}`).toString('base64')}`;

async function cloneOf(folder: string, url: string, person: string, repository: string): Promise<Clone> {
  const target = await mkdtemp(join(folder, 'clone-'));
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('git', args, { cwd: target, env: gitEnvironment(folder) });
    return stdout.trim();
  };
  await git('clone', '--quiet', `${url.replace('http://', `http://${person}:${person}-pat@`)}/${repository}`, '.');
  return {
    folder: target,
    git,
    async commit(files, message = 'change') {
      for (const [path, content] of Object.entries(files)) {
        const file = join(target, path);
        await mkdir(dirname(file), { recursive: true });
        if (content === null) await rm(file);
        else await writeFile(file, content);
      }
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

function gitEnvironment(home: string): NodeJS.ProcessEnv {
  const person = { NAME: 'Ada Author', EMAIL: 'author@contoso.example' };
  return {
    PATH: process.env['PATH'],
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: person.NAME,
    GIT_AUTHOR_EMAIL: person.EMAIL,
    GIT_COMMITTER_NAME: person.NAME,
    GIT_COMMITTER_EMAIL: person.EMAIL,
  };
}
