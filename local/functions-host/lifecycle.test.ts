import { fork } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { buildSync, type BuildOptions } from 'esbuild';
import { z } from 'zod';
import {
  HTTP_FUNCTIONS,
  removeTestWorker,
  startTestHost,
  TIMER_FUNCTION,
  writeFixtureApp,
  type FixtureApp,
} from './fixture-app';

const apps: FixtureApp[] = [];
const write = (...parameters: Parameters<typeof writeFixtureApp>): string => {
  const app = writeFixtureApp(...parameters);
  apps.push(app);
  return app.directory;
};
afterAll(async () => {
  for (const app of apps) app.remove();
  await removeTestWorker();
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.each([
  ['an app that throws', `throw new Error('the app is broken');`, 'The app did not load: Error: the app is broken'],
  ['an app that exits', `process.exit(3);`, "The app did not load: The worker 'http' ended: exit code 3."],
  ['an app without functions', `console.log('nothing');`, 'it registered no function'],
  [
    'a missing setting',
    `import { app } from '@azure/functions'; app.timer('t', { schedule: '%Absent%', handler: () => undefined });`,
    "'%Absent%' cannot be resolved",
  ],
  [
    'a schedule that is none',
    `import { app } from '@azure/functions'; app.timer('t', { schedule: 'now', handler: () => undefined });`,
    "The schedule 'now' is not valid",
  ],
  [
    'a missing connection',
    `import { app } from '@azure/functions';
     app.serviceBusQueue('q', { connection: 'Absent', queueName: 'q', handler: () => undefined });`,
    "There is no app setting 'Absent' with a Service Bus connection string.",
  ],
  [
    'a function registered too late',
    `import { app } from '@azure/functions';
     app.hook.appStart(() => { throw new Error('the start hook fails'); });
     app.get('g', { handler: () => undefined });`,
    'the start hook fails',
  ],
])('%s is said in a sentence', async (_name, source, sentence) => {
  await expect(startTestHost({ appDirectory: write(source) })).rejects.toThrow(sentence);
});

test('a folder that is no app is said in a sentence', async () => {
  const directory = write(HTTP_FUNCTIONS);
  writeFileSync(join(directory, 'package.json'), '{ "main": "absent.js" }');
  await expect(startTestHost({ appDirectory: directory })).rejects.toThrow('main file does not exist');
  rmSync(join(directory, 'host.json'));
  await expect(startTestHost({ appDirectory: directory })).rejects.toThrow('There is no host.json');
});

test('a taken port is said, and leaves no worker', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  try {
    await expect(startTestHost({ appDirectory: write(HTTP_FUNCTIONS), port })).rejects.toThrow('EADDRINUSE');
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test('an ES module app loads, and all functions share one worker when asked', async () => {
  const directory = write(HTTP_FUNCTIONS + TIMER_FUNCTION.replace("import { app } from '@azure/functions';", ''));
  writeFileSync(join(directory, 'main.mjs'), `import './dist/main.js';`);
  writeFileSync(join(directory, 'package.json'), '{ "main": "main.mjs" }');
  const host = await startTestHost({
    appDirectory: directory,
    isolation: 'one-process',
    settings: { TickSchedule: '0 0 0 1 1 *' },
  });
  try {
    expect(host.workers).toMatchObject([{ name: 'app', functions: host.functions.map(({ name }) => name) }]);
    expect(host.workers[0]?.pid).not.toBe(process.pid);
    expect((await fetch(`${host.url}/api/cookies`)).status).toBe(201);
    await host.invokeTimer('tick');
  } finally {
    await host.stop();
  }
});

test('stopping lets a request finish, runs the hooks and leaves no process', async () => {
  const host = await startTestHost({ appDirectory: write(HTTP_FUNCTIONS) });
  const pids = host.workers.map(({ pid }) => pid);
  const slow = fetch(`${host.url}/api/slow/300`);
  await host.entry(({ message }) => message === 'slow begins');
  await host.stop();
  expect(await (await slow).text()).toBe('slow');
  expect(pids.filter(isAlive)).toEqual([]);
  expect(host.entries.map(({ message }) => message)).toContain('app terminates');
  await expect(fetch(`${host.url}/api/cookies`)).rejects.toThrow();
});

test('a worker killed again and again comes back; one that was asked to end does so in order', async () => {
  const host = await startTestHost({ appDirectory: write(HTTP_FUNCTIONS) });
  try {
    const pids = [host.workers[0]?.pid];
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      await host.killWorker('http', signal);
      expect((await fetch(`${host.url}/api/cookies`)).status).toBe(201);
      pids.push(host.workers[0]?.pid);
    }
    expect(new Set(pids).size).toBe(3);
    expect(host.entries.map(({ message }) => message)).toContain('app terminates');
    await expect(host.killWorker('absent')).rejects.toThrow("There is no worker 'absent'.");
  } finally {
    await host.stop();
  }
});

test('workers end when the host is killed', async () => {
  const directory = write(HTTP_FUNCTIONS + TIMER_FUNCTION.replace("import { app } from '@azure/functions';", ''));
  const bundle: BuildOptions = {
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['esbuild'],
    logLevel: 'error',
  };
  buildSync({
    ...bundle,
    entryPoints: [join(__dirname, 'worker-process.ts')],
    outfile: join(directory, 'host/worker-process.js'),
  });
  buildSync({
    ...bundle,
    stdin: {
      contents: `
        import { createLocalClock } from '../clock';
        import { startFunctionsHost } from './functions-host';
        startFunctionsHost({
          appDirectory: ${JSON.stringify(directory)},
          settings: { TickSchedule: '0 0 0 1 1 *' },
          clock: createLocalClock(),
        }).then((host) => process.send(host.workers.map(({ pid }) => pid)));
      `,
      resolveDir: __dirname,
    },
    outfile: join(directory, 'host/main.js'),
  });
  const parent = fork(join(directory, 'host/main.js'), [], { execArgv: [] });
  const pids = await new Promise<number[]>((resolve, reject) => {
    parent.on('message', (message) => resolve(z.array(z.number()).parse(message)));
    parent.on('exit', (code) => reject(new Error(`The host ended with ${String(code)}.`)));
  });
  expect(pids.filter(isAlive)).toHaveLength(2);
  parent.kill('SIGKILL');
  while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 10));
});
