import { startShop, type Shop } from './azure-devops-shop';
import { people, type People } from './support/people';
import { COMMENT_EVENT, deliveryOf } from '../local/azure-devops/testing/hook-acts';
import { startHookReceiver } from '../local/azure-devops/testing/hook-receiver';
import { evaluateOnce, type EvaluatedOnce } from '../src/app/evaluate-once';
import { grantHooks } from '../src/app/hooks/grant-hooks';
import { syncHooks } from '../src/app/hooks/sync-hooks';
import { createTestConnection } from '../src/app/test-connection';
import { createManaging } from '../src/app/testing/managing-settings';
import type { ConnectedAzureDevOps } from '../src/azure-devops/connect';
import { lookAtConnection } from '../src/azure-devops/look-at-connection';
import { administerPolicies } from '../src/azure-devops/policy-administration';
import { parseServiceHook } from '../src/azure-devops/service-hook';
import { parsePullRequestAddress } from '../src/core/azure-devops-url';
import type { PullRequestKey } from '../src/core/snapshot';
import { resolveSettings } from '../src/settings';

/** A collection of Azure DevOps Server, below a virtual directory: connected, told of, judged and gated by the genuine door. */
let shop: Shop;
let door: ConnectedAzureDevOps;
let organization: People;
let key: PullRequestKey;

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const GATES = {
  description: { mode: 'off' },
  title: { mode: 'block', pattern: '(feat|fix): .+' },
  'work-items': { mode: 'block' },
  size: { mode: 'block', maximumLines: 50 },
  reviewers: { mode: 'block', groups: [{ group: String.raw`[Shop]\Seniors`, minimum: 1 }] },
};

beforeAll(async () => {
  shop = await startShop('server');
  door = shop.connect('bot-pat');
  organization = people(shop.url);
  await organization.putGroup(String.raw`[Shop]\Seniors`, ['reviewer']);
  await shop.push('basket', [{ path: '/src/basket.ts', content: 'export const basket = [];\n'.repeat(60) }]);
  key = await shop.createPullRequest('basket');
});
afterAll(() => shop.stop());

async function act(person: string, method: string, path: string, body: unknown): Promise<Response> {
  await shop.control('POST', 'clock', { advanceSeconds: 10 });
  const url = `${shop.url}/Shop/_apis/git/repositories/web/pullRequests/${key.pullRequestId}${path}?api-version=7.1`;
  const authorization = `Basic ${Buffer.from(`:${person}-pat`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  return fetch(url, { method, headers, body: JSON.stringify(body) });
}

async function judge(): Promise<EvaluatedOnce> {
  const parsed = parsePullRequestAddress(`${shop.url}/Shop/_git/web/pullrequest/${key.pullRequestId}`);
  if (!parsed.ok) throw new Error(parsed.reason);
  const settings = resolveSettings([{ scope: 'connection', document: { gates: GATES } }]);
  if (!settings.ok) throw new Error(JSON.stringify(settings.problems));
  const clock = { now: () => new Date(shop.clock.now()) };
  return evaluateOnce(door, clock, { address: parsed.address, settings, publish: true });
}

test('its address is understood, and a connection to it is all right', async () => {
  const world = createManaging();
  const tester = createTestConnection({
    connections: world.connections.port,
    look: (wanted) => lookAtConnection(wanted, { log, now: () => new Date(shop.clock.now()) }),
    credentials: world.credentials,
    settings: world.settings.port,
    log,
  });
  const result = await tester.given(
    `${shop.url}/Shop/_git/web`,
    { kind: 'pat', pat: 'bot-pat' },
    { subscriptions: false },
  );
  expect(result.lines.filter(({ state }) => state !== 'ok').map(({ check }) => check)).toEqual([]);
  expect(result).toMatchObject({ url: shop.url, ok: true, account: { displayName: 'Portcullis' } });
  const refused = await tester.given(shop.url, { kind: 'pat', pat: 'expired-pat' }, { subscriptions: false });
  expect(refused.lines.map(({ check, state }) => [check, state])).toContainEqual(['credential', 'broken']);
});

test('its administrator grants the gate hooks of its own, which name the collection by an id that the connection knows', async () => {
  const receiver = await startHookReceiver();
  const hooks = shop.hooks('bot-pat');
  const bot = await hooks.readMyself();
  await grantHooks(shop.granting('admin-pat'), bot, undefined);
  const wanted = { connectionId: 'c1', publicUrl: receiver.url, password: 'a-password' };
  const dependencies = { hooks, projects: await hooks.readGitProjects(), isTimeLeft: () => true, log };
  expect(await syncHooks(dependencies, wanted)).toMatchObject({ mode: 'organization', changes: { created: 4 } });
  expect((await hooks.list()).map(({ owner }) => owner.id)).toEqual([bot.id, bot.id, bot.id, bot.id]);
  await act('author', 'POST', '/threads', { comments: [{ content: 'Hello' }], status: 1 });
  const { body } = await receiver.next(deliveryOf(COMMENT_EVENT, key.pullRequestId));
  await receiver.stop();
  const hook = parseServiceHook(body);
  const { organizationIds } = await door.readMyself();
  expect(hook).toMatchObject({ kind: 'pullRequest', repositoryId: key.repositoryId, pullRequestId: key.pullRequestId });
  expect(hook.kind === 'pullRequest' && hook.organizationIds.some((id) => organizationIds.includes(id))).toBe(true);
});

test('a pull request is judged, gated, mended, approved by a group of domain accounts, judged again and merged', async () => {
  const gate = (await door.readMyself()).identity;
  expect(gate).toMatchObject({ uniqueName: String.raw`CONTOSO\portcullis` });
  const { project } = await door.readRepository('Shop', 'web');
  const policies = administerPolicies({ url: shop.url, credential: { kind: 'pat', pat: 'admin-pat' }, log });
  await policies.createStatusPolicy(project.id, {
    isEnabled: true,
    isBlocking: true,
    settings: {
      statusGenre: 'portcullis',
      statusName: 'evaluate',
      authorId: gate.id,
      invalidateOnSourceUpdate: true,
      policyApplicability: null,
      scope: [{ repositoryId: key.repositoryId, refName: 'refs/heads/main', matchKind: 'Exact' }],
    },
  });
  policies.dispose();

  const failed = await judge();
  expect(failed.published).toMatchObject({ ok: true });
  expect(failed.verdict.state).toBe('failed');
  const states = failed.evaluation.outcomes.map(({ gate: name, state }) => [name, state]);
  expect(Object.fromEntries(states)).toMatchObject({
    title: 'succeeded',
    'work-items': 'failed',
    size: 'failed',
    reviewers: 'pending',
  });
  expect((await judge()).published).toEqual({ ok: true, writes: 0 });
  const { lastMergeSourceCommit } = (await (await act('author', 'PATCH', '', {})).json()) as Record<string, unknown>;
  const completion = { status: 'completed', lastMergeSourceCommit };
  expect((await act('author', 'PATCH', '', completion)).status).toBe(403);

  await shop.push('basket', [{ path: '/src/basket.ts', changeType: 'edit', content: 'export const basket = [];\n' }]);
  await shop.linkWorkItem(key, 1);
  const { id } = await organization.find('reviewer');
  await act('reviewer', 'PUT', `/reviewers/${id}`, { vote: 10 });
  const good = await judge();
  expect(good.evaluation.outcomes.filter(({ state }) => state !== 'succeeded')).toEqual([]);
  expect([good.verdict, good.iteration.id]).toMatchObject([{ state: 'succeeded' }, 2]);

  const pushed = (await (await act('author', 'PATCH', '', {})).json()) as Record<string, unknown>;
  const merged = await act('author', 'PATCH', '', {
    status: 'completed',
    lastMergeSourceCommit: pushed['lastMergeSourceCommit'],
  });
  expect(merged.status).toBe(200);
});
