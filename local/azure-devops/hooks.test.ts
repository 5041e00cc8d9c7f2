import { comment, COMMENT_EVENT, deliveryOf, pullRequestIn, subscribeTo, vote } from './testing/hook-acts';
import { startHookReceiver, type HookReceiver } from './testing/hook-receiver';
import { present, type Json } from './testing/json';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

let sim: TestSimulator;
let receiver: HookReceiver;

beforeAll(async () => {
  sim = await startTestSimulator();
  receiver = await startHookReceiver();
  for (const [eventType, resourceVersion] of [
    ['git.pullrequest.created', '1.0'],
    ['git.pullrequest.updated', '1.0'],
    ['git.pullrequest.merged', '1.0'],
    [COMMENT_EVENT, '2.0'],
  ] as const) {
    await subscribe({ eventType, resourceVersion });
  }
});
afterAll(async () => {
  await sim.end();
  await receiver.stop();
});

const subscribe = (wanted: Record<string, unknown>, inputs: Record<string, string> = {}): Promise<Json> =>
  subscribeTo(sim, receiver.url, wanted, inputs);

test('what fires which event, and what fires none', async () => {
  await sim.branch('quiet', { 'quiet.txt': '1\n' });
  const { pullRequestId: id } = await sim.open('quiet');
  const path = `git/repositories/web/pullRequests/${id}`;
  await receiver.next(deliveryOf('git.pullrequest.created', id));
  await receiver.next(deliveryOf('git.pullrequest.merged', id));
  const mine = (): string[] =>
    receiver.deliveries
      .filter(({ body }) => pullRequestIn(body) === id)
      .map(({ body }) => body.message.text.replace(/ pull request.*/s, ''));
  const before = mine().length;

  // Silent: title, description, draft, labels, work items, thread status and properties, check statuses.
  await sim.rest('author', 'PATCH', path, { title: 'Another title', description: 'More', isDraft: true });
  await sim.rest('author', 'PATCH', path, { isDraft: false });
  await sim.rest('author', 'POST', `${path}/labels`, { name: 'urgent' });
  await sim.rest('bot', 'POST', `${path}/statuses`, { state: 'failed', context: { name: 'x' } });
  const { artifactId } = await sim.rest('author', 'GET', path);
  await sim.rest('author', 'PATCH', 'wit/workitems/1', [
    {
      op: 'add',
      path: '/relations/-',
      value: { rel: 'ArtifactLink', url: artifactId, attributes: { name: 'Pull Request' } },
    },
  ]);
  const thread = await comment(sim, id, 'One');
  await sim.rest('author', 'PATCH', `${path}/threads/${thread.id}`, { status: 'fixed', properties: { a: 'b' } });
  // Loud: comments, votes, pushes, status changes.
  await sim.rest('author', 'PATCH', `${path}/threads/${thread.id}/comments/1`, { content: 'Two' });
  await sim.rest('author', 'DELETE', `${path}/threads/${thread.id}/comments/1`);
  await vote(sim, id, 'reviewer', 10);
  await sim.rest('author', 'PATCH', path, { status: 'abandoned' });
  await receiver.next(
    (each) => deliveryOf('git.pullrequest.updated', id)(each) && each.body.resource.status === 'abandoned',
  );
  await receiver.next((each) => deliveryOf(COMMENT_EVENT, id)(each) && each.body.resource.comment.isDeleted);
  await receiver.next(() => mine().length >= before + 5);
  expect(mine().slice(before).sort()).toEqual(
    [
      'Ada Author abandoned',
      'Ada Author has commented on a',
      'Ada Author has deleted a',
      'Ada Author has edited a',
      'Rex Reviewer approved',
    ].sort(),
  );
});

test('filters, the notification type, bare and missing resources', async () => {
  const project = present((await sim.call('admin', 'GET', '_apis/projects')).body.value[0]);
  const inputs = { projectId: project.id, branch: 'main', notificationType: 'ReviewerVoteNotification' };
  const votes = await subscribe({
    eventType: 'git.pullrequest.updated',
    resourceVersion: '1.0',
    publisherInputs: inputs,
  });
  const other = await subscribe({
    eventType: 'git.pullrequest.updated',
    resourceVersion: '1.0',
    publisherInputs: { ...inputs, branch: 'other' },
  });
  const bare = await subscribe({ eventType: COMMENT_EVENT, resourceVersion: '1.0' });
  const none = await subscribe(
    { eventType: COMMENT_EVENT, resourceVersion: '2.0' },
    { resourceDetailsToSend: 'none', messagesToSend: 'none', detailedMessagesToSend: 'none' },
  );
  const missing = await subscribe({ eventType: 'git.pullrequest.updated', resourceVersion: '2.0' });
  await sim.branch('filters', { 'filters.txt': '1\n' });
  const { pullRequestId: id } = await sim.open('filters');
  await comment(sim, id, 'Hello');
  await vote(sim, id, 'reviewer', -5);
  const from =
    (subscription: Json) =>
    ({ body }: { body: Json }) =>
      body.subscriptionId === String(subscription.id);
  expect((await receiver.next(from(votes))).body).toMatchObject({
    notificationId: 1,
    eventType: 'git.pullrequest.updated',
  });
  expect((await receiver.next(from(bare))).body.resource).toMatchObject({ content: 'Hello', commentType: 'text' });
  const silent = (await receiver.next(from(none))).body;
  expect(silent).not.toHaveProperty('resource');
  expect(silent).not.toHaveProperty('message');
  expect((await receiver.next(from(missing))).body).toMatchObject({ resource: null, resourceVersion: null });
  expect(receiver.deliveries.filter(from(other))).toEqual([]);
  expect(receiver.deliveries.filter(from(votes))).toHaveLength(1);
  for (const { id: subscription } of [votes, other, bare, none, missing]) {
    expect((await sim.call('admin', 'DELETE', `_apis/hooks/subscriptions/${subscription}`)).status).toBe(204);
  }
});

test('a delivery that meets 503 comes again after 1, 2, 4 … seconds of the clock, eight times', async () => {
  const lonely = await startHookReceiver();
  const subscription = await subscribe({ eventType: COMMENT_EVENT, resourceVersion: '2.0' }, { url: lonely.url });
  await sim.branch('retries', { 'retries.txt': '1\n' });
  const { pullRequestId: id } = await sim.open('retries');
  lonely.answers.push(...Array.from({ length: 9 }, () => 503));
  await comment(sim, id, 'Again and again');
  const history = async (): Promise<Json> =>
    present(
      (await sim.call('admin', 'GET', `_apis/hooks/subscriptions/${subscription.id}/notifications`)).body.value[0],
    );
  const settled = async (attempts: number): Promise<Json> => {
    for (;;) {
      const notification = await history();
      const { status, details } = notification;
      if (details.requestAttempts === attempts && status !== 'requestInProgress') return notification;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  for (const [index, seconds] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
    await lonely.count(index + 1);
    await settled(index + 1);
    await sim.control('POST', 'clock', { advanceSeconds: seconds });
  }
  await lonely.count(9);
  expect(await settled(9)).toMatchObject({ status: 'completed', result: 'failed' });
  const bodies = new Set(lonely.deliveries.map(({ body }) => JSON.stringify(body)));
  expect(bodies.size).toBe(1);

  await lonely.stop();
});

test('410 disables the subscription at once', async () => {
  const gone = await startHookReceiver();
  gone.answers.push(410);
  const subscription = await subscribe(
    { eventType: 'git.pullrequest.created', resourceVersion: '1.0' },
    { url: gone.url },
  );
  await sim.branch('gone', { 'gone.txt': '1\n' });
  await sim.open('gone');
  await gone.count(1);
  const status = async (): Promise<string> =>
    (await sim.call('admin', 'GET', `_apis/hooks/subscriptions/${subscription.id}`)).body.status;
  while ((await status()) === 'enabled') await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await status()).toBe('disabledBySystem');
  await gone.stop();
});

test('subscriptions: passwords are masked, kept when the mask comes back, and only administrators see any', async () => {
  const created = await subscribe({ eventType: 'git.pullrequest.created', resourceVersion: '1.0' });
  expect(created).toMatchObject({
    status: 'enabled',
    consumerInputs: { basicAuthUsername: 'hook', basicAuthPassword: '********' },
    publisherInputs: { tfsSubscriptionId: expect.any(String) },
  });
  const path = `_apis/hooks/subscriptions/${created.id}`;
  const updated = await sim.call('admin', 'PUT', path, { ...created, status: 'disabledByUser' });
  expect(updated.body).toMatchObject({ id: created.id, status: 'disabledByUser' });
  await sim.call('admin', 'PUT', path, { ...created, status: 'enabled' });
  await sim.branch('masked', { 'masked.txt': '1\n' });
  await sim.open('masked');
  const { headers } = await receiver.next(({ body }) => body.subscriptionId === String(created.id));
  expect(headers.authorization).toBe(`Basic ${Buffer.from('hook:secret').toString('base64')}`);

  const listed = await sim.call('author', 'GET', '_apis/hooks/subscriptions');
  expect(listed).toMatchObject({ status: 200, body: { count: 0, value: [] } });
  const refused = await sim.call('author', 'POST', '_apis/hooks/subscriptions', created);
  expect(refused).toMatchObject({ status: 403, body: { typeKey: 'AccessCheckException' } });
  const invalid = await sim.call('admin', 'POST', '_apis/hooks/subscriptions', { ...created, eventType: 'git.tea' });
  expect(invalid.status).toBe(400);
});
