import { TableClient } from '@azure/data-tables';

import { eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

const ACTIVE = 20;

/** So many evaluations of a connection run at once in a process; each asks for so much at most before it learns more. */
const SLOTS = 8;
const READS_AT_ONCE = 4;

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let ids: number[];

beforeAll(async () => {
  // A sweep would probe as well.
  environment = await startTestEnvironment({ sweeps: false });
  pulls = pullRequests(environment);
  const clone = await environment.clone('author');
  ids = [];
  for (let number = 1; number <= ACTIVE; number += 1) {
    await clone.git('checkout', '--quiet', 'main');
    await clone.push(`expired/${number}`, { [`src/${number}.ts`]: 'export const value = 1;\n' });
    ids.push(await pulls.open(`expired/${number}`, goodWords));
  }
  await everyVerdict(({ length }) => length === 1);
  await environment.settle();
});

afterAll(async () => {
  await environment.end();
});

type Rows = Awaited<ReturnType<typeof pulls.statuses>>;

const everyVerdict = (isThere: (rows: Rows) => boolean): Promise<Rows[]> =>
  eventually(
    () => Promise.all(ids.map((id) => pulls.statuses(id))),
    (all) => all.every(isThere),
    60,
  );

interface Asked {
  probes: number;
  reads: number;
}

/** What the gate asked since the last `DELETE requests`. A client that knows nothing yet asks for locations first. */
async function asked(): Promise<Asked> {
  const { body } = await environment.control('GET', 'requests');
  const ours = body.filter(({ headers }: { headers: Record<string, string> }) =>
    headers['user-agent']?.startsWith('Portcullis/'),
  );
  const probes = ours.filter(({ url }: { url: string }) => /_apis\/(Location|connectionData)/i.test(url)).length;
  return { probes, reads: ours.length - probes };
}

const logged = (words: string): number => environment.logs.filter((line) => line.includes(words)).length;

const messagesOf = (words: string): Set<string | undefined> =>
  new Set(
    environment.logs.filter((line) => line.includes(words)).map((line) => /"messageId":"([^"]+)"/.exec(line)?.[1]),
  );

/** How many of the messages of this round were left; a line of the round before may come late. */
function leftOfThisRound(): number {
  const left = messagesOf('A message was left: its connection is broken');
  return [...messagesOf('A service hook was queued')].filter((id) => left.has(id)).length;
}

const judged = (): Set<string | undefined> =>
  new Set(
    environment.logs
      .filter((line) => line.includes('A pull request was judged'))
      .map((line) => /"pullRequestId":(\d+)/.exec(line)?.[1]),
  );

async function isBroken(): Promise<boolean> {
  const { connectionString } = environment.tables;
  const table = TableClient.fromConnectionString(connectionString, 'Connections', { allowInsecureConnection: true });
  const { brokenSince } = await table.getEntity<{ brokenSince?: string }>('connection', environment.connectionId);
  return brokenSince !== undefined;
}

/** Something happens to each pull request, all at once, and is worked on. */
async function voteOnAll(vote: 5 | 10 | -5 | -10): Promise<Asked> {
  await environment.control('DELETE', 'requests');
  environment.logs.length = 0;
  await Promise.all(ids.map((id) => pulls.vote(id, 'reviewer', vote)));
  await eventually(
    async () => logged('A service hook was queued'),
    (count) => count === ACTIVE,
  );
  await environment.settle();
  return asked();
}

async function restartWorker(): Promise<void> {
  const worker = environment.host.workers.find(({ functions }) => functions.includes('work-queue'));
  if (worker) await environment.host.killWorker(worker.name, 'SIGKILL');
}

test.each<[string, () => Promise<void>, number]>([
  [
    'in the vault, and a worker that starts with it',
    async () => {
      await environment.savePat('expired-pat');
      await restartWorker();
    },
    1,
  ],
  [
    'while a worker uses it',
    async () => {
      await environment.control('POST', 'pats', { token: 'bot-pat-1', refused: true });
    },
    2,
  ],
])('a PAT that expired %s costs one wave of reads, then a probe a message', async (_when, expire, round) => {
  const before = await Promise.all(ids.map((id) => pulls.statuses(id)));
  await expire();

  const first = await voteOnAll(round === 1 ? 5 : -5);
  const wave = logged('A pull request could not be judged until somebody acts');
  const left = logged('A message was left: its connection is broken');
  expect(wave).toBeGreaterThan(0);
  expect(wave).toBeLessThanOrEqual(SLOTS);
  expect(first.reads).toBeLessThanOrEqual(wave * READS_AT_ONCE);
  expect(wave + left).toBeGreaterThanOrEqual(ACTIVE);
  expect(first.probes).toBeLessThanOrEqual(left);
  expect(logged('A connection is broken: its credential is refused')).toBe(1);
  expect(await isBroken()).toBe(true);

  // Probes that come together may share a request.
  const later = await voteOnAll(round === 1 ? 10 : -10);
  expect(
    await eventually(
      async () => leftOfThisRound(),
      (count) => count === ACTIVE,
    ),
  ).toBe(ACTIVE);
  expect(later.reads).toBe(0);
  expect(later.probes).toBeGreaterThan(0);
  expect(later.probes).toBeLessThanOrEqual(ACTIVE);
  expect(await Promise.all(ids.map((id) => pulls.statuses(id)))).toEqual(before);

  // No hook tells of a work item: what comes now is judged because the connection works again.
  for (const id of round === 1 ? ids : []) await pulls.linkWorkItem(id);
  await environment.control('POST', 'pats', { token: `bot-pat-${round}`, identity: 'bot' });
  await environment.savePat(`bot-pat-${round}`);
  environment.logs.length = 0;
  await pulls.comment(ids[0] ?? 0, 'Does it work again?', 'reviewer');
  await eventually(isBroken, (broken) => !broken);
  await environment.settle();
  if (round === 1) await everyVerdict((rows) => rows.at(-1)?.state === 'succeeded');
  await eventually(
    async () => judged().size,
    (count) => count === ACTIVE,
  );
});
