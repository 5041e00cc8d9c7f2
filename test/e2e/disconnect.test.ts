import { TableClient, TableServiceClient } from '@azure/data-tables';

import { connectSimulatedOrganization } from '../../local/connect';
import { requireVerdict } from '../../local/environment';
import { WORK_QUEUE } from '../../src/core/work-queue-name';
import { portcullis } from '../support/command';
import { basic, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { pullRequests } from '../support/pull-requests';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const SERVICE_HOOKS = 'cb594ebe-87dd-4fc9-ac2c-6a10a4c92046';
const COMMENTS_RESOLVED = 'c6a1889d-b943-4856-b76f-9e46bb6b0df2';
const repository = 'Shop/_apis/git/repositories/web';

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let gate: string;

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  const { body } = await environment.rest('bot', 'GET', '_apis/connectionData');
  gate = body.authenticatedUser.id;
  await requireVerdict(environment, gate, silent);
  await environment.rest('admin', 'POST', 'Shop/_apis/policy/configurations?api-version=7.1', {
    isEnabled: true,
    isBlocking: true,
    type: { id: COMMENTS_RESOLVED },
    settings: { scope: [{ repositoryId: null, refName: 'refs/heads/main', matchKind: 'Exact' }] },
  });
});

afterAll(() => environment.end());

const signedIn = () => ({ PORTCULLIS_URL: environment.host.url, PORTCULLIS_TOKEN: environment.managementToken });
const disconnectAs = (pat: string, ...args: string[]) =>
  portcullis(['disconnect', 'contoso', ...args], { env: { AZURE_DEVOPS_PAT: pat, ...signedIn() } });
const disconnect = (...args: string[]) => disconnectAs('admin-pat', ...args);

/** Everything that Portcullis has anywhere, as its administrators would find it. */
async function everything() {
  const asAdmin = async (path: string) => (await environment.rest('admin', 'GET', path)).body.value;
  const [subscriptions, policies, lists] = await Promise.all([
    asAdmin('_apis/hooks/subscriptions?api-version=7.1'),
    asAdmin('Shop/_apis/policy/configurations?api-version=7.1'),
    asAdmin(`_apis/accesscontrollists/${SERVICE_HOOKS}?recurse=true&api-version=7.1`),
  ]);
  const entries = lists.flatMap((list: { acesDictionary: object }) => Object.keys(list.acesDictionary));
  const secrets = async (kind: string) => {
    const answer = await fetch(`${environment.vault.url}/${kind}?api-version=2025-07-01`, {
      headers: { authorization: 'Bearer admin' },
    });
    const { value } = JSON.parse(await answer.text());
    return value.map(({ id }: { id: string }) => new URL(id).pathname);
  };
  const { connectionString } = environment.tables;
  const options = { allowInsecureConnection: true };
  const rows: Record<string, number> = {};
  for await (const { name = '' } of TableServiceClient.fromConnectionString(connectionString, options).listTables()) {
    const table = TableClient.fromConnectionString(connectionString, name, options);
    for await (const { rowKey } of table.listEntities())
      rows[name] = (rows[name] ?? 0) + (rowKey === undefined ? 0 : 1);
  }
  const { active, locked, scheduled } = environment.broker.queue(WORK_QUEUE);
  return {
    subscriptions: subscriptions.length,
    policies: policies.map(({ type }: { type: { id: string } }) => type.id),
    entries: entries.filter((descriptor: string) => descriptor.includes('portcullis')).length,
    secrets: [...(await secrets('secrets')), ...(await secrets('deletedsecrets'))],
    rows,
    messages: active + locked + scheduled,
  };
}

test('everything goes and nothing waits; the same organization can be connected again', async () => {
  const clone = await environment.clone('author');
  await clone.push('feature/leaving', { 'src/leaving.ts': 'export const leaving = 1;\n' });
  const id = await pulls.open('feature/leaving');
  await pulls.verdict(id, ({ state }) => state === 'failed');
  const [summary] = await pulls.summaries(id);
  expect(summary?.status).toBe('active');
  const path = `${repository}/pullRequests/${id}?api-version=7.1`;
  const complete = async (): Promise<number> => {
    const { body } = await environment.rest('author', 'GET', path);
    const { lastMergeSourceCommit } = body;
    return (await environment.rest('author', 'PATCH', path, { status: 'completed', lastMergeSourceCommit })).status;
  };
  expect(await complete()).toBeGreaterThanOrEqual(400);
  const password = await environment.hookPassword();

  await environment.settle();
  const before = await everything();
  expect(before).toMatchObject({ subscriptions: 4, rows: { Connections: 1, Settings: 2 } });
  expect(before.policies).toHaveLength(2);
  expect(before.secrets).toHaveLength(2);
  expect(before.entries).toBeGreaterThan(0);

  const dry = await disconnect('--dry-run');
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toMatch(/branch policy \d+ of project Shop \(portcullis\/verdict\), for main of/);
  expect(dry.stdout).toContain('- 4 service hook subscriptions\n');
  expect(dry.stdout.replace(/\s+/g, ' ')).toMatch(
    /- the rights for service hooks that portcullis hooks grant gave to Portcullis \(portcullis@contoso\.example\), [0-9a-f-]{36}/,
  );
  expect(dry.stdout).toContain('- 2 secrets (hook-connection-');
  expect(await disconnect()).toMatchObject({ code: 2, stderr: expect.stringContaining('add --yes') });
  expect(await everything()).toEqual(before);

  const done = await disconnect('--yes');
  expect(done).toMatchObject({ code: 0 });
  const told = done.stdout.replace(/\s+/g, ' ');
  expect(told).toMatch(/is disconnected\. Deleted: 1 branch policy, 4 service hook subscriptions, rights in \d place/);
  expect(told).toContain('Closed: 1 comment thread.');
  expect(`${done.stdout}${done.stderr}`).not.toContain('bot-pat');

  await environment.settle();
  const after = await everything();
  expect(after).toEqual({
    subscriptions: 0,
    policies: [COMMENTS_RESOLVED],
    entries: 0,
    secrets: [],
    // What was done, step by step, by whom.
    rows: { Audit: (before.rows['Audit'] ?? 0) + 5 },
    messages: 0,
  });
  // An endpoint remembers a row for a minute; then it is as unknown as any other.
  expect([200, 401]).toContain(await environment.deliver('{}', basic(password)));
  expect(await disconnect('--yes')).toMatchObject({ code: 2, stderr: expect.stringContaining('contoso') });
  expect((await pulls.statuses(id)).length).toBeGreaterThan(0);
  expect(await complete()).toBe(200);

  await connectSimulatedOrganization(environment, silent);
  await clone.push('feature/again', { 'src/again.ts': 'export const again = 1;\n' });
  const again = await pulls.open('feature/again');
  await pulls.verdict(again, ({ state }) => state === 'failed');
});

test('what the gate may not do any more, its administrator does; broken off, it goes on', async () => {
  const list = await portcullis(['connections', '--json'], { env: signedIn() });
  const [{ id }] = JSON.parse(list.stdout).connections;
  const put = await fetch(`${environment.vault.url}/secrets/pat-${id}?api-version=2025-07-01`, {
    method: 'PUT',
    headers: { authorization: 'Bearer admin', 'content-type': 'application/json' },
    body: JSON.stringify({ value: 'expired-pat' }),
  });
  expect(put.status).toBe(200);
  // Until then the worker has the PAT that worked.
  environment.clock.advance(360_000);

  // An administrator who may delete nothing comes first.
  const powerless = await disconnectAs('reviewer-pat', '--yes');
  expect(powerless).toMatchObject({ code: 1, stderr: expect.stringContaining('leaving, but not gone') });
  const refused = await portcullis(['settings', 'delete', '--connection', 'contoso', '--yes'], { env: signedIn() });
  expect(refused).toMatchObject({ stderr: expect.stringContaining('is being disconnected') });

  const done = await disconnectAs('admin-pat', '--yes', '--json');
  expect(done).toMatchObject({ code: 0 });
  expect(JSON.parse(done.stdout)).toMatchObject({
    schemaVersion: 1,
    leave: { unreachable: expect.any(String), hooks: { removed: 0 } },
    hooks: { removed: 4, refused: [] },
    threads: { closed: 1, refused: [] },
  });
  await environment.settle();
  const { rows, ...after } = await everything();
  expect(Object.keys(rows)).toEqual(['Audit']);
  expect(after).toEqual({ subscriptions: 0, policies: [COMMENTS_RESOLVED], entries: 0, secrets: [], messages: 0 });
});
