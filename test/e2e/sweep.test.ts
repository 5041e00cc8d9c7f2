import { eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  // Every hook is lost from here on: what happens is seen by looking.
  await environment.dropHooks();
});

afterAll(async () => {
  await environment.end();
});

/** Five minutes pass, and what they bring is worked on. */
async function fiveMinutes(): Promise<void> {
  environment.clock.advance(300_000);
  await environment.settle();
}

test('with every hook lost, the next sweep judges what is new, edited or published', async () => {
  const clone = await environment.clone('author');
  await clone.push('feature/swept', { 'src/swept.ts': 'export const swept = 1;\n' });
  const id = await pulls.open('feature/swept', { isDraft: true });
  await environment.sweep();
  expect(await pulls.verdict(id)).toMatchObject({ state: 'pending', description: 'draft: judged when published' });

  await pulls.update(id, { isDraft: false });
  await environment.sweep();
  expect(await pulls.verdict(id, ({ state }) => state === 'failed')).toMatchObject({ iterationId: 1 });

  await pulls.update(id, goodWords);
  await environment.sweep();
  expect(await pulls.verdict(id, ({ description }) => description.startsWith('1 of 3'))).toMatchObject({
    description: '1 of 3 blocking gates failed: work-items none linked',
  });

  await clone.push('feature/swept', { 'src/swept.ts': 'export const swept = 2;\n' });
  await environment.sweep();
  expect(await pulls.verdict(id, ({ iterationId }) => iterationId === 2)).toMatchObject({ state: 'failed' });
});

test('what a list does not show heals within the hour', async () => {
  const clone = await environment.clone('author');
  await clone.push('feature/hourly', { 'src/hourly.ts': 'export const hourly = 1;\n' });
  const id = await pulls.open('feature/hourly', goodWords);
  await environment.sweep();
  expect(await pulls.verdict(id)).toMatchObject({ state: 'failed' });
  await pulls.linkWorkItem(id, 2);
  for (let minutes = 0; minutes < 60; minutes += 5) await fiveMinutes();
  expect(await pulls.verdict(id, ({ state }) => state === 'succeeded')).toMatchObject({
    description: '4 gates passed',
  });
});

test('/gate re-run judges at once, and is answered once in its thread, which is closed', async () => {
  const clone = await environment.clone('author');
  await clone.push('feature/rerun', { 'src/rerun.ts': 'export const rerun = 1;\n' });
  const id = await pulls.open('feature/rerun', goodWords);
  await environment.sweep();
  await pulls.verdict(id);
  await pulls.linkWorkItem(id, 3);
  const thread = await pulls.comment(id, '/gate re-run');
  expect(await pulls.verdict(id, ({ state }) => state === 'succeeded', 10)).toMatchObject({ iterationId: 1 });
  const answered = await eventually(
    () => pulls.thread(id, thread),
    ({ comments, status }) => comments.length > 1 && status === 'closed',
  );
  expect(answered.comments.map(({ content }) => content)).toEqual([
    '/gate re-run',
    expect.stringMatching(/^Judged again: iteration 1, commit `[0-9a-f]{8}` is \*\*succeeded\*\*: 4 gates passed$/),
  ]);
  await environment.settle();
  expect((await pulls.thread(id, thread)).comments).toHaveLength(2);
});
