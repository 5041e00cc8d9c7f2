import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { TableClient } from '@azure/data-tables';
import { ServiceBusClient } from '@azure/service-bus';

import { startFunctionsHost, type FunctionsHost } from '../../local/functions-host/functions-host';
import type { SettingsScope } from '../../src/app/ports';
import { settingsTable } from '../../src/azure/settings-table';
import { writeText } from '../../src/azure/text-column';
import { WORK_QUEUE } from '../../src/core/work-queue-name';
import { DIST, eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { management } from '../support/management';
import { goodWords, pullRequests } from '../support/pull-requests';

const SHOP = '5d9a3c70-8e41-4b2f-a6c3-1f7e0d92b8c4';
/** Of a row that another release wrote: what it is called everywhere. */
const ROW = { schemaVersion: 1 };

let environment: TestEnvironment;
let host: FunctionsHost | undefined;
let client: ServiceBusClient;
let api: ReturnType<typeof management>;
let web: string;

beforeAll(async () => {
  environment = await startTestEnvironment();
  client = new ServiceBusClient(environment.broker.connectionString);
  api = management(environment);
  const { body } = await environment.rest('author', 'GET', 'Shop/_apis/git/repositories/web?api-version=7.1');
  web = body.id;
});

afterAll(async () => {
  await client.close();
  await host?.stop();
  await environment.end();
});

/** One release goes, and what it left lies there; `leave` writes it, as that release would have. Then this one starts. */
async function deployAfter(leave: () => Promise<void>): Promise<void> {
  await (host ?? environment.host).stop();
  await leave();
  host = await startFunctionsHost({
    appDirectory: join(DIST, 'package'),
    workerEntry: join(DIST, 'local', 'worker-process.js'),
    settings: environment.appSettings,
    port: Number(new URL(environment.host.url).port),
    clock: environment.clock,
    isolation: 'separate-processes',
    onLog: ({ functionName, level, message }) => environment.logs.push(`[${functionName ?? '-'}] ${level}: ${message}`),
  });
}

function table(name: string): TableClient {
  return TableClient.fromConnectionString(environment.tables.connectionString, name, { allowInsecureConnection: true });
}

/** A pull request of seven added lines, with its verdict; nothing of it is left in the queue. */
async function judged(branch: string, repository = 'web'): Promise<number> {
  const pulls = pullRequests(environment, `Shop/_apis/git/repositories/${repository}`);
  const clone = await environment.clone('author', repository);
  await clone.push(branch, { [`src/${branch}.ts`]: 'export {};\n'.repeat(7) });
  const id = await pulls.open(branch, goodWords);
  await pulls.verdict(id);
  await environment.settle();
  return id;
}

const partition = (id: number): string => `${environment.connectionId}_${web}_${id}`;
const session = (id: number): string => `pr/${web}/${id}`;

/** A message of release 1 to a pull request, as that release wrote it. */
function messageOf(id: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  const key = { connectionId: environment.connectionId, repositoryId: web, pullRequestId: id };
  return { schemaVersion: 1, kind: 'pullRequest', cause: 'hook', ...key, thorough: false, attempt: 0, ...more };
}

async function send(body: unknown, sessionId: string, messageId: string = randomUUID()): Promise<void> {
  const sender = client.createSender(WORK_QUEUE);
  await sender.sendMessages({ body, sessionId, messageId, contentType: 'application/json' });
  await sender.close();
}

async function deadLetter(body: unknown, sessionId: string, messageId: string): Promise<void> {
  await send(body, sessionId, messageId);
  const receiver = await client.acceptSession(WORK_QUEUE, sessionId);
  const [message] = await receiver.receiveMessages(1);
  if (!message) throw new Error('no message');
  await receiver.deadLetterMessage(message, { deadLetterReason: 'GaveUp', deadLetterErrorDescription: 'Five times.' });
  await receiver.close();
}

/** As the ledger writes times, so many seconds from now. */
const timestamp = (seconds: number): string =>
  new Date(Date.now() + seconds * 1_000).toISOString().replace('Z', '0000Z');

/** What the ledger of every release since the first keeps of an evaluation that is done. */
function doneRow(id: number, beganAt: string, schemaVersion: number) {
  return {
    partitionKey: partition(id),
    rowKey: 'done',
    schemaVersion,
    evaluationId: 'evaluation-of-another-release',
    beganAt,
    inputs: 'inputs',
    iterationId: 1,
    sourceCommit: 'a'.repeat(40),
    state: 'failed',
    description: '1 of 4 gates failed: title',
    listed: '',
    outcomes: '[{"gate":"title","state":"failed"}]',
  };
}

async function newestOf(id: number, repository = 'web'): Promise<string> {
  const rows = await pullRequests(environment, `Shop/_apis/git/repositories/${repository}`).statuses(id);
  return `${rows.at(-1)?.state}: ${rows.at(-1)?.description}`;
}

test('an upgrade: documents, ledger rows, messages and dead letters of release 1 are understood', async () => {
  const [settled, covered, retried, dead] = [
    await judged('settled'),
    await judged('covered'),
    await judged('retried'),
    await judged('dead'),
  ];
  const ignore = Array.from({ length: 200 }, (_, index) => `${'generated/'.repeat(18)}${index}/**`);
  const reference = 'row-of-release-1';
  await deployAfter(async () => {
    const settings = table('Settings');
    const connection = {
      schemaVersion: 1,
      phase: 'enforce',
      gates: { size: { mode: 'block' }, 'work-items': { mode: 'off' } },
    };
    const row = { partitionKey: environment.connectionId, ...ROW, writeId: randomUUID() };
    await settings.upsertEntity({ ...row, rowKey: 'connection', document: JSON.stringify(connection) }, 'Replace');
    const repository = { schemaVersion: 1, gates: { size: { maximumLines: 5, ignore } } };
    const text = writeText('document', JSON.stringify(repository));
    expect(Object.keys(text)).toEqual(['document0']);
    await settings.upsertEntity({ ...row, rowKey: `repository_${web}`, ...text }, 'Replace');

    const ledger = table('Ledger');
    // Without the chain that this release notes.
    const dueAt = new Date(Date.now() + 600_000).toISOString();
    await ledger.upsertEntity({ partitionKey: partition(retried), rowKey: 'retry', ...ROW, dueAt, attempt: 2 });
    const letter = { reason: 'credentialRefused', description: 'The PAT is refused.', messageId: 'm', body: '{}' };
    await table('DeadLetters').createTable();
    await table('DeadLetters').upsertEntity({ partitionKey: 'deadLetter', rowKey: reference, ...ROW, ...letter });

    await send(messageOf(settled), session(settled));
    await send(messageOf(covered), session(covered));
    await ledger.upsertEntity(doneRow(covered, timestamp(16), 1), 'Replace');
    await send(messageOf(retried, { cause: 'retry', thorough: true, attempt: 2, chain: 'first' }), session(retried));
    await deadLetter(messageOf(dead), session(dead), 'gave-up');
    await environment.control('DELETE', 'requests');
  });
  const pulls = pullRequests(environment);
  const tooLarge = 'failed: 1 of 3 gates failed: size 7 > 5 lines';
  await pulls.verdict(settled, ({ description }) => description.includes('size'));
  await pulls.verdict(retried, ({ description }) => description.includes('size'));
  await pulls.verdict(dead, ({ description }) => description.includes('reference'));
  await eventually(
    async () => environment.broker.queue(WORK_QUEUE),
    ({ active, locked, deadLettered }) => active + locked + deadLettered === 0,
  );
  expect(await newestOf(settled)).toBe(tooLarge);
  expect(await newestOf(retried)).toBe(tooLarge);
  expect(await newestOf(dead)).toMatch(/^error: could not be judged; tell your administrator the reference \S+, or/);
  expect(await newestOf(covered)).toBe('failed: 1 of 3 blocking gates failed: work-items none linked');
  const asked = (await environment.gateRequests()).filter(({ url }) => url.includes(`/pullRequests/${covered}`));
  expect(asked).toEqual([]);
  const letters: string[] = [];
  for await (const { rowKey, reason } of table('DeadLetters').listEntities<{ reason: string }>()) {
    letters.push(`${rowKey === reference ? rowKey : 'new'}: ${reason}`);
  }
  expect(letters.toSorted()).toEqual(['new: GaveUp', `${reference}: credentialRefused`]);
});

test('an upgrade: what release 1 wrote is a version of the history, and can be restored', async () => {
  const part = `/repositories/${web}` as const;
  const former = (await api.settings(part)).body.document;
  expect(former).toMatchObject({ schemaVersion: 1, gates: { size: { maximumLines: 5 } } });
  expect((await api.save(part, { gates: { size: { maximumLines: 6 } } })).status).toBe(200);
  expect((await api.history(part)).body).toMatchObject([
    { version: 2, savedBy: 'local administrator' },
    { version: 1, savedBy: '' },
  ]);
  expect((await api.restore(part, 1)).status).toBe(200);
  expect((await api.settings(part)).body).toMatchObject({ version: 3, document: former });
});

test('an upgrade: a sweep that release 1 left looks after every pull request', async () => {
  const id = await judged('swept');
  const { connectionId } = environment;
  const sweep = { schemaVersion: 1, kind: 'sweep', connectionId, full: true };
  await deployAfter(async () => {
    await environment.control('DELETE', 'requests');
    await send(sweep, `sweep/${connectionId}`);
  });
  await eventually(
    async () => (await environment.gateRequests()).map(({ url }) => url),
    (urls) =>
      urls.some((url) => url.includes('/_apis/projects')) && urls.some((url) => url.includes(`/pullRequests/${id}`)),
  );
  expect(environment.broker.queue(WORK_QUEUE).deadLettered).toBe(0);
});

/** What this release never heard of. */
const TELEPATHY = { gates: { telepathy: { minimum: 2 } } };

/** Saves as the next release does, to which rows of this one are no news. */
async function saveAsNextRelease(scope: SettingsScope, document: unknown): Promise<void> {
  const store = settingsTable({ connectionString: environment.tables.connectionString });
  const present = await store.read(scope);
  expect(await store.save(scope, document, { savedBy: 'next', documentSchemaVersion: 3 }, present?.etag ?? null)).toBe(
    true,
  );
}

/** The present row of a scope in a shape that only the next release knows. */
async function asRowOfNextRelease(rowKey: string): Promise<void> {
  const settings = table('Settings');
  const row = { partitionKey: environment.connectionId, rowKey, schemaVersion: 2, leaves: '["telepathy"]' };
  await settings.upsertEntity(row, 'Replace');
}

test('a rollback: of settings of the next release the last version that this one understands holds', async () => {
  const scope = { kind: 'connection', connectionId: environment.connectionId } as const;
  expect((await api.save('', { gates: { title: { minimumLength: 40 } } })).status).toBe(200);
  await deployAfter(() => saveAsNextRelease(scope, TELEPATHY));
  const id = await judged('rolled-back');
  expect(await newestOf(id)).toMatch(/^failed: .*title 26 characters < 40/);
  expect(environment.logs.join('\n')).toContain('an older version of them counts');
  expect((await api.effective('')).body.warnings).toMatchObject([
    {
      scope: 'connection',
      message: expect.stringMatching(/^the present document is of a newer release .* counts until/),
    },
  ]);
  expect((await api.settings('')).body).toMatchObject({
    document: { schemaVersion: 3, ...TELEPATHY },
    savedBy: 'next',
  });
  expect((await api.save('', { gates: { title: { minimumLength: 50 } } })).status).toBe(200);
  await pullRequests(environment).verdict(id, ({ description }) => description.includes('title 26 characters < 50'));
  const [mine, theirs] = (await api.history('')).body;
  expect([mine.savedBy, theirs.savedBy]).toEqual(['local administrator', 'next']);
  expect((await api.restore('', theirs.version)).body.problems).toMatchObject([{ path: 'schemaVersion' }]);
});

test('a rollback: settings of which no version is understood are an error that says what to do', async () => {
  await environment.control('POST', 'forks', { repository: 'web' });
  const { body } = await environment.rest('author', 'GET', 'Shop/_apis/git/repositories/web.author?api-version=7.1');
  const { connectionId } = environment;
  await deployAfter(() => saveAsNextRelease({ kind: 'repository', connectionId, repositoryId: body.id }, TELEPATHY));
  const id = await judged('nothing-known', 'web.author');
  expect(await newestOf(id, 'web.author')).toBe(
    'error: settings: schemaVersion: these settings have version 3, from a newer release of Portcullis; deploy that release, or sav…',
  );
});

test('a rollback: settings in a row of the next release, too', async () => {
  await deployAfter(() => asRowOfNextRelease('connection'));
  const id = await judged('next-row');
  expect(await newestOf(id)).toMatch(/^failed: .*title 26 characters < 50/);
  await deployAfter(() => asRowOfNextRelease(`project_${SHOP}`));
  expect(await newestOf(await judged('next-row-alone'))).toMatch(
    /^error: settings: the project’s document was written by a newer release of Portcullis; deploy that release, or save/,
  );
  expect((await api.save(`/projects/${SHOP}`, { gates: { title: { minimumLength: 3 } } })).status).toBe(200);
  await pullRequests(environment).verdict(id, ({ description }) => !description.includes('title'));
});

// Last: what waits for the next release keeps the queue from ever being empty.
test('a rollback: a ledger row of the next release counts as absent, its message waits for it in the queue', async () => {
  const id = await judged('ledger');
  const body = messageOf(id, { schemaVersion: 2, cause: 'dream', about: ['what', 'nobody', 'knows'] });
  await deployAfter(async () => {
    await environment.control('DELETE', 'requests');
    await send(messageOf(id), session(id));
    await table('Ledger').upsertEntity(doneRow(id, timestamp(16), 2), 'Replace');
    await send(body, session(id), 'of-the-next-release');
  });
  const asked = async () => (await environment.gateRequests()).some(({ url }) => url.includes(`/pullRequests/${id}`));
  expect(await eventually(asked, (hasAsked) => hasAsked)).toBe(true);
  const waiting = () =>
    environment.broker.queue(WORK_QUEUE).messages.filter(({ messageId }) => messageId.endsWith('of-the-next-release'));
  for (let hop = 0; hop < 3; hop += 1) {
    const [message] = await eventually(
      async () => waiting(),
      (all) => all.length === 1 && all[0]?.state === 'scheduled',
    );
    expect(message).toMatchObject({ body, sessionId: session(id) });
    expect(message?.messageId).toMatch(/^later\/\d{4}-[^/]+\/of-the-next-release$/);
    const dueIn = (Number(message?.dueTimeUtc) - environment.clock.now()) / 1_000;
    expect(dueIn).toBeGreaterThan(280);
    expect(dueIn).toBeLessThanOrEqual(300);
    environment.clock.advance(300_000);
    await eventually(
      async () => waiting(),
      ([next]) => next?.state === 'scheduled' && next.messageId !== message?.messageId,
    );
  }
  expect(environment.broker.queue(WORK_QUEUE).deadLettered).toBe(0);
});
