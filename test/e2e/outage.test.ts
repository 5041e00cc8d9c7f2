import { setTimeout as delay } from 'node:timers/promises';

import { eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
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

test('with the broker away for 170 s and workers killed, every pull request is judged in the end, without a sweep', async () => {
  const clone = await environment.clone('author');
  const open = async (name: string): Promise<number> => {
    await clone.git('checkout', '--quiet', 'main');
    await clone.push(`outage/${name}`, { [`src/${name}.ts`]: 'export const outage = 1;\n' });
    return pulls.open(`outage/${name}`, goodWords);
  };
  const before = await open('before');
  await environment.broker.setMode('down');
  const during = [await open('during-1'), await open('during-2')];
  // Azure DevOps delivers again after 1, 2, 4, … 60 s; its clock goes faster here.
  for (let seconds = 0; seconds < 160; seconds += 20) {
    environment.clock.advance(20_000);
    await delay(150);
  }
  await environment.broker.setMode('up');
  const worker = environment.host.workers.find(({ functions }) => functions.includes('work-queue'));
  if (worker) await environment.host.killWorker(worker.name, 'SIGKILL');
  const ids = [before, ...during, await open('after')];
  await eventually(
    async () => {
      environment.clock.advance(5_000);
      return Promise.all(ids.map((id) => pulls.statuses(id)));
    },
    (all) => all.every((rows) => rows.length > 0),
    60,
  );
  await environment.settle();
  for (const id of ids) {
    expect(await pulls.statuses(id)).toHaveLength(1);
    expect((await pulls.statuses(id))[0]).toMatchObject({ state: 'failed', iterationId: 1 });
    expect(await pulls.summaries(id)).toHaveLength(1);
  }
});
