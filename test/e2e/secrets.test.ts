import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { TableClient } from '@azure/data-tables';

import { basic, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';
import { spellings } from '../support/spellings';

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await startTestEnvironment();
});

afterAll(async () => {
  await environment.end();
});

function found(secret: string, text: string): string[] {
  return spellings(secret).filter((spelling) => text.includes(spelling));
}

async function rowsOf(table: string): Promise<string> {
  const client = TableClient.fromConnectionString(environment.tables.connectionString, table, {
    allowInsecureConnection: true,
  });
  const rows: unknown[] = [];
  for await (const row of client.listEntities()) rows.push(row);
  return JSON.stringify(rows);
}

test('no secret stands in a log, a table, a message, or anything written to Azure DevOps, whatever goes wrong', async () => {
  const pulls = pullRequests(environment);
  const hookPassword = await environment.hookPassword();
  const clone = await environment.clone('author');
  await clone.push('feature/canary', { 'src/canary.ts': 'export const canary = 1;\n' });
  const id = await pulls.open('feature/canary');
  await pulls.verdict(id);
  // Every way of failing that an answer can take, and the bad deliveries beside them.
  await environment.control('POST', 'faults', [
    { method: 'GET', path: '/pullRequests', times: 1, action: 'html203' },
    { method: 'GET', path: '/iterations', times: 2, status: 500 },
    { method: 'GET', path: '/threads', times: 1, action: 'garbage' },
    { method: 'POST', path: '/statuses', times: 1, status: 403 },
  ]);
  await pulls.update(id, goodWords);
  await clone.push('feature/canary', { 'src/canary.ts': 'export const canary = 2;\n' });
  await pulls.verdict(id, ({ iterationId }) => iterationId === 2, 60).catch(() => undefined);
  expect(await environment.deliver('{}', basic(`${hookPassword}x`))).toBe(401);
  expect(await environment.deliver('{"eventType":', basic(hookPassword))).toBe(200);

  const logs = environment.logs.join('\n');
  expect(logs.length).toBeGreaterThan(500);
  const tables = (await Promise.all(['Connections', 'Settings', 'Ledger'].map(rowsOf))).join('\n');
  expect(tables).toContain(environment.connectionId);
  const queue = JSON.stringify(environment.broker.queue('work'));
  const { body: written } = await environment.control('GET', 'requests');
  const bodies = JSON.stringify(written);
  for (const [name, secret] of [
    ['PAT', 'bot-pat'],
    ['hook password', hookPassword],
    ['management token', environment.managementToken],
  ] as const) {
    for (const [place, text] of [
      ['logs', logs],
      ['tables', tables],
      ['queue', queue],
    ] as const) {
      expect([name, place, found(secret, text)]).toEqual([name, place, []]);
    }
    // The hook subscriptions themselves carry the hook's password: that is how Azure DevOps gets it.
    if (name !== 'hook password') expect([name, 'requests', found(secret, bodies)]).toEqual([name, 'requests', []]);
  }
});

test('the built app holds none of the local environment', () => {
  const folder = join(__dirname, '../../dist/package');
  for (const file of readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile())) {
    const text = readFileSync(join(folder, file), 'utf8');
    expect([file, ['bot-pat', 'author-pat', '_simulator'].filter((word) => text.includes(word))]).toEqual([file, []]);
  }
});
