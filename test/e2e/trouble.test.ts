import { TableClient } from '@azure/data-tables';

import { basic, eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { pullRequestHook } from '../support/pull-request-hook';
import { goodWords, pullRequests } from '../support/pull-requests';

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
});

afterAll(async () => {
  await environment.end();
});

async function deadLetters(): Promise<{ reason: string; description: string; pullRequestId?: number }[]> {
  const client = TableClient.fromConnectionString(environment.tables.connectionString, 'DeadLetters', {
    allowInsecureConnection: true,
  });
  const rows: { reason: string; description: string; pullRequestId?: number }[] = [];
  try {
    for await (const row of client.listEntities<{ reason: string; description: string }>()) rows.push(row);
  } catch (error) {
    // The table is made with its first row.
    if (!String(error).includes('TableNotFound')) throw error;
  }
  return rows;
}

async function openOn(branch: string): Promise<number> {
  const clone = await environment.clone('author');
  await clone.push(branch, { [`src/${branch}.ts`]: 'export const value = 1;\n' });
  return pulls.open(branch, goodWords);
}

test('an account that may not contribute to pull requests: the record says which permission is missing', async () => {
  await environment.control('POST', 'permissions', {
    identity: 'bot',
    repository: 'web',
    pullRequestContribute: false,
  });
  const id = await openOn('no-contribute');
  const [letter] = await eventually(deadLetters, (letters) => letters.length > 0);
  expect(letter?.reason).toBe('permissionMissing');
  expect(letter?.description).toContain('"Contribute to pull requests"');
  expect(await pulls.statuses(id)).toEqual([]);
  await environment.control('POST', 'permissions', { identity: 'bot', repository: 'web', pullRequestContribute: true });
  await pulls.vote(id, 'reviewer', 5);
  // The status that says `error` is written after the record: it may come through by now, and is followed by the verdict.
  expect(await pulls.verdict(id, ({ state }) => state === 'failed')).toMatchObject({ iterationId: 1 });
});

test('a repository that the account may not see is not taken for gone', async () => {
  await environment.control('POST', 'permissions', { identity: 'bot', repository: 'web', read: false });
  const before = (await deadLetters()).length;
  const id = await openOn('no-read');
  // The service tells nobody of what they may not read: this one was on its way when the permission was taken.
  const authorization = basic(await environment.hookPassword());
  expect(await environment.deliver(await pullRequestHook(environment, id), authorization)).toBe(202);
  const letters = await eventually(deadLetters, (all) => all.length > before);
  expect(letters.map(({ reason }) => reason)).toContain('notFound');
  expect(letters.find(({ reason }) => reason === 'notFound')?.description).toContain('this account may not see it');
  await environment.control('POST', 'permissions', { identity: 'bot', repository: 'web', read: true });
  await pulls.vote(id, 'reviewer', 5);
  // Until then the record may have stood there as an error.
  expect(await pulls.verdict(id, ({ state }) => state !== 'error')).toMatchObject({ state: 'failed', iterationId: 1 });
});

test('a PAT that is refused is recorded, and a new one in the vault counts with the next message', async () => {
  await environment.control('POST', 'pats', { token: 'bot-pat', refused: true });
  const before = (await deadLetters()).length;
  const id = await openOn('refused');
  const letters = await eventually(deadLetters, (all) => all.length > before);
  expect(letters.map(({ reason }) => reason)).toContain('credentialRefused');
  expect(await pulls.statuses(id)).toEqual([]);
  await environment.control('POST', 'pats', { token: 'bot-pat-2', identity: 'bot' });
  await environment.savePat('bot-pat-2');
  await pulls.vote(id, 'reviewer', 5);
  expect(await pulls.verdict(id)).toMatchObject({ state: 'failed', iterationId: 1 });
});

test('a busy service is asked again when it said, and not before', async () => {
  await environment.control('DELETE', 'requests');
  await environment.control('POST', 'faults', [
    { method: 'GET', path: '/pullRequests', times: 1, status: 429, headers: { 'Retry-After': '40' } },
  ]);
  const id = await openOn('busy');
  await eventually(
    async () => environment.logs,
    (logs) => logs.some((line) => line.includes('it is tried again later')),
  );
  const asked = (await environment.gateRequests()).length;
  expect(await pulls.statuses(id)).toEqual([]);
  await environment.settle();
  // The door's own pause runs on the worker's clock, which went with the broker's.
  expect(await pulls.verdict(id, () => true, 30)).toMatchObject({ state: 'failed', iterationId: 1 });
  expect((await environment.gateRequests()).length).toBeGreaterThan(asked);
});
