import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TableClient, TableServiceClient } from '@azure/data-tables';

import { portcullis as command, type Ended } from '../support/command';
import { basic, eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { pullRequestHook } from '../support/pull-request-hook';
import { goodWords, pullRequests } from '../support/pull-requests';

/** infra/restore.md, word by word, as far as it goes without Azure. */
let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let folder: string;

const reader = '3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f';
const options = { allowInsecureConnection: true };

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  folder = await mkdtemp(join(tmpdir(), 'portcullis-restore-'));
});

afterAll(async () => {
  await environment.end();
  await rm(folder, { recursive: true, force: true });
});

const portcullis = (...args: string[]): Promise<Ended> =>
  command(args, {
    env: {
      PORTCULLIS_URL: environment.host.url,
      PORTCULLIS_TOKEN: environment.managementToken,
      PORTCULLIS_PAT: 'bot-pat',
      PATH: process.env['PATH'] ?? '',
    },
  });

async function succeeded(...args: string[]): Promise<string> {
  const ended = await portcullis(...args);
  expect([args, ended]).toMatchObject([args, { code: 0 }]);
  return ended.stdout;
}

async function dropTables(): Promise<string[]> {
  const { connectionString } = environment.tables;
  const service = TableServiceClient.fromConnectionString(connectionString, options);
  const names: string[] = [];
  for await (const { name = '' } of service.listTables()) names.push(name);
  for (const name of names) await service.deleteTable(name);
  return names;
}

test('a dead letter of the genuine table is replayed, and its pull request is judged', async () => {
  const clone = await environment.clone('author');
  await clone.push('letters', { 'src/letters.ts': 'export const value = 1;\n' });
  await environment.dropHooks();
  const id = await pulls.open('letters', goodWords);
  const { body } = await environment.rest('author', 'GET', 'Shop/_apis/git/repositories/web?api-version=7.1');
  const key = { connectionId: environment.connectionId, repositoryId: body.id, pullRequestId: id };
  const message = { schemaVersion: 1, kind: 'pullRequest', cause: 'hook', ...key, thorough: false, attempt: 0 };
  const table = TableClient.fromConnectionString(environment.tables.connectionString, 'DeadLetters', options);
  await table.createTable();
  await table.createEntity({
    ...{ partitionKey: 'deadLetter', rowKey: '0a1b2c3d', schemaVersion: 1, reason: 'MaxDeliveryCountExceeded' },
    ...{
      description: '',
      messageId: 'hook/x',
      sessionId: `pr/${body.id}/${id}`,
      body: JSON.stringify(message),
      ...key,
    },
  });
  expect(await succeeded('dead-letters', 'list')).toMatch(new RegExp(`^0a1b2c3d .* pull request ${id} `, 'm'));
  await succeeded('dead-letters', 'replay', '0a1b2c3d');
  await environment.settle();
  expect(await pulls.verdict(id)).toMatchObject({ state: 'failed', iterationId: 1 });
  expect(await succeeded('dead-letters', 'list')).toContain('There are no dead letters here');
  await succeeded('hooks', 'sync');
});

test('all tables are lost: what was exported, and what is left in vault and Azure DevOps, brings the verdict back', async () => {
  const before = join(folder, 'before.yaml');
  await writeFile(before, 'gates:\n  title: { mode: block, pattern: "(feat|fix): .+" }\n  work-items: { mode: off }\n');
  await succeeded('settings', 'set', before, '--repository', 'Shop/web', '--note', 'ours');
  await succeeded('access', 'grant', reader, '--name', 'Ann', '--role', 'reader');
  const password = await environment.hookPassword();

  const exported = join(folder, 'backup');
  await mkdir(exported);
  expect(await succeeded('settings', 'export', join(exported, 'settings'))).toContain('2 documents are written');
  expect(await readFile(join(exported, 'settings/repositories/Shop/web.yaml'), 'utf8')).toContain('(feat|fix)');
  expect(await portcullis('settings', 'export', join(exported, 'settings'))).toMatchObject({ code: 2 });
  const [connection] = JSON.parse(await succeeded('connections', '--json')).connections;
  const { grants } = JSON.parse(await succeeded('access', 'list', '--json'));

  expect(await dropTables()).toEqual(expect.arrayContaining(['Connections', 'Settings', 'Ledger', 'Access', 'Audit']));
  expect((await portcullis('doctor')).stdout).toContain('Nothing is connected yet');

  const { id, url, name, publicUrl } = connection;
  await succeeded('connect', url, '--id', id, '--name', name, '--public-url', publicUrl);
  expect(await environment.hookPassword()).toBe(password);
  await succeeded('settings', 'apply', join(exported, 'settings'), '--prune', '--yes');
  for (const { subject, role } of grants)
    await succeeded('access', 'grant', subject.id, '--kind', subject.kind, '--name', subject.name, '--role', role);
  expect(await succeeded('settings', 'apply', join(exported, 'settings'), '--prune')).toContain('Nothing to change');
  // Nothing to write: they come to the same address with the same password.
  expect(await succeeded('hooks', 'sync')).not.toContain('created');
  expect((await portcullis('hooks', 'status')).code).toBe(0);

  const clone = await environment.clone('author');
  await clone.push('after', { 'src/after.ts': 'export const value = 2;\n' });
  const fresh = await pulls.open('after', { ...goodWords, title: 'Adds a value after the loss' });
  const authorization = basic(password);
  expect(await environment.deliver(await pullRequestHook(environment, fresh), authorization)).toBe(202);
  // As the settings say that were brought back, and not as the default ones do.
  const verdict = await pulls.verdict(fresh);
  expect(verdict).toMatchObject({ state: 'failed', iterationId: 1 });
  expect(verdict.description).toMatch(/^1 of \d blocking gates failed: title /);
  // What was open before is judged by the sweep.
  await environment.sweep();
  const rows = await eventually(ledgerRows, (all) => all > 1);
  expect(rows).toBeGreaterThan(1);
});

/** Pull requests with a verdict. */
async function ledgerRows(): Promise<number> {
  const table = TableClient.fromConnectionString(environment.tables.connectionString, 'Ledger', options);
  let done = 0;
  for await (const { rowKey } of table.listEntities()) if (rowKey === 'done') done += 1;
  return done;
}
