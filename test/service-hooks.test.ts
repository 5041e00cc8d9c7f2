import { z } from 'zod';

import { grantHooks } from '../src/app/hooks/grant-hooks';
import { syncHooks, type SyncedHooks } from '../src/app/hooks/sync-hooks';
import { EVENT_TYPES, isOfConnection, wantedSubscriptions } from '../src/app/hooks/wanted-hooks';
import type { HookSubscription } from '../src/app/ports';
import { pullRequestEvents } from '../src/azure-devops/service-hook';

import { failureOf, startShop, type Shop } from './azure-devops-shop';
import { contractProblems } from './support/contract';

/** Service hooks as the gate's own account has them: the genuine client against the simulator. */
const wanted = { connectionId: 'c1', publicUrl: 'http://127.0.0.1:9', password: 'a-hook-secret-that-nobody-may-see' };
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let shop: Shop;
let bot: { id: string; displayName: string };
let shopId: string;

beforeEach(async () => {
  shop = await startShop();
  const { id, displayName } = await shop.hooks('bot-pat').readMyself();
  bot = { id, displayName };
  shopId = (await shop.hooks('bot-pat').readGitProjects())[0]?.id ?? '';
});

afterEach(async () => {
  const exchanges = exchangesSchema.parse(await shop.control('GET', 'requests'));
  expect([...contractProblems(exchanges, 'bot'), ...contractProblems(exchanges, 'admin')]).toEqual([]);
  await shop.stop();
});

const exchangesSchema = z.array(
  z.object({
    method: z.string(),
    url: z.string(),
    status: z.number(),
    identity: z.string().nullable(),
    body: z.unknown(),
    responseBody: z.unknown(),
  }),
);

async function sync(pat = 'bot-pat', over: Partial<typeof wanted> = {}): Promise<SyncedHooks> {
  const hooks = shop.hooks(pat);
  const projects = await hooks.readGitProjects();
  return syncHooks({ hooks, projects, isTimeLeft: () => true, log }, { ...wanted, ...over });
}

const grant = (project?: string) => grantHooks(shop.granting('admin-pat'), bot, project);

/** As the administrator sees them. */
const all = (): Promise<HookSubscription[]> => shop.hooks('admin-pat').list();

const writesOf = async (act: () => Promise<unknown>): Promise<string[]> =>
  (await shop.requestsOf(act)).map(({ method }) => method).filter((method) => !['GET', 'OPTIONS'].includes(method));

test('there is a subscription for every event that is understood', () => {
  expect([...EVENT_TYPES].sort()).toEqual([...pullRequestEvents].sort());
});

describe('granting', () => {
  test('at the root: once, for all projects; then the account may ask for itself', async () => {
    const before = await shop.hooks('bot-pat').readRights([shopId]);
    expect(before).toEqual({
      root: { view: false, edit: false },
      projects: new Map([[shopId, { view: false, edit: false }]]),
    });
    expect(await grant()).toEqual({ project: null, changed: true });
    expect(await writesOf(() => grant())).toEqual([]);
    expect(await shop.hooks('bot-pat').readRights([shopId])).toEqual({
      root: { view: true, edit: true },
      projects: new Map([[shopId, { view: true, edit: true }]]),
    });
  });

  test('for one project only', async () => {
    expect(await grant('Shop')).toEqual({ project: 'Shop', changed: true });
    expect(await grant(shopId)).toEqual({ project: 'Shop', changed: false });
    expect(await shop.hooks('bot-pat').readRights([shopId])).toEqual({
      root: { view: false, edit: false },
      projects: new Map([[shopId, { view: true, edit: true }]]),
    });
    expect((await failureOf(grant('Bank'))).kind).toBe('notFound');
    expect((await failureOf(grant('..'))).kind).toBe('notFound');
  });

  test('what the project has from the root is not granted again', async () => {
    await grant();
    expect(await writesOf(() => grant('Shop'))).toEqual([]);
  });

  test('what was granted is taken back; an administrator whose PAT was used once keeps their own rights', async () => {
    await grant();
    const admin = await shop.hooks('admin-pat').readMyself();
    expect(await shop.granting('admin-pat').revoke(admin.id)).toBe(0);
    expect(await shop.granting('admin-pat').revoke(bot.id)).toBe(1);
    expect((await shop.hooks('bot-pat').readRights([])).root).toEqual({ view: false, edit: false });
    expect(await grant()).toEqual({ project: null, changed: true });
  });

  test('what somebody may not grant, or whose PAT lacks the scope, is a sentence', async () => {
    const byAuthor = await failureOf(grantHooks(shop.granting('author-pat'), bot, undefined));
    expect(byAuthor).toMatchObject({ kind: 'permissionMissing' });
    expect(byAuthor.message).toContain('Security (Manage)');
    await shop.control('POST', 'pats', { token: 'narrow-pat', identity: 'admin', scopes: ['vso.code'] });
    const narrow = await failureOf(grantHooks(shop.granting('narrow-pat'), bot, undefined));
    expect(narrow).toMatchObject({ kind: 'permissionMissing' });
    expect(narrow.message).toContain('Identity (Read)');
    const nobody = { id: '00000000-0000-4000-8000-000000000000', displayName: 'Nobody' };
    expect((await failureOf(grantHooks(shop.granting('admin-pat'), nobody, undefined))).kind).toBe('notFound');
  });
});

describe('bringing them in order', () => {
  test("they are the gate's own, exactly as wanted, and the second time nothing is written", async () => {
    await grant('Shop');
    expect(await sync()).toMatchObject({
      mode: 'projects',
      changes: { created: 4, repaired: 0, removed: 0 },
      refused: [],
    });
    const created = await all();
    expect(created.map(({ owner }) => owner.id)).toEqual(EVENT_TYPES.map(() => bot.id));
    const [body] = wantedSubscriptions(wanted, shopId);
    const [first] = created.filter(({ eventType }) => eventType === body?.eventType);
    expect(first).toMatchObject({
      resourceVersion: body?.resourceVersion,
      publisherInputs: body?.publisherInputs,
      consumerInputs: { ...body?.consumerInputs, basicAuthPassword: '********' },
    });
    expect(await writesOf(sync)).toEqual([]);
  });

  test('what the former release made with the PAT of the administrator becomes our own', async () => {
    for (const body of wantedSubscriptions(wanted, shopId)) await shop.hooks('admin-pat').create(body);
    await grant();
    expect(await sync()).toMatchObject({ mode: 'organization', changes: { created: 4, repaired: 0, removed: 4 } });
    expect((await all()).map(({ owner, publisherInputs }) => [owner.id, publisherInputs['projectId']])).toEqual(
      EVENT_TYPES.map(() => [bot.id, '']),
    );
    expect(await writesOf(sync)).toEqual([]);
  });

  test('deleted, changed by somebody, disabled: each is found and repaired', async () => {
    await grant();
    await sync();
    const [deleted, moved, narrowed, disabled] = await all();
    if (!deleted || !moved || !narrowed || !disabled) throw new Error('there are four');
    const admin = shop.hooks('admin-pat');
    await admin.remove(deleted.id);
    const url = 'http://127.0.0.1:10/api/service-hooks/c1';
    await admin.update(moved.id, { ...moved, consumerInputs: { ...moved.consumerInputs, url } });
    await admin.update(narrowed.id, { ...narrowed, publisherInputs: { ...narrowed.publisherInputs, branch: 'never' } });
    await shop.control('POST', 'permissions', { identity: 'bot', editSubscriptions: true });
    await disable(disabled);
    expect(await sync()).toMatchObject({ changes: { created: 1, repaired: 3, removed: 0 } });
    const after = await all();
    expect(after.map(({ status }) => status)).toEqual(['enabled', 'enabled', 'enabled', 'enabled']);
    expect(new Set(after.map(({ consumerInputs }) => consumerInputs['url']))).toEqual(
      new Set(['http://127.0.0.1:9/api/service-hooks/c1']),
    );
    expect(await writesOf(sync)).toEqual([]);
  });

  test('without the right to view, a listing is empty, and nothing is created again', async () => {
    await grant('Shop');
    await sync();
    await shop.control('POST', 'permissions', { identity: 'bot', viewSubscriptions: false });
    await withdraw(shopId);
    let result: SyncedHooks | undefined;
    expect(await writesOf(async () => (result = await sync()))).toEqual([]);
    expect(result?.refused).toEqual([
      {
        project: 'Shop',
        reason: 'Portcullis may not view and edit subscriptions there: run portcullis hooks grant.',
      },
    ]);
    expect(await all()).toHaveLength(4);
  });

  test('the password stands in no failure, also where the service repeats it', async () => {
    await grant();
    await shop.control('POST', 'faults', { method: 'POST', path: 'subscriptions', status: 400 });
    const [body] = wantedSubscriptions(wanted, '');
    if (!body) throw new Error('there is one');
    const failure = await failureOf(shop.hooks('bot-pat').create(body));
    expect(failure.message).not.toContain(wanted.password);
    expect((await failureOf(shop.hooks('author-pat').create(body))).message).toContain('Edit subscriptions');
  });

  test('what belongs to another connection stays', async () => {
    await grant();
    await sync('bot-pat', { connectionId: 'c2' });
    await sync();
    expect((await all()).filter((each) => isOfConnection(each, 'c2'))).toHaveLength(4);
    expect(await all()).toHaveLength(8);
  });
});

/** As somebody does it on the page of service hooks. */
async function disable({
  id,
  eventType,
  resourceVersion,
  publisherInputs,
  consumerInputs,
}: HookSubscription): Promise<void> {
  const body = {
    id,
    publisherId: 'tfs',
    consumerId: 'webHooks',
    consumerActionId: 'httpRequest',
    eventType,
    resourceVersion,
    publisherInputs,
    consumerInputs,
    status: 'disabledByUser',
  };
  await asAdmin('PUT', `hooks/subscriptions/${id}`, body);
}

/** Takes away what a project's list says. */
async function withdraw(projectId: string): Promise<void> {
  const namespace = 'cb594ebe-87dd-4fc9-ac2c-6a10a4c92046';
  await asAdmin('DELETE', `accesscontrollists/${namespace}?tokens=PublisherSecurity/${projectId}`);
}

async function asAdmin(method: string, path: string, body?: unknown): Promise<void> {
  const url = new URL(`${shop.url}/_apis/${path}`);
  url.searchParams.set('api-version', '7.1');
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(':admin-pat').toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}

test('the last delivery is what the service remembers of it, whatever came of it', async () => {
  await grant();
  await sync();
  const hooks = shop.hooks('bot-pat');
  const ids = (await hooks.list()).map(({ id }) => id);
  expect(await hooks.readLastDelivery(ids)).toBeNull();
  expect(await hooks.readLastDelivery([])).toBeNull();
  const before = shop.clock.now();
  await shop.push('feature/delivered', [{ path: '/src/new.ts', content: 'export const fresh = 1;\n' }]);
  await shop.createPullRequest('feature/delivered');
  await eventuallyFailed(() => hooks.readLastDelivery(ids));
  const last = await hooks.readLastDelivery(ids);
  expect(last?.at.getTime()).toBeGreaterThanOrEqual(before - 1_000);
});

/** Nobody listens at the address that the hooks are for. */
async function eventuallyFailed(ask: () => Promise<{ result: string } | null>): Promise<void> {
  for (let asked = 0; asked < 100; asked += 1) {
    const answer = await ask();
    if (answer?.result === 'failed') return;
    // Transient failures are tried again, for some minutes in all.
    shop.clock.advance(60_000);
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('No delivery failed.');
}
