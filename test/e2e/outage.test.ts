import { setTimeout as delay } from 'node:timers/promises';

import { eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

const OUTAGE_SECONDS = 170;
const STEP_SECONDS = 5;

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;

beforeAll(async () => {
  environment = await startTestEnvironment({ sweeps: false });
  pulls = pullRequests(environment);
});

afterAll(async () => {
  await environment.end();
});

/** Dies at once, without a word; the host starts another. */
async function kill(functionName: string): Promise<void> {
  const worker = environment.host.workers.find(({ functions }) => functions.includes(functionName));
  if (!worker) throw new Error(`no worker has ${functionName}`);
  await environment.host.killWorker(worker.name, 'SIGKILL');
}

/**
 * Waits until no delivery is under way: one whose worker dies is answered 500 by the host, which puts its subscription on
 * probation, and no receiver can do anything about it.
 */
async function betweenDeliveries(): Promise<void> {
  await eventually(
    async () => (await environment.rest('admin', 'POST', '_apis/hooks/notificationsquery?api-version=7.1', {})).body,
    ({ results }) => results.every(({ status }: { status: string }) => status !== 'requestInProgress'),
  );
}

const logged = (words: string): number => environment.logs.filter((line) => line.includes(words)).length;

test('with the broker away for 170 s and workers killed, every pull request is judged in the end, without a sweep', async () => {
  expect(environment.host.functions.map(({ name }) => name)).not.toContain('sweep');
  const clone = await environment.clone('author');
  const push = async (name: string, version: number): Promise<void> => {
    await clone.git('checkout', '--quiet', 'main');
    await clone.push(`outage/${name}`, { [`src/${name}.ts`]: `export const outage = ${version};\n` });
  };
  const open = async (name: string): Promise<number> => {
    await push(name, 1);
    return pulls.open(`outage/${name}`, goodWords);
  };
  const judgedBefore = await open('judged-before');
  await pulls.verdict(judgedBefore);
  // What is queued when it begins: their messages are kept.
  const queued = [await open('queued-1'), await open('queued-2'), await open('queued-3')];
  await eventually(
    async () => logged('A service hook was queued'),
    (count) => count >= 4,
  );
  await environment.broker.setMode('down');
  await kill('work-queue');
  const refused = [await open('refused-1'), await open('refused-2')];
  await push('judged-before', 2);
  // Azure DevOps delivers again after 1, 2, 4, … 60 s; its clock goes faster here.
  for (let seconds = 0; seconds < OUTAGE_SECONDS; seconds += STEP_SECONDS) {
    if (seconds === 60) {
      await betweenDeliveries();
      await kill('receive-service-hook');
    }
    if (seconds === 90) refused.push(await open('refused-3'));
    if (seconds === 120) await kill('work-queue');
    environment.clock.advance(STEP_SECONDS * 1_000);
    await delay(100);
  }
  await environment.broker.setMode('up');
  const first = [...queued, ...refused, await open('after')];
  await eventually(
    async () => {
      environment.clock.advance(5_000);
      return logged('A pull request was judged');
    },
    (count) => count >= 2,
    60,
  );
  await kill('work-queue');
  await eventually(
    async () => {
      environment.clock.advance(5_000);
      return Promise.all([...first, judgedBefore].map((id) => pulls.statuses(id)));
    },
    (all) => all.every((rows, index) => rows.at(-1)?.iterationId === (index < first.length ? 1 : 2)),
    60,
  );
  await environment.settle();
  for (const [id, iterations] of [...first.map((each) => [each, 1] as const), [judgedBefore, 2] as const]) {
    const rows = await pulls.statuses(id);
    expect([id, rows.map(({ state, iterationId }) => [state, iterationId])]).toEqual([
      id,
      Array.from({ length: iterations }, (_, index) => ['failed', index + 1]),
    ]);
    expect(await pulls.summaries(id)).toHaveLength(1);
  }
});
