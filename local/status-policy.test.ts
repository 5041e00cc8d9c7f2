import { identityOf } from './azure-devops/testing/hook-acts';
import { complete, evaluationsOf } from './azure-devops/testing/policy-acts';
import { startTestSimulator, type TestSimulator } from './azure-devops/testing/start-test-simulator';
import { installStatusPolicy } from './status-policy';

let sim: TestSimulator;

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterAll(() => sim.end());

test('requires the verdict on main, of the gate alone; done again it changes nothing', async () => {
  const id = await installStatusPolicy(sim.simulator.url);
  expect(await installStatusPolicy(sim.simulator.url, 'whoever')).toBe(id);
  const policy = await sim.rest('author', 'GET', `policy/configurations/${id}`);
  const { id: authorId } = await identityOf(sim, 'bot');
  expect(policy).toMatchObject({
    revision: 1,
    isBlocking: true,
    settings: { statusGenre: 'portcullis', statusName: 'verdict', authorId, invalidateOnSourceUpdate: true },
  });
  await sim.branch('asked', { 'asked.txt': '1\n' });
  const { pullRequestId } = await sim.open('asked');
  expect(await evaluationsOf(sim, pullRequestId)).toMatchObject([{ status: 'queued', configuration: { id } }]);
  expect((await complete(sim, pullRequestId)).status).toBe(403);
});
