import { addStatusPolicy, postVerdict } from '../testing/policy-acts';
import { startTestSimulator, type TestSimulator } from '../testing/start-test-simulator';

/** Policies on the pull request's page. */
let sim: TestSimulator;

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterAll(() => sim.end());

test('the page says what the branch requires, and Complete answers why it is refused until the verdict is green', async () => {
  await addStatusPolicy(sim, { defaultDisplayName: 'Portcullis' });
  await sim.branch('shown', { 'shown.txt': '1\n' });
  const { pullRequestId: id } = await sim.open('shown');
  const page = `${sim.simulator.url}/Shop/_git/web/pullrequest/${id}`;
  const look = async (): Promise<string> => (await fetch(page)).text();
  const complete = async (): Promise<string> => {
    const body = new URLSearchParams({ action: 'complete', as: 'author' });
    const answer = await fetch(`${page}/act`, { method: 'POST', body, redirect: 'manual' });
    return new URL(answer.headers.get('location') ?? '', page).searchParams.get('notice') ?? '';
  };
  const waiting = await look();
  expect(waiting).toContain('Waiting for gate/verdict.');
  expect(waiting).toContain('Required');
  expect(waiting).toMatch(/<button\b[^>]*disabled[^>]*>\s*Complete/);
  expect(await complete()).toBe('Portcullis: Waiting for gate/verdict.');

  await postVerdict(sim, id, 'failed', 1, { description: '2 of 7 gates failed' });
  expect(await complete()).toBe('Portcullis: 2 of 7 gates failed.');
  await postVerdict(sim, id, 'succeeded', 1);
  expect(await look()).not.toMatch(/<button\b[^>]*disabled[^>]*>\s*Complete/);
  expect(await complete()).toBe('');
  await sim.until(id, (each) => each.status === 'completed');
  expect(await look()).not.toContain('Required');
});
