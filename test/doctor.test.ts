import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { startShop, type Shop } from './azure-devops-shop';
import { people, type People } from './support/people';
import { createDoctor, type DoctorReport } from '../src/app/doctor/doctor';
import { grantHooks } from '../src/app/hooks/grant-hooks';
import { syncHooks } from '../src/app/hooks/sync-hooks';
import { applyBreakGlass, planBreakGlass } from '../src/app/policy-break-glass';
import type { BranchPolicy, Connection, PolicyAdministration } from '../src/app/ports';
import { goodPolicy, troublesOf } from '../src/app/testing/examining';
import { createManaging } from '../src/app/testing/managing-settings';
import { createTestConnection } from '../src/app/test-connection';
import { connectAzureDevOps } from '../src/azure-devops/connect';
import { lookAtConnection } from '../src/azure-devops/look-at-connection';
import { administerPolicies } from '../src/azure-devops/policy-administration';
import { createWithHooks } from '../src/composition/service-hooks';
import { SETTINGS_SCHEMA_VERSION } from '../src/settings';

/**
 * One row for each cause, through the genuine doors, against the simulator: Test connection and doctor name it, and
 * nothing else.
 */
let shop: Shop;
let organization: People;
let policies: PolicyAdministration & { dispose(): void };
let projectId: string;
let right: Connection;
const servers: Server[] = [];
const others: Shop[] = [];
const world = createManaging();
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const now = () => new Date(shop.clock.now());
const doors: { dispose(): void }[] = [];

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
  connect: ({ url }, credential) => {
    const door = connectAzureDevOps({ url, credential, log, now });
    doors.push(door);
    return door;
  },
  withHooks: createWithHooks(world.credentials, { now }, log),
  testConnection,
  clock: { now },
  log,
});

const PAT = 'bot-pat';
const control = (name: string, body: unknown): Promise<unknown> => shop.control('POST', name, body);

async function setPolicy(over: Partial<BranchPolicy> = {}, settings: Record<string, unknown> = {}): Promise<void> {
  const [present] = await policies.readStatusPolicies(projectId);
  const { id: _, ...wanted } = goodPolicy(over, { authorId: right.identities[0]?.id, ...settings });
  if (present) await policies.updateStatusPolicy(projectId, { ...wanted, id: present.id });
  else await policies.createStatusPolicy(projectId, wanted);
}

async function save(document: unknown, scope: 'connection' | 'repository' = 'connection'): Promise<void> {
  const by = { savedBy: 'ada', note: '', documentSchemaVersion: SETTINGS_SCHEMA_VERSION };
  const place =
    scope === 'connection' ? world.scopes.connection : { ...world.scopes.repository, repositoryId: shop.repositoryId };
  await world.settings.port.save(place, document, by, await world.presentEtag(place));
}

/** Subscriptions as they should be. */
async function syncAll(at: Shop): Promise<void> {
  const hooks = at.hooks(PAT);
  await grantHooks(at.granting('admin-pat'), await hooks.readMyself(), undefined);
  const wanted = { connectionId: right.id, publicUrl: right.publicUrl ?? '', password: 'a-secret' };
  const projects = await hooks.readGitProjects();
  await syncHooks({ hooks, projects, isTimeLeft: () => true, log }, wanted);
}

beforeAll(async () => {
  shop = await startShop();
  organization = people(shop.url);
  await organization.add('ada', 'Ada Lovelace');
  policies = administerPolicies({ url: shop.url, credential: { kind: 'pat', pat: 'admin-pat' }, log, now });
  ({ id: projectId } = await policies.readProject('Shop'));
  const { identity, organizationIds } = await shop.connect(PAT).readMyself();
  right = { ...world.connection, url: shop.url, identities: [identity], organizationIds };
});

beforeEach(async () => {
  await control('pats', { token: PAT, identity: 'bot', scopes: null, anonymous: false });
  await control('service', {});
  await control('permissions', { identity: 'bot', licence: 'basic' });
  world.secrets.rotatePat(right.id, PAT);
  world.secrets.rotateHookSecrets(right.id, ['a-secret']);
  const expiresOn = new Date(now().getTime() + 60 * 86_400_000);
  world.connections.put({ ...right, credential: { kind: 'pat', expiresOn } });
  world.sweeps.recorded.set(right.id, { at: now(), active: 0 });
  await syncAll(shop);
  await save({ phase: 'enforce' });
  await save({}, 'repository');
  await setPolicy();
});

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  for (const door of doors) door.dispose();
  policies.dispose();
  for (const each of [shop, ...others]) await each.stop();
});

const present = async (): Promise<Connection> => (await world.connections.port.find(right.id)) ?? right;
const examine = async (): Promise<DoctorReport> => doctor.examine([await present()], { isWhole: true });
const change = async (over: Partial<Connection>): Promise<void> =>
  world.connections.put({ ...(await present()), ...over });

async function testIt(): Promise<string[]> {
  const { lines } = await testConnection.stored(await present(), { subscriptions: false });
  return lines.filter(({ state }) => state !== 'ok').map(({ check, state }) => `${check} ${state}`);
}

async function closedAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://localhost:${port}/contoso`;
}

async function strangeAddress(): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}/contoso`;
}

const groups = { gates: { title: { mode: 'block', when: { authorGroups: [String.raw`[Shop]\Reviewers`] } } } };
const other = { id: '11111111-1111-1111-1111-111111111111', displayName: 'Old Gate', uniqueName: 'old@contoso' };

/** What is wrong with the connection itself: both say it, and in the same words. */
const shared: [string, () => unknown, string][] = [
  ['a server that is not there', async () => change({ url: await closedAddress() }), 'reachable broken'],
  ['a server that is not Azure DevOps', async () => change({ url: await strangeAddress() }), 'azure-devops broken'],
  ['a name that nobody has', () => change({ url: new URL('/contosso', shop.url).href }), 'organization broken'],
  ['another organization', () => change({ organizationIds: [other.id] }), 'organization broken'],
  ['a PAT that has expired', () => world.secrets.rotatePat(right.id, 'expired-pat'), 'credential broken'],
  ['no PAT', () => world.secrets.rotatePat(right.id, ''), 'credential broken'],
  ['the anonymous identity', () => control('pats', { token: PAT, anonymous: true }), 'anonymous broken'],
  ['a Server that is too old', () => control('service', { newestVersion: '6.0' }), 'version broken'],
  ['a clock that is behind', () => control('service', { aheadSeconds: 600 }), 'clock warning'],
  ['no Code (Read)', () => organization.limit(PAT, ['vso.work', 'vso.identity']), 'scope-code broken'],
  ['no Work Items (Read)', () => organization.limit(PAT, ['vso.code', 'vso.identity']), 'scope-work-items broken'],
  [
    'no Identity (Read), where settings name groups',
    async () => {
      await save({ ...groups, phase: 'enforce' });
      await organization.limit(PAT, ['vso.code', 'vso.work']);
    },
    'scope-identity broken',
  ],
  ['a verdict that was refused', () => change({ refusedWrites: ['status'] }), 'scopes-to-write broken'],
  [
    'the licence Stakeholder',
    () => control('permissions', { identity: 'bot', licence: 'stakeholder' }),
    'licence broken',
  ],
];

test.each(shared)('%s: Test connection and doctor name it, and nothing else', async (_, make, trouble) => {
  await make();
  expect(await testIt()).toEqual([trouble]);
  const report = await examine();
  expect(troublesOf(report)).toEqual([trouble]);
  const [line] = report.lines.filter(({ state }) => state !== 'ok');
  expect(line?.help ?? line?.message).toMatch(/\S/);
  expect(JSON.stringify(report)).not.toContain(PAT);
});

test('where all is well, neither has anything to say', async () => {
  expect(await testIt()).toEqual([]);
  const report = await examine();
  expect(troublesOf(report)).toEqual([]);
  expect(report.lines.map(({ check }) => check)).toContain('policy');
});

/** What is wrong around it: Test connection has nothing to say. */
const around: [string, () => unknown, string, RegExp][] = [
  [
    'no policy',
    () => setPolicy({}, { scope: [{ repositoryId: null, refName: 'refs/heads/other', matchKind: 'Exact' }] }),
    'policy broken',
    /Nothing requires portcullis\/verdict for pull requests into the default branch of web/,
  ],
  ['a policy that is switched off', () => setPolicy({ isEnabled: false }), 'policy broken', /is switched off/],
  ['a policy that is optional', () => setPolicy({ isBlocking: false }), 'policy broken', /is optional/],
  ['a policy that is conditional', () => setPolicy({}, { policyApplicability: 1 }), 'policy broken', /conditional/],
  [
    'a policy without reset',
    () => setPolicy({}, { invalidateOnSourceUpdate: false }),
    'policy broken',
    /does not reset/,
  ],
  [
    'a policy of a misspelt status',
    () => setPolicy({}, { statusName: 'verdct' }),
    'policy broken',
    /portcullis\/verdct/,
  ],
  ['a policy that anybody can fulfil', () => setPolicy({}, { authorId: null }), 'policy broken', /from anybody/],
  [
    'a policy for the account before',
    async () => change({ identities: [...right.identities, other] }).then(() => setPolicy({}, { authorId: other.id })),
    'policy broken',
    /from Old Gate, as which Portcullis posted formerly/,
  ],
  [
    'a policy that is suspended',
    async () => applyBreakGlass(policies, 'suspend', await planBreakGlass(policies, 'suspend')),
    'policy warning',
    /is suspended.*Suspended by \S.* at \d{4}-.*policy restore --all/s,
  ],
  [
    'settings that are wrong',
    () => save({ gates: { titel: {} } }, 'repository'),
    'settings broken',
    /repository Shop\/web/,
  ],
  [
    'a PAT that ends soon',
    () => change({ credential: { kind: 'pat', expiresOn: new Date(now().getTime() + 2.5 * 86_400_000) } }),
    'pat-expiry warning',
    /in 3 days.*pat rotate/s,
  ],
  [
    'a subscription that is deleted',
    async () => {
      const hooks = shop.hooks('admin-pat');
      const [one] = await hooks.list();
      if (one) await hooks.remove(one.id);
    },
    'hooks broken',
    /is missing.*hooks sync contoso/s,
  ],
  [
    'a subscription that was tampered with',
    async () => {
      const hooks = shop.hooks('admin-pat');
      const [one] = await hooks.list();
      const consumerInputs = { ...one?.consumerInputs, url: 'https://evil.example/api/service-hooks/con-contoso' };
      if (one) await hooks.update(one.id, { ...one, consumerInputs });
    },
    'hooks broken',
    /posts to evil\.example/,
  ],
  ['no hook secret', () => world.secrets.rotateHookSecrets(right.id, []), 'hook-secret broken', /hooks rotate/],
  ['sweeps that do not come', () => shop.clock.advance(30 * 60_000), 'last-sweep broken', /30 minutes ago/],
];

test.each(around)('%s: doctor names it, and nothing else', async (_, make, trouble, says) => {
  await make();
  // That the settings are wrong concerns it only as far as it asks for what they take.
  expect((await testIt()).filter((each) => each !== 'settings warning')).toEqual([]);
  const report = await examine();
  expect(troublesOf(report)).toEqual([trouble]);
  const [line] = report.lines.filter(({ state }) => state !== 'ok');
  expect(`${line?.message ?? ''} ${line?.help ?? ''}`).toMatch(says);
});

test('a project that may not be read is told, and hides no other', async () => {
  await control('faults', [{ path: '/_apis/policy', times: 20, status: 403 }]);
  const report = await examine();
  await shop.control('DELETE', 'faults');
  expect(troublesOf(report)).toEqual(['policy unknown']);
  expect(report.state).toBe('unknown');
});

test('a collection of Azure DevOps Server is as well as an organization', async () => {
  const server = await startShop('server');
  others.push(server);
  server.clock.advance(shop.clock.now() - server.clock.now());
  const { identity, organizationIds } = await server.connect(PAT).readMyself();
  await syncAll(server);
  await change({ url: server.url, kind: 'server', identities: [identity], organizationIds });
  await save({ phase: 'shadow' });
  expect(await testIt()).toEqual([]);
  expect(troublesOf(await examine())).toEqual([]);
  await server.control('POST', 'pats', { token: PAT, scopes: ['vso.work', 'vso.identity'] });
  expect(await testIt()).toEqual(['scope-code broken']);
  expect(troublesOf(await examine())).toEqual(['scope-code broken']);
});
