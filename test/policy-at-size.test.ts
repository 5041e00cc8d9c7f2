import { z } from 'zod';

import { installInStages } from '../src/app/policy-stages';
import type { StagedReport } from '../src/app/policy-stages-text';
import type { PolicyAdministration, PolicyReadiness } from '../src/app/ports';
import { connection } from '../src/app/testing/samples';
import { administerPolicies, type ConnectedPolicyAdministration } from '../src/azure-devops/policy-administration';
import { pullRequestMessage, sessionId } from '../src/core/messages';
import type { ProjectAddress } from '../src/core/azure-devops-url';

import { startShop, type Shop } from './azure-devops-shop';
import { judgingShop } from './support/judging-shop';

/**
 * A policy for every repository of a project in which two thousand pull requests are open, through the genuine door and
 * the genuine operation. Most are judged by a stand-in that posts as the account of Portcullis, some for real.
 */
const PULL_REQUESTS = 2_000;
/** Of those that the stand-in judged, one of so many is looked at after each write; of the others, all. */
const SAMPLE = 20;

let shop: Shop;
let administration: ConnectedPolicyAdministration;
let projectId: string;
let address: ProjectAddress;

beforeAll(async () => {
  shop = await startShop();
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  administration = administerPolicies({ url: shop.url, credential: { kind: 'pat', pat: 'admin-pat' }, log });
  ({ id: projectId } = await administration.readProject('Shop'));
  address = { kind: 'services', base: shop.url, project: 'Shop', repository: undefined, pullRequestId: undefined };
});
afterAll(async () => {
  administration.dispose();
  await shop.stop();
});

async function openPullRequest(branch: string): Promise<number> {
  await shop.push(branch, [{ path: `/src/${branch}.ts`, content: `export const it = '${branch}';\n` }]);
  return (await shop.createPullRequest(branch)).pullRequestId;
}

test('two thousand open pull requests: none that has no verdict yet is ever blocked', async () => {
  const [early, late, completed] = [
    await openPullRequest('early'),
    await openPullRequest('late'),
    await openPullRequest('completed'),
  ];
  await shop.control('POST', 'organization', {
    gitProjects: 1,
    pullRequests: PULL_REQUESTS,
  });
  const open = await administration.readActivePullRequests(projectId);
  expect(open).toHaveLength(PULL_REQUESTS);
  const repositories = new Map((await administration.readRepositoriesOf(projectId)).map(({ id, name }) => [name, id]));
  const [unreadable = '', misconfigured = ''] = ['service-0002', 'service-0003'].map((name) => repositories.get(name));
  const numbersIn = (repositoryId: string) =>
    open.filter((each) => each.repositoryId === repositoryId).map(({ pullRequestId }) => pullRequestId);
  const unreadableNumbers = numbersIn(unreadable);
  const misconfiguredNumbers = numbersIn(misconfigured);
  expect(unreadableNumbers.length * misconfiguredNumbers.length).toBeGreaterThan(0);
  await shop.control('POST', 'permissions', { identity: 'bot', repository: 'service-0002', read: false });

  let opened = 0;
  const posted = new Set<number>();
  const real = new Set([early, late, completed, ...misconfiguredNumbers]);
  const judging = await judgingShop({
    shop,
    projectId,
    isForReal: (id) => real.has(id),
    judged: async (id) => {
      posted.add(id);
      if (posted.size !== 500) return;
      await complete(completed);
      opened = await openPullRequest('opened');
      await push('early');
      const key = { connectionId: connection.id, repositoryId: shop.repositoryId, pullRequestId: early };
      judging.world.queue.put(pullRequestMessage(key, 'hook'), { messageId: 'pushed', session: sessionId(key) });
    },
  });
  const settings = { kind: 'repository' as const, connectionId: connection.id, repositoryId: misconfigured };
  judging.world.settings.put(settings, { gates: { nonsense: {} } });

  const began = open.map(({ pullRequestId }) => pullRequestId);
  const calls: string[] = [];
  const install = (afterJudging: () => Promise<void>): Promise<StagedReport | undefined> =>
    installInStages({
      administration: watched(administration, calls, async () => {
        const policies = await administration.readStatusPolicies(projectId);
        if (policies.every(({ isBlocking }) => !isBlocking)) return;
        const looked = began.filter((id, index) => !posted.has(id) || index % SAMPLE === 0);
        expect(await blockedWithoutVerdict(looked)).toEqual([]);
      }),
      request: { address, branches: [], allRepositories: false },
      identityId: judging.identity.id,
      agree: async () => true,
      judge: async (asked) => {
        const outcome = await judging.judge(asked);
        await afterJudging();
        return outcome;
      },
      tell: () => undefined,
    });

  // Just before the last look: nobody judges it, and nobody may be blocked by what it had before.
  const first = await install(() => push('late'));
  expect(writesOf(calls)).toEqual(['createStatusPolicy', 'createStatusPolicy']);
  // Each is asked about before and after; one that has no verdict at all costs one request.
  expect(times(calls, 'readStatusRows')).toBeLessThanOrEqual(2 * PULL_REQUESTS + 5);
  expect(times(calls, 'readNewestIteration')).toBeLessThanOrEqual(PULL_REQUESTS + 5);
  expect(times(calls, 'readActivePullRequests')).toBeLessThanOrEqual(10);
  expect(first?.isFine).toBe(false);
  const named = new Map(first?.waiting[0]?.pullRequests.map(({ pullRequestId, reason }) => [pullRequestId, reason]));
  expect([...named.keys()]).toEqual([late, ...unreadableNumbers, ...misconfiguredNumbers].sort((a, b) => a - b));
  expect(named.get(late)).toBe('It has no verdict of its newest iteration.');
  for (const id of unreadableNumbers) expect(named.get(id)).toContain('it needs Read on the repository');
  for (const id of misconfiguredNumbers) expect(named.get(id)).toContain('Its verdict is error');
  expect(first?.lines.at(-1)).toContain(`(${repositories.size - 4} branches)`);
  expect(await blockingPolicies(opened)).toEqual([]);
  expect(
    await judging.door.readStatuses({
      connectionId: connection.id,
      repositoryId: shop.repositoryId,
      pullRequestId: early,
    }),
  ).toMatchObject([{ iterationId: 1 }, { iterationId: 2 }]);

  await shop.control('POST', 'permissions', { identity: 'bot', repository: 'service-0002', read: true });
  judging.world.settings.put(settings, {});
  calls.length = 0;
  const second = await install(async () => undefined);
  expect(second).toMatchObject({ isFine: true, waiting: [] });
  expect(writesOf(calls)).toEqual(['updateStatusPolicy', 'deleteStatusPolicy']);
  // What is required already is not asked about again.
  expect(times(calls, 'readStatusRows')).toBeLessThanOrEqual(100);
  expect(await administration.readStatusPolicies(projectId)).toMatchObject([{ isBlocking: true, isEnabled: true }]);
}, 120_000);

const push = (branch: string): Promise<void> =>
  shop.push(branch, [{ path: `/src/${branch}-again.ts`, content: 'export const again = 1;\n' }]);

/** The administration, with a look after each write. */
function watched(
  door: PolicyAdministration & PolicyReadiness,
  calls: string[],
  look: () => Promise<void>,
): PolicyAdministration & PolicyReadiness {
  return new Proxy(door, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return async (...given: unknown[]): Promise<unknown> => {
        calls.push(String(name));
        const answer: unknown = await method.apply(target, given);
        if (isWrite(String(name))) await look();
        return answer;
      };
    },
  });
}

const isWrite = (call: string): boolean => /^(create|update|delete)/.test(call);
const writesOf = (calls: readonly string[]): string[] => calls.filter(isWrite);
const times = (calls: readonly string[], wanted: string): number => calls.filter((call) => call === wanted).length;

const evaluations = z.object({
  value: z.array(
    z.object({ status: z.string(), configuration: z.object({ id: z.number(), isBlocking: z.boolean() }) }),
  ),
});

/** What Azure DevOps itself says keeps a pull request from being completed. */
async function blockingPolicies(pullRequestId: number): Promise<string[]> {
  const artifactId = `vstfs:///CodeReview/CodeReviewId/${projectId}/${pullRequestId}`;
  const answer = await ask('GET', `policy/evaluations?artifactId=${encodeURIComponent(artifactId)}`, '7.1-preview.1');
  return evaluations
    .parse(answer)
    .value.filter(({ status, configuration }) => configuration.isBlocking && status !== 'approved')
    .map(({ status, configuration }) => `policy ${configuration.id} is ${status}`);
}

async function blockedWithoutVerdict(numbers: readonly number[]): Promise<string[]> {
  const blocked: string[] = [];
  const left = [...numbers];
  const work = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      for (const says of await blockingPolicies(id)) if (!says.endsWith('rejected')) blocked.push(`${id}: ${says}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  // What was looked at would fill the memory.
  await shop.control('DELETE', 'requests');
  return blocked;
}

async function complete(pullRequestId: number): Promise<void> {
  const path = `git/repositories/${shop.repositoryId}/pullRequests/${pullRequestId}`;
  const { lastMergeSourceCommit } = z.object({ lastMergeSourceCommit: z.unknown() }).parse(await ask('GET', path));
  await ask('PATCH', path, '7.1', { status: 'completed', lastMergeSourceCommit });
}

async function ask(method: string, path: string, version = '7.1', body?: unknown): Promise<unknown> {
  const url = `${shop.url}/Shop/_apis/${path}${path.includes('?') ? '&' : '?'}api-version=${version}`;
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(':admin-pat').toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}
