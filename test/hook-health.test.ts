import { startHookReceiver, type HookReceiver } from '../local/azure-devops/testing/hook-receiver';
import { comment, COMMENT_EVENT, subscribeTo } from '../local/azure-devops/testing/hook-acts';
import { startTestSimulator, type TestSimulator } from '../local/azure-devops/testing/start-test-simulator';

import { hookProblems } from './support/hook-health';

/**
 * Every end-to-end test ends with a look at what its hooks went through (test/support/hook-health.ts). Here it is shown
 * that the look sees what it is for.
 */
let sim: TestSimulator;
let receiver: HookReceiver;
let pullRequest: number;

beforeEach(async () => {
  sim = await startTestSimulator();
  receiver = await startHookReceiver();
  await sim.branch('hooked', { 'hooked.txt': '1\n' });
  pullRequest = (await sim.open('hooked')).pullRequestId;
});

afterEach(async () => {
  await sim.end();
  await receiver.stop();
});

const problems = async (): Promise<string[]> =>
  hookProblems(await sim.control('GET', 'hooks'), new URL(receiver.url).origin);

async function problemsAfter(answer: number): Promise<string[]> {
  receiver.answers.push(answer);
  await comment(sim, pullRequest, 'Hello');
  for (;;) {
    const found = await problems();
    if (found.length > 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const subscribe = (path: string) =>
  subscribeTo(sim, new URL(path, receiver.url).href, { eventType: COMMENT_EVENT, resourceVersion: '2.0' });

test('a subscription on probation is named, also when it was restored or deleted since', async () => {
  const { id } = await subscribe('/api/service-hooks/con-1');
  expect(await problems()).toEqual([]);
  const [was, is, ...more] = await problemsAfter(500);
  expect(was).toBe(`${COMMENT_EVENT} was onProbation: Internal Server Error (500)`);
  expect([is, more]).toEqual([`${COMMENT_EVENT} is onProbation`, []]);
  await sim.control('POST', 'clock', { advanceSeconds: 1_200 });
  while ((await problems()).length > 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await problems()).toEqual([was]);
  await sim.call('admin', 'DELETE', `_apis/hooks/subscriptions/${id}`);
  expect(await problems()).toEqual([was]);
});

test('a subscription that the service disabled is named', async () => {
  await subscribe('/api/service-hooks/con-1');
  expect(await problemsAfter(410)).toEqual([
    `${COMMENT_EVENT} was disabledBySystem: Gone (410)`,
    `${COMMENT_EVENT} is disabledBySystem`,
  ]);
});

test('what others subscribed to is not', async () => {
  await subscribe('/elsewhere');
  receiver.answers.push(500);
  await comment(sim, pullRequest, 'Hello');
  for (;;) {
    const overview = await sim.control('GET', 'hooks');
    expect(hookProblems(overview, new URL(receiver.url).origin)).toEqual([]);
    if (JSON.stringify(overview['incidents']) !== '[]') return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});
