import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { z } from 'zod';

import type { Log } from '../src/app/ports';

import { openDemoPullRequest } from './demo';
import {
  connectSimulatedOrganization,
  requireVerdict,
  startLocalEnvironment,
  type LocalEnvironment,
} from './environment';

/** `npm start`: the whole of Portcullis on this machine, on loopback only. */

const DATA = resolve('.local');
const ENDPOINTS = join(DATA, 'endpoints.json');

const usage = `npm start -- [options]
  --fresh        forget everything first (.local)
  --no-demo      connect the simulated organization, but open no demo pull request
  --unconnected  connect nothing`;

const { fresh, demo, unconnected } = options();

async function main(): Promise<void> {
  if (fresh) await rm(DATA, { recursive: true, force: true });
  await mkdir(DATA, { recursive: true });
  const environment = await startLocalEnvironment({
    dataDirectory: DATA,
    distDirectory: resolve('dist'),
    ports: { portcullis: port('PORTCULLIS_PORT', 7071), azureDevOps: port('AZURE_DEVOPS_PORT', 7080) },
    isolation: 'separate-processes',
    onLog: printLog,
  });
  stopOnSignals(environment);
  await writeEndpoints(environment);
  const { simulator, host } = environment;
  const pages = [
    ['Azure DevOps (simulated)', simulator.url],
    ['Portcullis', named(host.url)],
  ];
  if (!unconnected) {
    const { id, identities } = await connectSimulatedOrganization(environment, consoleLog);
    const [gate] = identities;
    if (gate) await requireVerdict(environment, gate.id, consoleLog);
    pages.push(['Service hooks go to', `${named(host.url)}/api/service-hooks/${id}`]);
    if (demo) pages.push(['Demo pull request', await openDemoPullRequest(simulator.url)]);
  }
  print('');
  for (const [name = '', url = ''] of pages) print(`  ${`${name}:`.padEnd(26)}${url}`);
  print(`
Try it, as Ada Author (the password is her PAT):

  git clone ${simulator.url.replace('http://', 'http://author:author-pat@')}/Shop/_git/web
  npx portcullis settings get

Ctrl-C stops everything; .local keeps what was done, npm start -- --fresh forgets it.
`);
  print('Portcullis is ready');
}

function options(): { fresh: boolean; demo: boolean; unconnected: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        fresh: { type: 'boolean', default: false },
        demo: { type: 'boolean', default: true },
        unconnected: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
      allowNegative: true,
    });
    if (!values.help) return values;
    print(usage);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    process.exit(2);
  }
  process.exit(0);
}

function port(variable: string, standard: number): number {
  const given = process.env[variable];
  if (given === undefined || given === '') return standard;
  const number = Number(given);
  if (Number.isInteger(number) && number >= 0 && number < 65_536) return number;
  process.stderr.write(`${variable} is ${given}; it takes a port number.\n`);
  process.exit(2);
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

function stopOnSignals(environment: LocalEnvironment): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    print('Stopping …');
    void Promise.all([environment.stop(), rm(ENDPOINTS, { force: true })]).then(
      () => process.exit(0),
      (error: unknown) => {
        fail(error);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** As a person writes it. */
function named(url: string): string {
  return url.replace('127.0.0.1', 'localhost');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Ids that matter to machines only; whoever needs them looks into the tables. */
const unprinted = new Set(['connectionId', 'repositoryId', 'eventId', 'notificationId', 'messageId', 'evaluationId']);

const entrySchema = z.looseObject({ message: z.string() });

/** The product's entries are JSON, for queries; here a person reads them. */
function readable(line: string): string {
  if (!line.startsWith('{')) return line;
  const parsed = entrySchema.safeParse(parseJson(line));
  if (!parsed.success) return line;
  const { message, ...fields } = parsed.data;
  const told = Object.entries(fields).filter(([name]) => !unprinted.has(name));
  return [
    message,
    ...told.map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`),
  ].join('  ');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function printLog({
  functionName,
  level,
  message,
  worker,
}: {
  functionName?: string;
  level: string;
  message: string;
  worker: string;
}): void {
  print(`[${functionName ?? worker}] ${level === 'information' ? '' : `${level}: `}${readable(message)}`);
}

const consoleLog: Log = {
  info: (message, fields) => print(`[connect] ${readable(JSON.stringify({ message, ...fields }))}`),
  warn: (message, fields) => print(`[connect] warning: ${readable(JSON.stringify({ message, ...fields }))}`),
  error: (message, fields) => print(`[connect] error: ${readable(JSON.stringify({ message, ...fields }))}`),
};

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const advice = message.includes('EADDRINUSE')
    ? '\nSomething else uses that port, perhaps another npm start. PORTCULLIS_PORT and AZURE_DEVOPS_PORT choose others.'
    : '';
  process.stderr.write(`Portcullis could not be started: ${message}${advice}\n`);
  process.exit(1);
}

main().catch(fail);
