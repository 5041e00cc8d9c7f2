import { grantHooks } from '../src/app/hooks/grant-hooks';
import type { HookLine } from '../src/app/hooks/hooks-status';
import { EVENT_TYPES } from '../src/app/hooks/wanted-hooks';
import type { HookSubscription } from '../src/app/ports';
import { connection } from '../src/app/testing/samples';

import { startShop, type Shop } from './azure-devops-shop';
import { grantAllProjects, hookOperations } from './support/hook-operations';

/** Service hooks of a thousand repositories in three projects, beside one of TFVC: what that takes does not grow with them. */
let shop: Shop;
let operations: ReturnType<typeof hookOperations>;

beforeAll(async () => {
  shop = await startShop();
  await shop.control('POST', 'organization', {});
  operations = hookOperations(shop, { ...connection, url: shop.url, publicUrl: 'http://127.0.0.1:9' });
});
afterAll(() => shop.stop());

const CHANGED = 'was changed by Olga Admin';
const ELSEWHERE = 'http://127.0.0.1:10';

/** As the administrator sees them. */
const all = (): Promise<HookSubscription[]> => shop.hooks('admin-pat').list();

/** What is not in place, by project. */
async function wrong(): Promise<[string, Omit<HookLine, 'probation'>][]> {
  const { places } = await operations.status();
  return places.flatMap(({ project, lines }) =>
    lines
      .filter(({ state }) => state !== 'inPlace')
      .map(
        ({ eventType, state, faults }) => [project, { eventType, state, faults }] as [string, (typeof lines)[number]],
      ),
  );
}

test('of three projects, each by itself: few requests, and the second sync writes nothing', async () => {
  await grantAllProjects(shop);
  const first = await operations.sync();
  expect(first.result).toMatchObject({ mode: 'projects', projects: 3, changes: { created: 12 }, refused: [] });
  expect(first.writes).toEqual(Array(12).fill('POST'));
  // Who it is, the repositories, the rights three times, and the subscriptions twice; what the SDK asks for by itself is twice.
  expect(first.requests).toHaveLength(9 + 12);
  const second = await operations.sync();
  expect(second.result).toMatchObject({ changes: { created: 0, repaired: 0, removed: 0 }, total: 12 });
  expect(second.writes).toEqual([]);
  expect(second.requests).toHaveLength(8);
  expect(await operations.status()).toMatchObject({ ok: true, remedy: null });
});

/** What somebody did to a subscription, and what status then says of it. */
const tampered: [what: string, change: (one: HookSubscription) => Record<string, unknown>, faults: string[]][] = [
  [
    'posts elsewhere',
    ({ consumerInputs }) => ({
      consumerInputs: { ...consumerInputs, url: `${ELSEWHERE}/api/service-hooks/con-contoso` },
    }),
    [CHANGED, 'posts to 127.0.0.1:10: portcullis hooks rotate makes a password that was sent there worthless'],
  ],
  [
    'is narrowed to a branch',
    ({ publisherInputs }) => ({ publisherInputs: { ...publisherInputs, branch: 'never' } }),
    [CHANGED, 'is narrowed by a filter'],
  ],
  [
    'sends another version',
    () => ({ resourceVersion: '1.0-preview.1' }),
    [CHANGED, 'sends another version of events than Portcullis reads'],
  ],
  ['is disabled', () => ({ status: 'disabledByUser' }), ['was disabled by Olga Admin', CHANGED]],
];

test.each(tampered)(
  'one subscription that %s is named by status, and a sync repairs that one alone',
  async (_what, change, faults) => {
    const [one] = (await all()).filter(({ eventType }) => eventType === 'git.pullrequest.updated');
    if (!one) throw new Error('there are twelve');
    await asAdmin('PUT', `hooks/subscriptions/${one.id}`, { ...bodyOf(one), ...change(one) });
    expect(await wrong()).toEqual([[expect.any(String), { eventType: one.eventType, state: 'wrong', faults }]]);
    const { result, writes } = await operations.sync();
    expect(result).toMatchObject({ changes: { created: 0, repaired: 1, removed: 0 }, total: 12 });
    expect(writes).toEqual(['PUT']);
    expect(await operations.status()).toMatchObject({ ok: true });
    expect((await operations.sync()).writes).toEqual([]);
  },
);

test.each(EVENT_TYPES)('a deleted subscription for %s is missing, and is created again', async (eventType) => {
  const [one] = (await all()).filter((each) => each.eventType === eventType);
  await shop.hooks('admin-pat').remove(one?.id ?? '');
  expect(await wrong()).toEqual([[expect.any(String), { eventType, state: 'missing', faults: [] }]]);
  const { result, writes } = await operations.sync();
  expect(result).toMatchObject({ changes: { created: 1, repaired: 0, removed: 0 }, total: 12 });
  expect(writes).toEqual(['POST']);
  expect(await operations.status()).toMatchObject({ ok: true });
});

test('with rights on all projects, four serve them all: no gap, and the twelve go', async () => {
  const bot = await shop.hooks('bot-pat').readMyself();
  await grantHooks(shop.granting('admin-pat'), bot, undefined);
  const moved = await operations.sync();
  expect(moved.result).toMatchObject({ mode: 'organization', changes: { created: 4, removed: 12 }, total: 4 });
  expect(moved.writes).toEqual([...Array(4).fill('POST'), ...Array(12).fill('DELETE')]);
  expect((await operations.sync()).writes).toEqual([]);
  expect(await all()).toHaveLength(4);
});

function bodyOf({ id, eventType, resourceVersion, publisherInputs, consumerInputs }: HookSubscription) {
  const shared = { publisherId: 'tfs', consumerId: 'webHooks', consumerActionId: 'httpRequest', status: 'enabled' };
  return { id, eventType, resourceVersion, publisherInputs, consumerInputs, ...shared };
}

/** As somebody does it on the page of service hooks. */
async function asAdmin(method: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${shop.url}/_apis/${path}?api-version=7.1`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(':admin-pat').toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}
