import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { z } from 'zod';

import { connectSimulatedOrganization } from './connect';
import { heldSentence, lockData } from './data-lock';
import { openDemoPullRequest } from './demo';
import { requireVerdict, startLocalEnvironment, type LocalEnvironment } from './environment';
import { connectLog, print, printLog } from './print-log';
import { parseStart, usage, type StartOptions } from './start-options';
import { welcome } from './welcome';

/** `npm start`: the whole of Portcullis on this machine, on loopback only. */

const FOLDER = '.local';
const DATA = resolve(FOLDER);
const ENDPOINTS = join(DATA, 'endpoints.json');

async function start({ fresh, demo, unconnected, ports }: StartOptions): Promise<void> {
  const lock = await lockData(DATA, ports);
  if (!lock.ok) throw new Error(heldSentence(FOLDER, lock.holder));
  if (fresh) await lock.clear();
  const environment = await startLocalEnvironment({
    dataDirectory: DATA,
    distDirectory: resolve('dist'),
    ports,
    isolation: 'separate-processes',
    onLog: printLog,
  });
  stopOnSignals(async () => {
    await environment.stop();
    await rm(ENDPOINTS, { force: true });
    await lock.release();
  });
  await writeEndpoints(environment);
  const { simulator, host } = environment;
  const connectionId = unconnected ? undefined : await connectAndRequire(environment);
  const demoPage = demo && !unconnected ? await openDemoPullRequest(simulator.url) : undefined;
  print(
    welcome({
      organizationUrl: simulator.url,
      portcullisUrl: named(host.url),
      connectionId,
      connectedBefore: unconnected ? await connectionNames(environment) : [],
      demoPage,
    }),
  );
  print('Portcullis is ready');
}

async function connectAndRequire(environment: LocalEnvironment): Promise<string> {
  const { id, account } = await connectSimulatedOrganization(environment, connectLog);
  await requireVerdict(environment, account.id, connectLog);
  return id;
}

const connectionsSchema = z.array(z.object({ name: z.string() }));

async function connectionNames({ host, managementToken }: LocalEnvironment): Promise<string[]> {
  const headers = { authorization: `Bearer ${managementToken}` };
  const answer = await fetch(`${host.url}/api/management/connections`, { headers });
  return connectionsSchema.parse(await answer.json()).map(({ name }) => name);
}

/** Only the owner may read it: the token opens the management API. */
async function writeEndpoints(environment: LocalEnvironment): Promise<void> {
  const { host, simulator, broker, tables, vault, managementToken } = environment;
  const endpoints = {
    portcullis: named(host.url),
    managementToken,
    azureDevOps: simulator.url,
    serviceBus: broker.connectionString,
    tableStorage: tables.connectionString,
    keyVault: vault.url,
    process: process.pid,
  };
  await writeFile(ENDPOINTS, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
}

function stopOnSignals(end: () => Promise<void>): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    print('Stopping …');
    end().then(() => process.exit(0), fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** As a person writes it. */
function named(url: string): string {
  return url.replace('127.0.0.1', 'localhost');
}

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const advice = message.includes('EADDRINUSE')
    ? '\nSomething else uses that port, perhaps another npm start. PORTCULLIS_PORT and AZURE_DEVOPS_PORT choose others.'
    : '';
  process.stderr.write(`Portcullis could not be started: ${message}${advice}\n`);
  process.exit(1);
}

process.title = 'portcullis';
const asked = parseStart(process.argv.slice(2), process.env);
if (asked.kind === 'start') {
  start(asked.options).catch(fail);
} else if (asked.kind === 'help') {
  print(usage);
} else {
  process.stderr.write(`${asked.sentence}\n${usage}\n`);
  process.exitCode = 2;
}
