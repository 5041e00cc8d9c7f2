import { Hono } from 'hono';

import { connection, key } from '../app/testing/samples';
import { createWorld, type World } from '../app/testing/world';
import { Failure } from '../core/failures';

import { guardedRoutes, needs, record, UNRECORDED, withAuthority, type Need } from './guard';
import { createManagementApi, createManagementRoutes } from './management-api';
import { managementOf } from './testing/management';

const other = { ...connection, id: 'con-tailwind', name: 'tailwind', url: 'https://dev.azure.example/tailwind' };
const { project } = createWorld().pullRequest.seen(0).details;
const otherProject = 'a0700000-0000-4000-8000-00000000000c';

const ids = {
  reader: 'a1000000-0000-4000-8000-000000000001',
  projectAdmin: 'a1000000-0000-4000-8000-000000000002',
  otherProjectAdmin: 'a1000000-0000-4000-8000-000000000003',
  admin: 'a1000000-0000-4000-8000-000000000004',
  groupReader: 'a1000000-0000-4000-8000-000000000005',
  nobody: 'a1000000-0000-4000-8000-000000000006',
  deployment: 'a1000000-0000-4000-8000-000000000007',
  group: 'a1000000-0000-4000-8000-000000000008',
};

const tenantId = 'f0000000-0000-4000-8000-000000000001';
const clientId = 'f0000000-0000-4000-8000-000000000002';

/** Two connections; everybody has something in contoso, and nothing in tailwind. The token is the caller's name. */
function deployment(): World {
  const world = createWorld();
  world.connections.put(other);
  world.grants.put({ connectionId: connection.id, role: 'reader', subjectId: ids.reader });
  world.grants.put({
    connectionId: connection.id,
    role: 'project-admin',
    subjectId: ids.projectAdmin,
    projects: [project],
  });
  const elsewhere = [{ id: otherProject, name: 'Bank' }];
  world.grants.put({
    connectionId: connection.id,
    role: 'project-admin',
    subjectId: ids.otherProjectAdmin,
    projects: elsewhere,
  });
  world.grants.put({ connectionId: connection.id, role: 'admin', subjectId: ids.admin });
  world.grants.put({ connectionId: connection.id, role: 'reader', subjectId: ids.group });
  return world;
}

type Caller = Exclude<keyof typeof ids, 'group'>;
const callers: Caller[] = [
  'reader',
  'projectAdmin',
  'otherProjectAdmin',
  'admin',
  'groupReader',
  'nobody',
  'deployment',
];

function isCaller(token: string): token is Caller {
  return callers.some((caller) => caller === token);
}

/** The tokens are the names of callers. */
const way = {
  kind: 'entra',
  tenantId,
  clientId,
  isBehindPlatform: false,
  verify: (token: string) =>
    Promise.resolve(
      isCaller(token)
        ? {
            oid: ids[token],
            tid: tenantId,
            sub: 'pairwise',
            scp: 'user_impersonation',
            name: token,
            roles: token === 'deployment' ? ['admin'] : [],
            groups: token === 'groupReader' ? [ids.group] : [],
          }
        : undefined,
    ),
} as const;

/** Every route, and who may call it. A route that is not here fails the first test. */
const scopes = [
  ['', 'connection'],
  ['/projects/:project', 'project'],
  ['/repositories/:repository', 'repository'],
] as const;
const C = '/connections/:connection';
const table: Record<string, Need> = {
  'GET /sign-in': 'nobody',
  'GET /doctor': 'signed-in',
  'GET /health': 'signed-in',
  'GET /connections/:connection/doctor': 'reader',
  'GET /me': 'signed-in',
  'GET /deployment': 'signed-in',
  'GET /connections': 'signed-in',
  'POST /connections': 'deployment',
  'PATCH /connections/:connection': 'admin',
  'POST /connections/test': 'deployment',
  'GET /audit': 'deployment',
  'GET /dead-letters': 'deployment',
  'GET /dead-letters/:reference': 'deployment',
  'POST /dead-letters/replay': 'deployment',
  'POST /dead-letters/drop': 'deployment',
  [`GET ${C}/dead-letters`]: 'admin',
  [`GET ${C}/dead-letters/:reference`]: 'admin',
  [`POST ${C}/dead-letters/replay`]: 'admin',
  [`POST ${C}/dead-letters/drop`]: 'admin',
  'POST /people/find': 'deployment',
  'POST /people/export': 'deployment',
  'POST /people/forget': 'deployment',
  [`GET ${C}/projects`]: 'reader',
  [`GET ${C}/repositories`]: 'reader',
  [`GET ${C}/repository-list`]: 'reader',
  // Who may switch what depends on what is named: repository-routes.test.ts.
  [`POST ${C}/repository-switches`]: 'reader',
  [`GET ${C}/settings-documents`]: 'reader',
  [`GET ${C}/hooks`]: 'reader',
  [`POST ${C}/hooks/sync`]: 'admin',
  [`POST ${C}/hooks/rotate`]: 'admin',
  [`GET ${C}/operations`]: 'reader',
  [`GET ${C}/operations/:operation`]: 'reader',
  [`POST ${C}/test`]: 'reader',
  [`POST ${C}/judgements`]: 'admin',
  [`POST ${C}/audit-notes`]: 'admin',
  [`POST ${C}/pat`]: 'admin',
  [`PUT ${C}/network`]: 'deployment',
  [`GET ${C}/disconnect`]: 'admin',
  [`POST ${C}/disconnect/leave`]: 'admin',
  [`POST ${C}/disconnect/forget`]: 'admin',
  [`DELETE ${C}`]: 'admin',
  [`GET ${C}/audit`]: 'admin',
  [`GET ${C}/access`]: 'admin',
  [`PUT ${C}/access/:subject`]: 'admin',
  [`DELETE ${C}/access/:subject`]: 'admin',
  [`DELETE ${C}/pat`]: 'admin',
  ...Object.fromEntries(
    scopes.flatMap(([part]): [string, Need][] => [
      [`GET ${C}${part}/settings`, 'reader'],
      [`PUT ${C}${part}/settings`, 'scope'],
      [`DELETE ${C}${part}/settings`, 'scope'],
      [`POST ${C}${part}/settings/validate`, 'reader'],
      [`GET ${C}${part}/settings/effective`, 'reader'],
      [`GET ${C}${part}/settings/history`, 'reader'],
      [`GET ${C}${part}/settings/history/:version`, 'reader'],
      [`POST ${C}${part}/settings/restore`, 'scope'],
    ]),
  ),
};

const BASE = '/api/management';

test('every route says who may call it, and is in this table', () => {
  const routes = guardedRoutes(createManagementRoutes(managementOf(createWorld())));
  const found = Object.fromEntries(
    routes.map(({ method, path, need }) => [`${method} ${path.replace(BASE, '')}`, need]),
  );
  expect(found).toEqual(table);
});

type Answer = 'in' | 'refused' | 'unknown';

/** What a caller is answered, in contoso; in tailwind nobody but the deployment's administrator has anything. */
function expected(need: Need, caller: Caller, path: string, isTheirs: boolean): Answer {
  if (need === 'nobody' || need === 'signed-in' || caller === 'deployment') return 'in';
  if (need === 'deployment') return 'refused';
  if (caller === 'nobody' || !isTheirs) return 'unknown';
  if (need === 'reader' || caller === 'admin') return 'in';
  const isProjects = path.includes(':project') || path.includes(':repository');
  return need === 'scope' && caller === 'projectAdmin' && isProjects ? 'in' : 'refused';
}

const rows = Object.entries(table).flatMap(([route, need]) => {
  const [method = '', path = ''] = route.split(' ');
  return callers.map((caller) => ({ method, path, need, caller }));
});

const filled = (path: string, connectionId: string): string =>
  path
    .replace(':connection', connectionId)
    .replace(':project', project.id)
    .replace(':repository', key.repositoryId)
    .replace(':subject', ids.reader)
    .replace(':operation', 'operation-1')
    .replace(':reference', '1a2b3c4d')
    .replace(':version', '1');

async function ask(world: World, method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const isBodiless = method === 'GET' || body === undefined;
  const request = new Request(`https://gate.example${BASE}${path}`, {
    method,
    headers,
    ...(isBodiless ? {} : { body: JSON.stringify(body) }),
  });
  const response = await createManagementApi(managementOf(world, way))(request);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

function answerOf({ status, text }: { status: number; text: string }): Answer {
  if (status === 401 || status === 403) return 'refused';
  return status === 404 && text.includes('There is no connection') ? 'unknown' : 'in';
}

describe.each([
  [connection.id, true],
  [other.id, false],
])('in connection %s', (connectionId, isTheirs) => {
  test.each(rows)('$method $path by $caller', async ({ method, path, need, caller }) => {
    const world = deployment();
    const answer = await ask(world, method, filled(path, connectionId), { authorization: `Bearer ${caller}` });
    expect(answerOf(answer)).toBe(expected(need, caller, path, isTheirs));
    if (!isTheirs && caller !== 'deployment') expect(answer.text).not.toContain(other.url);
    if (answerOf(answer) !== 'in') expect(world.wire.calls).not.toContain('settings.save');
  });
});

/** What somebody writes who has no sign-in. */
const principal = Buffer.from(
  JSON.stringify({
    auth_typ: 'aad',
    claims: [
      { typ: 'oid', val: ids.deployment },
      { typ: 'tid', val: tenantId },
      { typ: 'roles', val: 'admin' },
    ],
  }),
).toString('base64');
const forged: [string, Record<string, string>][] = [
  ['nothing', {}],
  ['a token that proves nothing', { authorization: 'Bearer forged' }],
  ['the principal that only the platform may write', { 'x-ms-client-principal': principal }],
  ['both', { authorization: 'Bearer forged', 'x-ms-client-principal': principal }],
  ['a token another way', { authorization: 'Basic deployment' }],
  ['an empty token', { authorization: 'Bearer ' }],
];

test.each(forged)('whoever sends %s is let in nowhere', async (_, headers) => {
  const world = deployment();
  for (const [route, need] of Object.entries(table)) {
    const [method = '', path = ''] = route.split(' ');
    const { status } = await ask(world, method, filled(path, connection.id), headers);
    expect([route, status]).toEqual([route, need === 'nobody' ? 200 : 401]);
  }
  expect((await ask(world, 'GET', '/nothing', headers)).status).toBe(401);
  expect(world.wire.calls).toEqual([]);
});

test('a connection of others is answered as one that is not there', async () => {
  const world = deployment();
  const headers = { authorization: 'Bearer admin' };
  const theirs = await ask(world, 'GET', '/connections/tailwind/projects', headers);
  const none = await ask(world, 'GET', '/connections/nothing/projects', headers);
  expect(theirs.status).toBe(none.status);
  expect(theirs.text.replace('tailwind', 'nothing')).toBe(none.text);
  expect((await ask(world, 'GET', '/connections', headers)).text).not.toContain('tailwind');
  expect((await ask(world, 'GET', '/connections', { authorization: 'Bearer nobody' })).text).toBe('[]');
});

describe('a project-admin', () => {
  const headers = { authorization: 'Bearer projectAdmin', 'if-none-match': '*' };

  test('saves what is theirs, and names it themselves in vain', async () => {
    const world = deployment();
    const put = (path: string) =>
      ask(world, 'PUT', `/connections/contoso${path}/settings`, headers, { drafts: 'judge' });
    expect((await put(`/projects/${project.id.toUpperCase()}`)).status).toBe(200);
    expect((await put(`/repositories/${key.repositoryId.toUpperCase()}`)).status).toBe(200);
    expect((await put(`/projects/${otherProject}`)).status).toBe(403);
    expect((await put(`/repositories/${key.repositoryId}?project=${project.id}`)).status).not.toBe(200);
    expect((await put('')).status).toBe(403);
    expect((await put('/repositories/web')).status).toBe(404);
  });

  test('is refused where Azure DevOps puts the repository into another project, or cannot say', async () => {
    const world = deployment();
    const path = `/connections/contoso/repositories/${key.repositoryId}/settings`;
    const theirs = { ...headers, authorization: 'Bearer otherProjectAdmin' };
    expect((await ask(world, 'PUT', path, theirs, { drafts: 'judge' })).status).toBe(403);
    world.wire.fail('findRepository', 'before', new Failure({ kind: 'unavailable', message: 'It is down.' }));
    expect((await ask(world, 'PUT', path, headers, { drafts: 'judge' })).status).toBe(503);
    expect(world.wire.calls).not.toContain('settings.save');
  });
});

describe('a route', () => {
  test.each<[string, (api: Hono) => void]>([
    ['without a need', (api) => api.post('/x', (context) => context.text('done'))],
    ['that answers before its need is asked', (api) => api.post('/x', (c) => c.text('done'), needs('admin'))],
    ['for every method', (api) => api.all('/x', (context) => context.text('done'))],
    ['that stands beside the guards', (api) => api.use('/x', (context) => Promise.resolve(context.text('done')))],
  ])('%s keeps the API from being made', (_, add) => {
    const api = new Hono();
    add(api);
    expect(() => guardedRoutes(api)).toThrow(/does not say who may call it/);
  });

  test('lets nobody pass where there is nobody to ask', async () => {
    const api = new Hono();
    api.get('/x', needs('nobody'), (context) => context.text('done'));
    api.get('/y', needs('signed-in'), (context) => context.text('done'));
    api.onError((error, context) => context.text(error.message, 500));
    expect((await api.request('/y')).status).toBe(500);
  });

  test('that changes and records nothing is recorded by its path; one that fails is not', async () => {
    const world = createWorld();
    const api = changing(world);
    await api.request('/changed', { method: 'POST' });
    await api.request('/refused', { method: 'POST' });
    await api.request('/harmless', { method: 'POST' });
    await api.request('/named', { method: 'POST' });
    expect(world.audit.recorded.entries()).toMatchObject([
      { action: 'x.change', subject: 'it', connectionId: 'con-new', by: { id: 'local' } },
      { action: 'post', subject: '/changed', connectionId: null, details: {} },
    ]);
  });

  test('says so when the audit log could not be written, and the log has the entry', async () => {
    const world = createWorld();
    world.wire.fail('audit.record', 'before', new Failure({ kind: 'unavailable', message: 'The tables are down.' }));
    const answer = await changing(world).request('/named', { method: 'POST' });
    expect([answer.status, answer.headers.get(UNRECORDED)]).toEqual([200, expect.stringMatching(/audit log/)]);
    expect(world.log.recorded.entries).toMatchObject([
      {
        level: 'error',
        fields: { action: 'x.change', subject: 'it', by: { id: 'local' }, reason: 'The tables are down.' },
      },
    ]);
    // Names of people are for the audit log alone.
    expect(JSON.stringify(world.log.recorded.entries)).not.toContain('administrator');
  });
});

function changing(world: World): Hono {
  const api = new Hono();
  api.use(
    withAuthority({
      way: { kind: 'local', token: 'secret' },
      access: { rightsOf: () => Promise.reject(new Error()), list: jest.fn(), grant: jest.fn(), revoke: jest.fn() },
      connections: world.connections.port,
      projectOf: () => Promise.reject(new Error()),
      audit: world.audit.port,
      log: world.log.port,
    }),
  );
  api.use(async (context, next) => {
    context.req.raw.headers.set('authorization', 'Bearer secret');
    await next();
  });
  api.post('/changed', needs('deployment'), (context) => context.text('done'));
  api.post('/refused', needs('deployment'), (context) => context.text('no', 422));
  api.post('/harmless', needs('deployment', { changes: 'nothing' }), (context) => context.text('seen'));
  api.post('/named', needs('deployment'), (context) => {
    record(context, { action: 'x.change', subject: 'it', connectionId: 'con-new', details: {} });
    return context.text('done');
  });
  return api;
}
