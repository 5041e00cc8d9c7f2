import { z } from 'zod';

import { defineOperation, type AnyOperationWork } from '../app/operation-work';
import { connection } from '../app/testing/samples';
import { createWorld, type World } from '../app/testing/world';

import { createManagementApi } from './management-api';
import { managementOf } from './testing/management';

/** An administrator of one connection who wants more: another connection, or to be believed. */
const mallory = 'a1000000-0000-4000-8000-00000000000e';
const tenantId = 'f0000000-0000-4000-8000-000000000001';
const clientId = 'f0000000-0000-4000-8000-000000000002';
const other = { ...connection, id: 'con-tailwind', name: 'tailwind', url: 'https://dev.azure.example/tailwind' };
const PAT = `${'Ab1'.repeat(25)}cAZDO1abc`;

const claims = { oid: mallory, tid: tenantId, sub: 'pairwise', scp: 'user_impersonation', name: 'Mallory', roles: [] };
const way = {
  kind: 'entra',
  tenantId,
  clientId,
  isBehindPlatform: true,
  verify: (token: string) => Promise.resolve(token === 'mallory' ? claims : undefined),
} as const;

function deployment(kinds: readonly AnyOperationWork[] = []): World {
  const world = createWorld({ kinds });
  world.connections.put(other);
  world.grants.put({ connectionId: connection.id, role: 'admin', subjectId: mallory });
  return world;
}

async function ask(
  world: World,
  method: string,
  path: string,
  { body, headers = {}, origin = 'https://gate.example' }: AskOptions = {},
) {
  const request = new Request(`${origin}/api/management${path}`, {
    method,
    headers: { authorization: 'Bearer mallory', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const response = await createManagementApi(managementOf(world, way))(request);
  return { status: response.status, text: await response.text() };
}

interface AskOptions {
  body?: unknown;
  headers?: Record<string, string>;
  origin?: string;
}

const mine = `/connections/${connection.id}`;

test.each([
  `/connections/${other.id}`,
  '/connections/%63on-tailwind',
  '/connections/con-tailwind%00',
  '/connections/TAILWIND',
  '/connections/x/../con-tailwind',
  '/connections/x%2f..%2fcon-tailwind',
  `${mine}/..%2fcon-tailwind`,
  `${mine}/%2e%2e/con-tailwind`,
  `/connections/${connection.id}%2f..%2f${other.id}`,
  `//connections/${other.id}`,
  '/connections/%E0%A4%A',
])('%s leads to nothing of another connection', async (path) => {
  const world = deployment();
  for (const [method, below] of [
    ['GET', '/projects'],
    ['GET', '/access'],
    ['GET', '/audit'],
    ['POST', '/hooks/rotate'],
    ['PATCH', ''],
  ] as const) {
    const { status, text } = await ask(world, method, `${path}${below}`, method === 'PATCH' ? { body: {} } : {});
    expect([method, status]).toEqual([method, 404]);
    expect(text).not.toContain(other.url);
  }
  expect(world.queue.recorded.sent).toEqual([]);
});

test.each<[string, object]>([
  ['its id', { id: other.id }],
  ['its address', { url: 'https://evil.example/tfs/DefaultCollection' }],
  ['whom it posts as', { identities: [{ id: mallory, displayName: 'Portcullis', uniqueName: 'mallory' }] }],
  ['its organization', { organizationIds: [mallory] }],
  ['that it works', { broken: null }],
  ['its state', { state: 'connected' }],
  ['its credential', { credential: { kind: 'managedIdentity' } }],
  ['what an object is', JSON.parse('{"__proto__":{"url":"https://evil.example"},"name":"x"}') as object],
  ['its way in the clear', { publicUrl: 'http://gate.example' }],
  ['its way to a page', { publicUrl: 'https://gate.example/elsewhere' }],
  ['its way with a password', { publicUrl: 'https://user:password@gate.example' }],
  ["its name to another's id", { name: other.id }],
  ["its name to another's", { name: 'Tailwind' }],
  ["its name to what looks like another's", { name: 'ｔａｉｌｗｉｎｄ' }],
  ["its name to another's with nothing in it", { name: 'tail\u00adwind' }],
  ['its name to a PAT', { name: PAT }],
  ['its name to a PAT as they were', { name: 'abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst' }],
  ['its description to a PAT', { description: `the PAT is ${PAT}` }],
])('a connection does not have %s changed', async (_, body) => {
  const world = deployment();
  const before = world.connections.recorded.rows();
  const { status, text } = await ask(world, 'PATCH', mine, { body });
  expect([400, 409]).toContain(status);
  expect(text).not.toContain(PAT);
  expect(world.connections.recorded.rows()).toEqual(before);
});

test('a header does not make another method or address of a request', async () => {
  const world = deployment();
  const headers = {
    'x-http-method-override': 'DELETE',
    'x-http-method': 'DELETE',
    'x-method-override': 'DELETE',
    'x-original-url': `/api/management/connections/${other.id}`,
    'x-rewrite-url': `/api/management/connections/${other.id}`,
    'x-forwarded-host': 'evil.example',
    'x-ms-client-principal-id': '00000000-0000-4000-8000-000000000000',
  };
  const { status, text } = await ask(world, 'GET', '/connections', { headers });
  expect(status).toBe(200);
  expect(text).not.toContain('tailwind');
  expect(world.connections.recorded.rows()).toHaveLength(2);
});

test('what is asked in the name of others is of no use: hosts, forms, cookies', async () => {
  const world = deployment();
  const body = { url: 'https://dev.azure.com/x', credential: { kind: 'pat', pat: PAT } };
  const foreign = await ask(world, 'POST', '/connections', { body, origin: 'https://evil.example' });
  expect(foreign.status).toBe(403);
  const probing = await ask(world, 'POST', '/connections/test', {
    body: { url: 'http://169.254.169.254/x', pat: 'p' },
  });
  expect(probing.status).toBe(403);
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const headers = { authorization: '', cookie: 'AppServiceAuthSession=mallory', 'content-type': type };
    expect((await ask(world, 'POST', `${mine}/hooks/rotate`, { body: '{}', headers })).status).toBe(401);
  }
  expect(world.wire.calls.filter((call) => call.startsWith('azureDevOps'))).toEqual([]);
});

test('a PAT in the wrong place is neither repeated nor recorded', async () => {
  const world = deployment();
  const note = { action: 'policy.install', subject: PAT, details: { pat: `it is ${PAT}` } };
  expect((await ask(world, 'POST', `${mine}/audit-notes`, { body: note })).status).toBe(204);
  const answers = [
    await ask(world, 'GET', `/connections/${PAT}/projects`),
    await ask(world, 'GET', `${mine}/projects?name=${PAT}`),
    await ask(world, 'POST', `${mine}/audit-notes`, { body: { ...note, [PAT]: 1 } }),
    await ask(world, 'POST', `${mine}/repository-switches`, { body: { enabled: true, repositories: [PAT] } }),
    await ask(world, 'PUT', `${mine}/access/${PAT}`, { body: {} }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 404, 400]);
  const kept = [answers, world.audit.recorded.entries(), world.log.recorded.entries];
  expect(JSON.stringify(kept)).not.toContain(PAT);
  expect(world.audit.recorded.entries()).toMatchObject([{ subject: '***', details: { pat: 'it is ***', told: true } }]);
});

test('an operation of another connection is not there', async () => {
  const nothing = z.unknown();
  const done = {
    state: 'done',
    result: 'secret of tailwind',
    progress: { done: 1, total: 1, doing: 'nothing' },
  } as const;
  const kind = defineOperation({
    kind: 'test',
    requestSchema: nothing,
    cursorSchema: nothing,
    work: () => Promise.resolve(done),
  });
  const world = deployment([kind]);
  const { id } = await world.runner.start('test', other, {}, { id: 'x', name: 'x' });
  expect(await world.operations.port.find(other.id, id)).toBeDefined();
  expect((await ask(world, 'GET', `${mine}/operations/${id}`)).status).toBe(404);
  expect((await ask(world, 'GET', `${mine}/operations/..%2f${other.id}%2foperations%2f${id}`)).status).not.toBe(200);
  expect((await ask(world, 'GET', `${mine}/operations`)).text).toBe('[]');
});

test('readiness is for whoever has signed in: headers that are made up lead to nothing of it', async () => {
  const world = deployment();
  world.connections.put({ ...other, broken: { since: new Date(0), reason: 'tailwind is broken' } });
  const theirs = await ask(world, 'GET', '/health');
  expect([theirs.status, JSON.parse(theirs.text)]).toMatchObject([200, { connections: { total: 1, broken: 0 } }]);
  const principal = Buffer.from(JSON.stringify({ auth_typ: 'aad', claims: [{ typ: 'roles', val: 'admin' }] }));
  for (const headers of [
    { authorization: 'Bearer forged', 'x-ms-client-principal': principal.toString('base64') },
    { authorization: 'Basic YWRtaW46', 'x-ms-client-principal-name': 'admin' },
    { authorization: '', 'x-forwarded-for': '127.0.0.1', 'x-arr-ssl': 'true', 'user-agent': 'HealthCheck/1.0' },
  ]) {
    const { status, text } = await ask(world, 'GET', '/health', { headers });
    expect([status, Object.keys(JSON.parse(text) as object)]).toEqual([401, ['message']]);
  }
});
