import { z } from 'zod';

import { startShop, type Shop } from './azure-devops-shop';
import { createDoctor } from '../src/app/doctor/doctor';
import { evaluateOnce } from '../src/app/evaluate-once';
import { planBreakGlass } from '../src/app/policy-break-glass';
import { readPolicyReport } from '../src/app/policy-status';
import { listRepositories, type RepositoryList } from '../src/app/repositories/list-repositories';
import { createManaging } from '../src/app/testing/managing-settings';
import { createTestConnection } from '../src/app/test-connection';
import type { ConnectedAzureDevOps } from '../src/azure-devops/connect';
import { lookAtConnection } from '../src/azure-devops/look-at-connection';
import { administerPolicies } from '../src/azure-devops/policy-administration';
import { createWithHooks } from '../src/composition/service-hooks';
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

/** What is asked of Azure DevOps while `act` runs, ids taken out, and how often. */
async function asked(act: () => Promise<unknown>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { method, url } of await shop.requestsOf(act)) {
    // Where the routes are, which a door asks once.
    if (method === 'OPTIONS') continue;
    const { pathname } = new URL(url, shop.url);
    const what = `${method} ${pathname.replace(/^\/contoso/, '').replace(/\/[0-9a-f]{8}-[0-9a-f-]{27}/g, '/*')}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const now = () => new Date(shop.clock.now());

test('its repositories are listed with a few requests, also when all of its projects are new', async () => {
  const { settings, connection, credentials, secrets } = createManaging();
  secrets.rotatePat(connection.id, 'bot-pat');
  const found = (await door.readProjects()).map(({ id }) => ({ id, foundAt: now() }));
  const sources = {
    settings: settings.port,
    ask: <T>(_: unknown, use: (azureDevOps: ConnectedAzureDevOps) => Promise<T>) => use(door),
    withHooks: createWithHooks(credentials, { now }, log),
    knownProjects: { list: () => Promise.resolve(found) },
    log,
  };
  let list: RepositoryList | undefined;
  const counts = await asked(async () => {
    list = await listRepositories(sources, { ...connection, url: shop.url });
  });
  expect(counts).toEqual({
    'GET /_apis/projects': 2,
    'GET /_apis/git/repositories': 1,
    // Of the one project without repositories: it is TFVC's.
    'GET /_apis/projects/*': 1,
    'GET /_apis/hooks/subscriptions': 1,
    'GET /*/_apis/policy/configurations': 3,
  });
  expect(list?.repositories).toHaveLength(1_000);
  expect(list?.projects.map(({ name, leftOut }) => [name, leftOut === null])).toEqual([
    ['Ledger', false],
    ['Logistics', true],
    ['Payments', true],
    ['Shop', true],
  ]);
});

test('doctor and the policies ask once for each project, and never for a repository', async () => {
  const world = createManaging();
  const { identity, organizationIds } = await door.readMyself();
  const connection = { ...world.connection, url: shop.url, identities: [identity], organizationIds };
  world.connections.put(connection);
  world.secrets.rotatePat(connection.id, 'bot-pat');
  world.secrets.rotateHookSecrets(connection.id, ['a-secret']);
  const testConnection = createTestConnection({
    connections: world.connections.port,
    look: (wanted) => lookAtConnection(wanted, { log, now }),
    credentials: world.credentials,
    settings: world.settings.port,
    log,
  });
  const doctor = createDoctor({
    wrong: [],
    connections: world.connections.port,
    secrets: world.secrets.port,
    credentials: world.credentials,
    settings: world.settings.port,
    deadLetters: world.deadLetters.port,
    queueHealth: world.queueHealth.port,
    sweeps: world.sweeps.port,
    connect: () => door,
    withHooks: createWithHooks(world.credentials, { now }, log),
    testConnection,
    clock: { now },
    log,
  });
  const examined = await asked(() => doctor.examine([connection], { isWhole: true }));
  // Subscriptions are listed for how they are, and for what they delivered last.
  expect(examined).toMatchObject({ 'GET /*/_apis/policy/configurations': 3, 'GET /_apis/hooks/subscriptions': 2 });
  expect(Math.max(...Object.values(examined))).toBe(3);
  expect(Object.keys(examined).length).toBeLessThan(15);
  const administration = administerPolicies({ url: shop.url, credential: { kind: 'pat', pat: 'admin-pat' }, log, now });
  const address = {
    kind: 'services',
    base: shop.url,
    project: 'Payments',
    repository: undefined,
    pullRequestId: undefined,
  } as const;
  const status = await asked(() => readPolicyReport(administration, { address, branch: undefined }, identity.id));
  expect(status).toEqual({
    'GET /_apis/projects/Payments': 1,
    'GET /*/_apis/policy/configurations': 1,
  });
  expect(await asked(() => planBreakGlass(administration, 'suspend'))).toEqual({
    'GET /_apis/projects': 2,
    'GET /*/_apis/policy/configurations': 4,
  });
  administration.dispose();
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
