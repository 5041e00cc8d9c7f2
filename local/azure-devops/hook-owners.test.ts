import { comment, COMMENT_EVENT, deliveryOf, identityOf, subscribeTo } from './testing/hook-acts';
import { startHookReceiver, type HookReceiver } from './testing/hook-receiver';
import { type Json } from './testing/json';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** What a subscription brings depends on who made it. Each test has another one, of the administrator, to wait for. */
let sim: TestSimulator;
let receiver: HookReceiver;
let pullRequest: number;
let owned: Json;

beforeEach(async () => {
  sim = await startTestSimulator();
  receiver = await startHookReceiver();
  await sim.branch('owned', { 'owned.txt': '1\n' });
  pullRequest = (await sim.open('owned')).pullRequestId;
  await sim.control('POST', 'permissions', { identity: 'bot', editSubscriptions: true, viewSubscriptions: true });
  const wanted = { eventType: COMMENT_EVENT, resourceVersion: '2.0' };
  owned = await subscribeTo(sim, receiver.url, wanted, {}, 'bot');
  await subscribeTo(sim, receiver.url, wanted);
});
afterEach(async () => {
  await sim.end();
  await receiver.stop();
});

const read = async (person = 'admin'): Promise<Json> =>
  (await sim.call(person, 'GET', `_apis/hooks/subscriptions/${owned.id}`)).body;
const put = async (change: Record<string, unknown>): Promise<Json> =>
  (await sim.call('admin', 'PUT', `_apis/hooks/subscriptions/${owned.id}`, { ...owned, ...change })).body;
const permissions = (change: Record<string, unknown>): Promise<Json> =>
  sim.control('POST', 'permissions', { identity: 'bot', ...change });
/** Who was told of a new comment, once the administrator's subscription was. */
async function told(): Promise<string[]> {
  const before = receiver.deliveries.length;
  await comment(sim, pullRequest, `Comment ${before}`);
  await receiver.next(
    (each) =>
      deliveryOf(COMMENT_EVENT, pullRequest)(each) &&
      each.body.subscriptionId !== String(owned.id) &&
      each.body.resource.comment.content === `Comment ${before}`,
  );
  // Both are sent in the same turn: the other one has left by now, if it was sent at all.
  await sim.call('admin', 'GET', '_apis/projects');
  const isOwn = receiver.deliveries.slice(before).some(({ body }) => body.subscriptionId === String(owned.id));
  return isOwn ? ['admin', 'bot'] : ['admin'];
}

test('a repository that the owner may not read is left out, without a word', async () => {
  expect(await told()).toEqual(['admin', 'bot']);
  await permissions({ repository: 'web', read: false });
  expect(await told()).toEqual(['admin']);
  expect(await read()).toMatchObject({ status: 'enabled' });
  await permissions({ repository: 'web', read: true });
  expect(await told()).toEqual(['admin', 'bot']);
});

test('an owner whose licence shows no code any more: the next event disables it', async () => {
  await permissions({ licence: 'stakeholder' });
  expect(await read()).toMatchObject({ status: 'enabled' });
  expect(await told()).toEqual(['admin']);
  expect(await read()).toMatchObject({ status: 'disabledByInactiveIdentity' });
  await permissions({ licence: 'basic' });
  expect(await told()).toEqual(['admin']);
  expect(await put({ status: 'enabled' })).toMatchObject({ status: 'enabled' });
  expect(await told()).toEqual(['admin', 'bot']);
});

test('an owner who has left: the PAT is refused, and the subscription disabled, also when another person enables it', async () => {
  await permissions({ active: false });
  expect((await sim.call('bot', 'GET', '_apis/projects')).status).toBe(203);
  expect(await read()).toMatchObject({ status: 'disabledByInactiveIdentity' });
  const bot = await identityOf(sim, 'bot');
  const found = await sim.call('admin', 'GET', `_apis/identities?identityIds=${String(bot.id)}`);
  expect(found.body.value).toMatchObject([{ isActive: false }]);
  await put({ status: 'enabled' });
  expect(await told()).toEqual(['admin']);
  expect(await read()).toMatchObject({ status: 'disabledByInactiveIdentity' });
  await permissions({ active: true });
  await put({ status: 'enabled' });
  expect(await told()).toEqual(['admin', 'bot']);
});

test('whoever may edit it can point it elsewhere, or switch it off', async () => {
  const elsewhere = await startHookReceiver();
  const tampered = await put({ consumerInputs: { ...owned.consumerInputs, url: elsewhere.url } });
  const { id: admin } = await identityOf(sim, 'admin');
  expect(tampered).toMatchObject({ modifiedBy: { id: admin }, createdBy: owned['createdBy'] });
  expect(await told()).toEqual(['admin']);
  await elsewhere.count(1);
  await elsewhere.stop();
  await put({ status: 'disabledByUser' });
  expect(await told()).toEqual(['admin']);
  expect(await read('bot')).toMatchObject({ status: 'disabledByUser' });
});

test('a query finds the subscriptions of a project by their inputs', async () => {
  const ask = async (inputId: string, operator: string, inputValue: string): Promise<number> => {
    const publisherInputFilters = [{ conditions: [{ inputId, operator, inputValue }] }];
    const wanted = { publisherId: 'tfs', eventType: COMMENT_EVENT, publisherInputFilters };
    const results = (await sim.call('bot', 'POST', '_apis/hooks/subscriptionsquery', wanted)).body['results'];
    return Array.isArray(results) ? results.length : -1;
  };
  expect(await ask('projectId', 'equals', '')).toBe(2);
  expect(await ask('projectId', 'notEquals', '')).toBe(0);
  await permissions({ viewSubscriptions: false });
  expect(await ask('projectId', 'equals', '')).toBe(0);
});
