import { comment, COMMENT_EVENT, subscribeTo, vote } from './testing/hook-acts';
import { startHookReceiver, type HookReceiver } from './testing/hook-receiver';
import { listOf, present, type Json } from './testing/json';
import { checkAnswer, findOperation, hasOpenApi, readOperations } from './testing/openapi';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** What becomes of a subscription whose endpoint fails, and what its history tells. */
let sim: TestSimulator;
let receiver: HookReceiver;
let subscription: Json;
let pullRequest: number;

beforeEach(async () => {
  sim = await startTestSimulator();
  receiver = await startHookReceiver();
  await sim.branch('hooked', { 'hooked.txt': '1\n' });
  pullRequest = (await sim.open('hooked')).pullRequestId;
  subscription = await subscribeTo(sim, receiver.url, { eventType: COMMENT_EVENT, resourceVersion: '2.0' });
});
afterEach(async () => {
  await sim.end();
  await receiver.stop();
});

const path = (rest = ''): string => `_apis/hooks/subscriptions/${subscription.id}${rest}`;
const read = async (): Promise<Json> => (await sim.call('admin', 'GET', path())).body;
const advance = (minutes: number): Promise<Json> => sim.control('POST', 'clock', { advanceSeconds: minutes * 60 });

async function until(isThere: (now: Json) => boolean): Promise<Json> {
  for (;;) {
    const now = await read();
    if (isThere(now)) return now;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test.each([500, 429, 401, 404, 302])(
  '%i puts a subscription on probation at once; new events are lost',
  async (status) => {
    receiver.answers.push(status);
    await comment(sim, pullRequest, 'First');
    await until((now) => now.status === 'onProbation');
    await comment(sim, pullRequest, 'Lost');
    await advance(19);
    expect(receiver.deliveries).toHaveLength(1);
    await advance(1);
    const restored = await until((now) => now.status === 'enabled');
    expect(restored).toMatchObject({ probationRetries: 0 });
    await comment(sim, pullRequest, 'After');
    await receiver.count(3);
    expect(receiver.deliveries.map(({ body }) => [body.notificationId, body.resource.comment.content])).toEqual([
      [1, 'First'],
      [1, 'First'],
      [2, 'After'],
    ]);
  },
);

test('seven failures, after 20 minutes and then twice as long each time, disable it; PUT enables it again', async () => {
  receiver.answers.push(...Array.from({ length: 8 }, () => 500));
  await comment(sim, pullRequest, 'Never');
  await until((now) => now.status === 'onProbation');
  for (const [index, minutes] of [20, 40, 80, 160, 320, 640].entries()) {
    await advance(minutes);
    const now = await until((each) => Number(each['probationRetries']) === index + 1);
    expect(now).toMatchObject({ status: 'onProbation', lastProbationRetryDate: expect.any(String) });
  }
  await advance(900);
  await until((now) => now.status === 'disabledBySystem');
  expect(receiver.deliveries).toHaveLength(8);
  await advance(3_000);
  await comment(sim, pullRequest, 'Lost');
  expect(await sim.control('GET', 'hooks')).toMatchObject({
    drop: false,
    subscriptions: [{ status: 'disabledBySystem', nextRetry: null, notifications: { pending: 0, failed: 1 } }],
  });

  const enabled = await sim.call('admin', 'PUT', path(), { ...subscription, status: 'enabled' });
  expect(enabled.body).toMatchObject({ status: 'enabled', probationRetries: 0 });
  await comment(sim, pullRequest, 'Back');
  await receiver.count(9);
});

test('a day of probation passed in one step retries as often as the day has retries', async () => {
  receiver.answers.push(...Array.from({ length: 7 }, () => 500));
  await comment(sim, pullRequest, 'Waiting');
  await until((now) => now.status === 'onProbation');
  await advance(24 * 60);
  // Due after 20, 60, 140, 300, 620 and 1260 minutes; the next only after 36 hours.
  await until((now) => Number(now['probationRetries']) === 6);
  expect(receiver.deliveries).toHaveLength(7);
  await advance(12 * 60);
  await until((now) => now.status === 'enabled');
});

test('503 through all eight retries ends on probation, and a restart of the service goes on with it', async () => {
  receiver.answers.push(...Array.from({ length: 9 }, () => 503));
  await comment(sim, pullRequest, 'Patience');
  for (const [index, seconds] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
    await receiver.count(index + 1);
    await settled(index + 1);
    expect((await read()).status).toBe('enabled');
    await advance(seconds / 60);
  }
  await until((now) => now.status === 'onProbation');
  await sim.restart();
  expect((await read()).status).toBe('onProbation');
  await advance(20);
  await until((now) => now.status === 'enabled');
  expect(receiver.deliveries).toHaveLength(10);
  expect(new Set(receiver.deliveries.map(({ body }) => JSON.stringify(body))).size).toBe(1);

  async function settled(attempts: number): Promise<void> {
    for (;;) {
      const { status, details } = present((await sim.call('admin', 'GET', path('/notifications'))).body.value[0]);
      if (details.requestAttempts === attempts && status !== 'requestInProgress') return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
});

test('what waits for a retry when another delivery fails for good is lost', async () => {
  receiver.answers.push(503, 500);
  await comment(sim, pullRequest, 'Waits');
  await receiver.count(1);
  await comment(sim, pullRequest, 'Fails');
  await until((now) => now.status === 'onProbation');
  await advance(1 / 60);
  expect(receiver.deliveries).toHaveLength(2);
  await advance(20);
  await until((now) => now.status === 'enabled');
  const { value } = (await sim.call('admin', 'GET', path('/notifications'))).body;
  expect(value.map(({ id, result }) => [id, result])).toEqual([
    [2, 'succeeded'],
    [1, 'failed'],
  ]);
});

test('disabling by hand ends a probation; 410 disables at once, on probation too', async () => {
  receiver.answers.push(500, 500, 410);
  await comment(sim, pullRequest, 'First');
  await until((now) => now.status === 'onProbation');
  await sim.call('admin', 'PUT', path(), { ...subscription, status: 'disabledByUser' });
  await advance(60);
  expect(await read()).toMatchObject({ status: 'disabledByUser', probationRetries: 0 });
  expect(receiver.deliveries).toHaveLength(1);
  await sim.call('admin', 'PUT', path(), { ...subscription, status: 'enabled' });
  await comment(sim, pullRequest, 'Second');
  await until((now) => now.status === 'onProbation');
  // Sent back as it was read, it stays what it is.
  expect((await sim.call('admin', 'PUT', path(), await read())).body.status).toBe('onProbation');
  await advance(20);
  await until((now) => now.status === 'disabledBySystem');
});

test('events are lost on demand: all, some, all but comments, or by chance', async () => {
  await subscribeTo(sim, receiver.url, { eventType: 'git.pullrequest.updated', resourceVersion: '1.0' });
  const seen = (): string[] => receiver.deliveries.map(({ body }) => body.eventType);
  const act = async (text: string): Promise<void> => {
    await vote(sim, pullRequest, 'reviewer', receiver.deliveries.length % 2 === 0 ? 5 : 10);
    await comment(sim, pullRequest, text);
  };
  await sim.control('POST', 'hooks', { drop: true });
  await act('lost');
  await sim.control('POST', 'hooks', { drop: ['comment'] });
  await vote(sim, pullRequest, 'reviewer', -5);
  await comment(sim, pullRequest, 'lost too');
  await receiver.count(1);
  await sim.control('POST', 'hooks', { drop: 'comments-only' });
  await vote(sim, pullRequest, 'reviewer', -10);
  await comment(sim, pullRequest, 'heard');
  await receiver.count(2);
  await sim.control('POST', 'hooks', { drop: 1 });
  await comment(sim, pullRequest, 'by chance');
  await sim.control('POST', 'hooks', { drop: false });
  await comment(sim, pullRequest, 'heard');
  await receiver.count(3);
  expect(seen()).toEqual(['git.pullrequest.updated', COMMENT_EVENT, COMMENT_EVENT]);
  await expect(sim.control('POST', 'hooks', { drop: 'some' })).rejects.toThrow('400');
});

test('the history tells requests and answers, without the password; test deliveries bring the fixed sample', async () => {
  receiver.answers.push(503);
  await comment(sim, pullRequest, 'Hello');
  await receiver.count(1);
  await advance(1 / 60);
  await receiver.count(2);
  const history = async (): Promise<Json> =>
    present((await sim.call('admin', 'GET', path('/notifications'))).body.value[0]);
  while ((await history()).status !== 'completed') await new Promise((resolve) => setTimeout(resolve, 5));
  const told = await history();
  expect(told).toMatchObject({ id: 1, result: 'succeeded', details: { requestAttempts: 2 } });
  expect(told.details['request']).toContain('"content":"Hello"');
  expect(told.details['response']).toContain('Status Code: 200');
  expect(JSON.stringify(told)).not.toMatch(/secret|Basic /);
  expect((await sim.call('admin', 'GET', path('/notifications/1'))).body).toEqual(told);
  expect((await sim.call('admin', 'GET', path('/notifications/7'))).status).toBe(404);

  const details = {
    publisherId: 'tfs',
    eventType: 'git.pullrequest.created',
    consumerId: 'webHooks',
    consumerActionId: 'httpRequest',
    publisherInputs: {},
    consumerInputs: { url: receiver.url, basicAuthUsername: 'hook', basicAuthPassword: 'secret' },
  };
  const tried = await sim.call('admin', 'POST', '_apis/hooks/testnotifications', { details });
  expect(tried.body).toMatchObject({ status: 'completed', result: 'succeeded' });
  expect(present(receiver.deliveries[2])).toMatchObject({
    headers: { authorization: `Basic ${Buffer.from('hook:secret').toString('base64')}` },
    body: {
      subscriptionId: '00000000-0000-0000-0000-000000000000',
      id: '2ab4e3d3-b7a6-425e-92b1-5a9982c1269e',
      resource: { pullRequestId: 1, repository: { id: '4bc14d40-c903-45e2-872e-0462c7748079' } },
      resourceContainers: { account: { id: 'f844ec47-a9db-4511-8281-8b63f4eaf94e' } },
    },
  });
  receiver.answers.push(500);
  const again = await sim.call('admin', 'POST', '_apis/hooks/testnotifications', {
    subscriptionId: subscription.id,
    details: { ...details, eventType: COMMENT_EVENT },
  });
  expect(again.body).toMatchObject({ id: 2, result: 'failed' });
  expect(present(receiver.deliveries[3]).body).toMatchObject({
    subscriptionId: subscription.id,
    id: 'af07be1b-f3ad-44c8-a7f1-c4835f2df06b',
  });
  expect((await read()).status).toBe('enabled');
  expect((await sim.call('author', 'POST', '_apis/hooks/testnotifications', { details })).status).toBe(403);

  const query = { subscriptionIds: [subscription.id], resultType: 'failed', includeDetails: true };
  const queried = await sim.call('admin', 'POST', '_apis/hooks/notificationsquery', query);
  expect(queried.body).toMatchObject({
    results: [{ id: 2, details: { errorMessage: 'Internal Server Error (500)' } }],
    associatedSubscriptions: [{ id: subscription.id }],
    summary: [{ subscriptionId: subscription.id, results: [{ result: 'failed', notificationCount: 1 }] }],
  });
  if (hasOpenApi) await checkDocuments();
});

async function checkDocuments(): Promise<void> {
  const operations = readOperations(['serviceHooks']);
  const problems = listOf(await sim.control('GET', 'requests'))
    .filter(({ url, status }) => url.includes('/hooks/') && Number(status) < 300)
    .flatMap(({ method, url, status, responseBody }) => {
      const operation = findOperation(operations, method, url);
      return operation ? checkAnswer(operation, Number(status), responseBody) : [`${method} ${url} is in no document`];
    });
  expect([...new Set(problems)]).toEqual([]);
}
