import { eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { pullRequests } from '../support/pull-requests';

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
});

afterAll(async () => {
  await environment.end();
});

afterEach(async () => {
  await environment.control('DELETE', 'faults');
});

/** The worker process dies as in an out-of-memory or a scale-in: at once, without a word. */
async function killWorker(): Promise<void> {
  const worker = environment.host.workers.find(({ functions }) => functions.includes('work-queue'));
  if (!worker) throw new Error('no worker');
  await environment.host.killWorker(worker.name, 'SIGKILL');
}

test.each([
  // The service carries the write out and its answer never comes: the worker dies having created the thread.
  ['right after it created the thread', { method: 'POST', path: '/threads', times: 1, action: 'hang-after' }],
  ['right before the status', { method: 'POST', path: '/statuses', times: 1, action: 'hang' }],
])('a worker killed %s leaves one thread and one status', async (when, fault) => {
  const clone = await environment.clone('author');
  const branch = `crash/${fault.action}`;
  await clone.push(branch, { [`src/${fault.action}.ts`]: 'export const crash = 1;\n' });
  await environment.control('POST', 'faults', [fault]);
  const id = await pulls.open(branch);
  await eventually(
    () => pulls.summaries(id),
    ({ length }) => length === 1,
  );
  await eventually(
    async () => (await environment.control('GET', 'faults')).body,
    (faults: unknown[]) => faults.length === 0,
  );
  expect([when, await pulls.statuses(id)]).toEqual([when, []]);
  await killWorker();

  const row = await pulls.verdict(id, () => true, 40);
  expect(row).toMatchObject({ state: 'failed', iterationId: 1 });
  await environment.settle();
  expect(await pulls.summaries(id)).toHaveLength(1);
  expect(await pulls.statuses(id)).toHaveLength(1);
});
