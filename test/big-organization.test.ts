import { z } from 'zod';

import { startShop, type Shop } from './azure-devops-shop';
import { evaluateOnce } from '../src/app/evaluate-once';
import type { ConnectedAzureDevOps } from '../src/azure-devops/connect';
import { resolveSettings } from '../src/settings';

/** A thousand repositories and two thousand pull requests, through the genuine door. */
let shop: Shop;
let door: ConnectedAzureDevOps;

beforeAll(async () => {
  shop = await startShop();
  await shop.control('POST', 'organization', {});
  door = shop.connect('bot-pat');
});
afterAll(() => shop.stop());

test('all of it is listed: projects, repositories, and the active pull requests of each project', async () => {
  const projects = await door.readProjects();
  expect(projects.map(({ name }) => name)).toEqual(['Ledger', 'Logistics', 'Payments', 'Shop']);
  expect(await door.readRepositories()).toHaveLength(1_000);
  const seen = new Set<number>();
  const perProject: number[] = [];
  for (const { id } of projects) {
    const listed = await door.readActivePullRequests(id);
    perProject.push(listed.length);
    for (const { pullRequestId } of listed) seen.add(pullRequestId);
  }
  expect(perProject[0]).toBe(0);
  expect(seen.size).toBe(2_000);
});

test('one after another is judged, forks among them, and each is what its branch makes it', async () => {
  const settings = resolveSettings([{ scope: 'connection', document: { gates: { size: { maximumLines: 100 } } } }]);
  if (!settings.ok) throw new Error(JSON.stringify(settings.problems));
  const clock = { now: () => new Date(shop.clock.now()) };
  const { value } = listed.parse(await (await ask('/_apis/git/pullrequests?$top=2000')).json());
  const states: Record<string, string> = {};
  const wanted = [...value.filter(({ forkSource }) => forkSource).slice(0, 1), ...atEachBranch(value)];
  for (const { pullRequestId, repository, sourceRefName } of wanted) {
    const address = {
      kind: 'services' as const,
      base: shop.url,
      project: repository.project.name,
      repository: repository.name,
      pullRequestId,
    };
    const { verdict, evaluation, published } = await evaluateOnce(door, clock, { address, settings, publish: true });
    expect(published).toMatchObject({ ok: true });
    expect(evaluation.outcomes.filter(({ state }) => state === 'error')).toEqual([]);
    states[sourceRefName] = verdict.description;
  }
  expect(Object.keys(states)).toHaveLength(5);
  expect(states['refs/heads/topic/4']).toContain('title');
  expect(new Set(Object.values(states)).size).toBeGreaterThan(2);
});

const listed = z.object({
  value: z.array(
    z.object({
      pullRequestId: z.int(),
      sourceRefName: z.string(),
      forkSource: z.unknown().optional(),
      repository: z.object({ name: z.string(), project: z.object({ name: z.string() }) }),
    }),
  ),
});
type Listed = z.output<typeof listed>['value'];

const atEachBranch = (all: Listed): Listed => [...new Map(all.map((each) => [each.sourceRefName, each])).values()];

const ask = (path: string): Promise<Response> =>
  fetch(`${shop.url}${path}&api-version=7.1`, {
    headers: { authorization: `Basic ${Buffer.from(':admin-pat').toString('base64')}` },
  });
