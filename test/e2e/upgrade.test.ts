import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { ServiceBusClient } from '@azure/service-bus';
import { unzipSync } from 'fflate';

import { connectSimulatedOrganization } from '../../local/connect';
import { startFunctionsHost, type FunctionsHost } from '../../local/functions-host/functions-host';
import { deadLettersTable } from '../../src/azure/dead-letters-table';
import { WORK_QUEUE } from '../../src/core/work-queue-name';
import { DIST, eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { management } from '../support/management';
import { goodWords, pullRequests } from '../support/pull-requests';

/**
 * The way of a deployment through two releases, each of them running for real on what the other left: the previous one,
 * this one, back to the previous one, and this one again. What lies in the queue at each change was written by the other.
 */

const ZIP = join(__dirname, '../support/previous-release/portcullis.zip');
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const ADA = '00000000-0000-4000-8000-0000000000ad';

let previous: string;
let environment: TestEnvironment;
let host: FunctionsHost | undefined;
let api: ReturnType<typeof management>;
let pulls: ReturnType<typeof pullRequests>;
let web: string;
const current = join(DIST, 'package');
/** Pull requests by what is told of them. */
const opened: Record<string, number> = {};

beforeAll(async () => {
  previous = mkdtempSync(join(tmpdir(), 'portcullis-previous-'));
  for (const [name, content] of Object.entries(unzipSync(readFileSync(ZIP)))) {
    mkdirSync(dirname(join(previous, name)), { recursive: true });
    writeFileSync(join(previous, name), content);
  }
  const unconnected = await startTestEnvironment({ connected: false });
  environment = unconnected;
  await run(previous);
  const { id } = await connectSimulatedOrganization(unconnected, SILENT);
  environment = { ...unconnected, connectionId: id };
  api = management(environment);
  pulls = pullRequests(environment);
  web = (await environment.rest('author', 'GET', 'Shop/_apis/git/repositories/web?api-version=7.1')).body.id;
});

afterAll(async () => {
  await host?.stop();
  await environment.end();
  rmSync(previous, { recursive: true, force: true });
});

/** Stops what runs, and starts a release in its place. `isDeaf`: hooks are queued, and nobody works on them. */
async function run(appDirectory: string, { isDeaf = false } = {}): Promise<void> {
  const port = Number(new URL(environment.host.url).port);
  await (host ?? environment.host).stop();
  host = await startFunctionsHost({
    appDirectory,
    workerEntry: join(DIST, 'local', 'worker-process.js'),
    settings: {
      ...environment.appSettings,
      ...(isDeaf ? { 'AzureWebJobs.work-queue.Disabled': 'true', 'AzureWebJobs.sweep.Disabled': 'true' } : {}),
    },
    port,
    clock: environment.clock,
    isolation: 'separate-processes',
    onLog: ({ functionName, level, message }) => environment.logs.push(`[${functionName ?? '-'}] ${level}: ${message}`),
  });
}

/** Opens a pull request of the given length into `main`. */
async function open(branch: string, lines: number): Promise<number> {
  const clone = await environment.clone('author');
  await clone.push(branch, { [`src/${branch}.ts`]: 'export {};\n'.repeat(lines) });
  const id = await pulls.open(branch, goodWords);
  opened[branch] = id;
  return id;
}

/** A message as it is delivered again and again until the broker gives up; what it is about cannot be understood. */
async function spoil(messageId: string): Promise<void> {
  const client = new ServiceBusClient(environment.broker.connectionString);
  try {
    const sender = client.createSender(WORK_QUEUE);
    const sessionId = `pr/${web}/999`;
    await sender.sendMessages({ body: { schemaVersion: 1, kind: 'dream' }, messageId, sessionId });
  } finally {
    await client.close();
  }
}

const newest = async (branch: string): Promise<string> => {
  const rows = await pulls.statuses(opened[branch] ?? 0);
  return `${rows.at(-1)?.state}: ${rows.at(-1)?.description}`;
};

const all = async (path: string): Promise<Record<string, unknown>[]> => {
  const response = await fetch(`${environment.host.url}/api/management${path}`, {
    headers: { authorization: `Bearer ${environment.managementToken}` },
  });
  expect(response.status).toBe(200);
  const body: unknown = await response.json();
  return Array.isArray(body) ? body : (Object.values(body as Record<string, never[]>).find(Array.isArray) ?? []);
};

/** Whatever is open has one summary at most, and no status twice in a row. */
async function nothingIsDoubled(): Promise<void> {
  for (const id of Object.values(opened)) {
    const [summaries, statuses] = [await pulls.summaries(id), await pulls.statuses(id)];
    expect(summaries.length).toBeLessThanOrEqual(1);
    const told = statuses.map(({ state, description, iterationId }) => `${iterationId} ${state} ${description}`);
    expect(told.filter((text, index) => text === told[index - 1])).toEqual([]);
  }
}

const quiet = () =>
  eventually(
    async () => environment.broker.queue(WORK_QUEUE),
    ({ active, locked, deadLettered }) => active + locked + deadLettered === 0,
    30,
  );

test('the previous release leaves rows, documents, and messages that nobody has worked on', async () => {
  expect((await api.save('', { phase: 'enforce', gates: { size: { mode: 'block', maximumLines: 8 } } })).status).toBe(
    200,
  );
  const note = { gates: { 'work-items': { mode: 'off' } } };
  expect((await api.save(`/repositories/${web}`, note)).status).toBe(200);
  expect((await api.save(`/repositories/${web}`, { ...note, lock: ['gates.work-items'] })).status).toBe(200);
  expect(
    (await api.send('PUT', `/access/${ADA}`, { kind: 'person', name: 'Ada', role: 'reader' })).status,
  ).toBeLessThan(300);
  await spoil('dream-of-the-previous');
  await pulls.verdict(await open('judged', 9), ({ state }) => state === 'failed');
  await pulls.verdict(await open('good', 3), ({ state }) => state === 'succeeded');
  await quiet();
  await run(previous, { isDeaf: true });
  await open('waiting', 9);
  const clone = await environment.clone('author');
  await clone.git('checkout', '-b', 'judged', 'origin/judged');
  await clone.push('judged', { 'src/judged.ts': 'export {};\n' }, 'shorter');
  await eventually(
    async () => environment.broker.queue(WORK_QUEUE).active,
    (active) => active >= 2,
  );
});

test('upgrade: this release goes on with all of it', async () => {
  await run(current);
  expect(await pulls.verdict(opened['waiting'] ?? 0)).toMatchObject({
    description: expect.stringContaining('size 9 > 8'),
  });
  await pulls.verdict(opened['judged'] ?? 0, ({ state }) => state === 'succeeded');
  await quiet();
  expect(await newest('good')).toMatch(/^succeeded: /);
  expect((await api.history(`/repositories/${web}`)).body).toMatchObject([{ version: 2 }, { version: 1 }]);
  expect(await all(`/connections/${environment.connectionId}/access`)).toMatchObject([
    { subject: { name: 'Ada' }, role: 'reader' },
  ]);
  const actions = (await all('/audit')).map(({ action }) => action);
  expect(actions).toEqual(expect.arrayContaining(['connection.connect', 'hooks.sync', 'settings.save']));
  const letters = await deadLettersTable({ connectionString: environment.tables.connectionString }).list(10);
  expect(letters).toMatchObject([{ reason: 'malformed', key: null }]);
  await nothingIsDoubled();

  // Of this release, for the one before.
  expect((await api.save('', { phase: 'enforce', gates: { size: { mode: 'block', maximumLines: 7 } } })).status).toBe(
    200,
  );
  await pulls.verdict(opened['waiting'] ?? 0, ({ description }) => description.includes('size 9 > 7'));
  await quiet();
  await run(current, { isDeaf: true });
  await open('between', 9);
  await eventually(
    async () => environment.broker.queue(WORK_QUEUE).active,
    (active) => active >= 1,
  );
});

test('rollback: the previous release goes on with what this one left', async () => {
  await run(previous);
  expect(await pulls.verdict(opened['between'] ?? 0)).toMatchObject({
    description: expect.stringContaining('size 9 > 7'),
  });
  await quiet();
  expect(await newest('judged')).toMatch(/^succeeded: /);
  expect(await newest('waiting')).toContain('size 9 > 7');
  expect((await api.history('')).body[0]).toMatchObject({ version: 3 });
  expect(await all('/audit')).not.toEqual([]);
  await pulls.verdict(await open('after-rollback', 3), ({ state }) => state === 'succeeded');
  await nothingIsDoubled();
});

test('upgrade again: nothing is lost, and nothing said twice', async () => {
  await run(current);
  const clone = await environment.clone('author');
  await clone.git('checkout', '-b', 'between', 'origin/between');
  await clone.push('between', { 'src/between.ts': 'export {};\n' }, 'shorter');
  await pulls.verdict(opened['between'] ?? 0, ({ state }) => state === 'succeeded');
  await environment.settle();
  expect(await newest('waiting')).toContain('size 9 > 7');
  expect(environment.broker.queue(WORK_QUEUE).deadLettered).toBe(0);
  await nothingIsDoubled();
});
