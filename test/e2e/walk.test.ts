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

test('a pull request gets its verdict: red with the reasons, then green in the same thread', async () => {
  const clone = await environment.clone('author');
  await clone.push('feature/greeting', { 'src/greeting.ts': 'export const greeting = 1;\n' });
  const id = await pulls.open('feature/greeting');
  const red = await pulls.verdict(id, () => true, 5);
  expect(red).toMatchObject({ state: 'failed', iterationId: 1 });
  expect(red.description).toMatch(
    /^3 of 3 blocking gates failed: description missing · title .* · work-items none linked$/,
  );
  const [thread, ...more] = await pulls.summaries(id);
  expect(more).toEqual([]);
  expect(thread?.status).toBe('active');
  expect(thread?.comments[0]?.content).toContain('3 gates block this pull request');
  expect(red.targetUrl).toBe(`${environment.simulator.url}/Shop/_git/web/pullrequest/${id}?discussionId=${thread?.id}`);

  await pulls.update(id, goodWords);
  await pulls.linkWorkItem(id);
  await clone.push('feature/greeting', { 'src/greeting.ts': 'export const greeting = 2;\n' });
  const green = await pulls.verdict(id, ({ state }) => state === 'succeeded', 5);
  expect(green).toMatchObject({ state: 'succeeded', iterationId: 2, description: '4 gates passed' });
  const after = await pulls.summaries(id);
  expect(after).toHaveLength(1);
  expect(after[0]).toMatchObject({ id: thread?.id, status: 'closed' });
  expect(after[0]?.comments[0]?.content).toContain('All gates passed');

  // What the log says of it: a line for each hook, and one for each evaluation, which allows for three.
  const lines = environment.logs.filter((line) => line.includes(`"pullRequestId":${id},`));
  const hooks = lines.filter((line) => line.startsWith('[receive-service-hook]'));
  expect(hooks.length).toBeGreaterThan(1);
  expect(new Set(hooks.map((line) => /"eventId":"([^"]+)"/.exec(line)?.[1])).size).toBe(hooks.length);
  const evaluations = lines.filter((line) => line.startsWith('[work-queue]'));
  expect(evaluations.filter((line) => !line.includes('"A pull request was judged"'))).toEqual([]);
  expect(new Set(evaluations.map((line) => /"evaluationId":"([^"]+)"/.exec(line)?.[1])).size).toBe(evaluations.length);
  expect(evaluations.some((line) => /"requests":[1-9]/.test(line))).toBe(true);
});

test('a vote, and one hook delivered five times at once, cost a few reads and no write', async () => {
  const clone = await environment.clone('author');
  await clone.push('feature/vote', { 'src/vote.ts': 'export const vote = 1;\n' });
  const id = await pulls.open('feature/vote', goodWords);
  await pulls.linkWorkItem(id);
  await pulls.verdict(id);
  const before = await pulls.statuses(id);
  // The burst of a creation has settled when its looks are over: then a vote is the only thing that happens.
  await environment.settle();
  await environment.control('DELETE', 'requests');
  await pulls.vote(id, 'reviewer', 10);
  await eventually(
    async () => (await environment.gateRequests()).length,
    (count) => count >= 4,
  );
  const hook = await pullRequestHook(environment, id);
  const authorization = basic(await environment.hookPassword());
  const answers = await Promise.all(Array.from({ length: 5 }, () => environment.deliver(hook, authorization)));
  expect(answers).toEqual([202, 202, 202, 202, 202]);
  await eventually(
    async () => environment.broker.queue('work'),
    ({ active, locked }) => active === 0 && locked === 0,
  );
  const requests = await environment.gateRequests();
  expect(requests.filter(({ method, url }) => method !== 'GET' && !/workitemsbatch/i.test(url))).toEqual([]);
  // Two evaluations at most by now: the vote's, and the one that the five deliveries share.
  expect(requests.length).toBeLessThanOrEqual(8);
  expect(await pulls.statuses(id)).toEqual(before);
});

test('pull requests without iterations, and with three pages of changes, get right verdicts', async () => {
  const clone = await environment.clone('author');
  const files = Object.fromEntries(
    Array.from({ length: 250 }, (_, index) => [`src/many/file-${index}.ts`, `export const value = ${index};\n`]),
  );
  await clone.push('feature/many', files);
  const many = await pulls.open('feature/many', goodWords);
  const manyVerdict = await pulls.verdict(many);
  expect(manyVerdict).toMatchObject({
    state: 'failed',
    iterationId: 1,
    description: '1 of 3 blocking gates failed: work-items none linked',
  });
  const [summary] = await pulls.summaries(many);
  expect(summary?.comments[0]?.content).toContain('250 files change; at most 50 are asked for.');

  await clone.push('feature/legacy', { 'src/legacy.ts': 'export const legacy = 1;\n' });
  const legacy = await pulls.open('feature/legacy', goodWords, false);
  await pulls.linkWorkItem(legacy);
  const legacyVerdict = await pulls.verdict(legacy, ({ state }) => state === 'failed' || state === 'succeeded');
  expect(legacyVerdict.iterationId).toBeUndefined();
});

test('a pull request from a fork gets its verdict, and so does one with two merge bases', async () => {
  await environment.control('POST', 'forks', { repository: 'web', owner: 'author', name: 'web.author' });
  const { body: fork } = await environment.rest(
    'author',
    'GET',
    'Shop/_apis/git/repositories/web.author?api-version=7.1',
  );
  const forked = await environment.clone('author', 'web.author');
  await forked.push('feature/forked', { 'src/forked.ts': 'export const forked = 1;\n' });
  const id = await pulls.open('feature/forked', { ...goodWords, forkSource: { repository: { id: fork.id } } });
  await pulls.linkWorkItem(id);
  expect(await pulls.verdict(id, ({ state }) => state === 'succeeded')).toMatchObject({
    iterationId: 1,
    description: '4 gates passed',
  });

  const clone = await environment.clone('admin');
  await clone.push('feature/criss', { 'src/criss.ts': 'export const criss = 1;\n' });
  const ours = await clone.git('rev-parse', 'HEAD');
  await clone.git('checkout', '--quiet', 'main');
  await clone.push('main', { 'src/cross.ts': 'export const cross = 1;\n' });
  const theirs = await clone.git('rev-parse', 'HEAD');
  await clone.git('merge', '--quiet', '--no-edit', ours);
  await clone.git('push', '--quiet', 'origin', 'main');
  await clone.git('checkout', '--quiet', 'feature/criss');
  await clone.git('merge', '--quiet', '--no-edit', theirs);
  await clone.push('feature/criss', { 'src/criss-cross.ts': 'export const both = 1;\n' });
  expect((await clone.git('merge-base', '--all', 'main', 'feature/criss')).split('\n')).toHaveLength(2);
  const criss = await pulls.open('feature/criss', goodWords);
  await pulls.linkWorkItem(criss);
  expect(await pulls.verdict(criss, ({ state }) => state === 'succeeded')).toMatchObject({ iterationId: 1 });
});
