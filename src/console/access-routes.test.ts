import { connection, key } from '../app/testing/samples';
import { createWorld, type World } from '../app/testing/world';

import { createManagementApi } from './management-api';
import { managementOf } from './testing/management';

const ann = 'a1000000-0000-4000-8000-000000000001';
const { project } = createWorld().pullRequest.seen(0).details;

const tenantId = 'f0000000-0000-4000-8000-000000000001';
/** Whoever sends a token is who it names: Olga administers the deployment, Ann has what she is given. */
const way = {
  kind: 'entra',
  tenantId,
  clientId: tenantId,
  isBehindPlatform: false,
  verify: (token: string) =>
    Promise.resolve({
      oid: token === 'ann' ? ann : 'a1000000-0000-4000-8000-000000000002',
      tid: tenantId,
      sub: 'pairwise',
      scp: 'user_impersonation',
      name: token,
      preferred_username: `${token}@contoso.example`,
      roles: token === 'olga' ? ['admin'] : [],
    }),
} as const;

function client(world: World, token = 'olga') {
  const answer = createManagementApi(managementOf(world, way));
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await answer(
      new Request(`https://gate.example/api/management${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    return { status: response.status, body: JSON.parse(await response.text()), headers: response.headers };
  };
}

const path = `/connections/${connection.id}/access`;
const wanted = { kind: 'person', name: 'Ann', role: 'project-admin', projects: [project.name.toUpperCase()] };

test('what is granted holds at once, is listed and recorded, and ends when it is revoked', async () => {
  const world = createWorld();
  const olga = client(world);
  const hers = client(world, 'ann');
  const projects = [{ id: project.id, name: project.name }];

  expect((await hers('GET', '/me')).body).toMatchObject({ name: 'ann (ann@contoso.example)', connections: [] });
  const granted = await olga('PUT', `${path}/${ann.toUpperCase()}`, wanted);
  expect(granted).toMatchObject({ status: 200, body: { subject: { id: ann, name: 'Ann' }, projects } });
  expect((await hers('GET', '/me')).body).toMatchObject({
    id: ann,
    isAdmin: false,
    connections: [{ id: connection.id, role: 'project-admin', projectIds: [project.id] }],
  });
  expect((await olga('GET', path)).body).toMatchObject([
    { subject: { id: ann }, role: 'project-admin', projects, grantedBy: 'olga (olga@contoso.example)' },
  ]);

  // Another grant takes the place of the first.
  await olga('PUT', `${path}/${ann}`, { kind: 'person', name: 'Ann', role: 'reader' });
  expect((await hers('GET', '/me')).body.connections).toMatchObject([{ role: 'reader', projectIds: [] }]);
  expect((await olga('DELETE', `${path}/${ann}`)).status).toBe(200);
  expect((await hers('GET', '/me')).body.connections).toEqual([]);
  expect(await olga('DELETE', `${path}/${ann}`)).toMatchObject({
    status: 404,
    body: { message: expect.stringMatching(/Nothing was granted/) },
  });

  const by = { name: 'olga (olga@contoso.example)' };
  expect(world.audit.recorded.entries()).toMatchObject([
    { action: 'access.revoke', subject: 'person Ann', by, connectionId: connection.id, details: { role: 'reader' } },
    { action: 'access.grant', subject: 'person Ann', by, details: { subjectId: ann, role: 'reader' } },
    { action: 'access.grant', subject: 'person Ann', by, details: { role: 'project-admin', projects: project.name } },
  ]);
});

test('an administrator of a connection grants there, and is locked out by nobody’s deployment', async () => {
  const world = createWorld();
  const hers = client(world, 'ann');
  await client(world)('PUT', `${path}/${ann}`, { kind: 'person', name: 'Ann', role: 'admin' });
  expect((await hers('PUT', `${path}/${tenantId}`, { kind: 'group', name: 'All', role: 'reader' })).status).toBe(200);
  expect((await hers('DELETE', `${path}/${ann}`)).status).toBe(200);
  expect((await hers('GET', path)).status).toBe(404);
  expect((await client(world)('GET', path)).status).toBe(200);
});

test.each<[string, string, unknown, number]>([
  ['an id that is none', 'ann', wanted, 400],
  ['a role that is none', ann, { ...wanted, role: 'owner' }, 400],
  ['a project-admin of nothing', ann, { ...wanted, projects: [] }, 400],
  ['a reader of projects', ann, { ...wanted, role: 'reader' }, 400],
  ['a name that is empty', ann, { ...wanted, name: ' ' }, 400],
  ['a key that nobody knows', ann, { ...wanted, connectionId: 'other' }, 400],
  ['a project that is not there', ann, { ...wanted, projects: ['Bank'] }, 404],
  ['nothing', ann, undefined, 400],
])('%s is granted nothing', async (_, id, body, status) => {
  const world = createWorld();
  const answer = await client(world)('PUT', `${path}/${id}`, body);
  expect(answer).toMatchObject({ status, body: { message: expect.stringMatching(/\.$/) } });
  expect(world.grants.recorded.grants()).toEqual([]);
  expect(world.audit.recorded.entries()).toEqual([]);
});

describe('the audit log', () => {
  const first = { 'if-none-match': '*' };

  test('has every change of settings, with who, where and which version, and nothing that failed', async () => {
    const world = createWorld();
    const olga = client(world);
    const at = (part: string) => `/connections/contoso${part}/settings`;
    await olga('PUT', at(''), { drafts: 'judge' }, first);
    await olga('PUT', at(''), { drafts: 'nonsense' }, first);
    await olga('PUT', at(''), { drafts: 'skip' }, first);
    await olga('POST', `${at('')}/validate`, { document: { drafts: 'skip' } });
    await olga('PUT', `${at(`/projects/${project.id}`)}?note=calmer`, { drafts: 'judge' }, first);
    const saved = await olga('PUT', at(`/repositories/${key.repositoryId}`), { drafts: 'judge' }, first);
    await olga('DELETE', at(`/repositories/${key.repositoryId}`), undefined, {
      'if-match': saved.headers.get('etag') ?? '',
    });
    await olga('POST', `${at(`/repositories/${key.repositoryId}`)}/restore`, { version: 1 }, first);
    const entries = world.audit.recorded.entries();
    expect(entries.map(({ action, subject, details }) => [action, subject, details['version']])).toEqual([
      ['settings.restore', `settings of repository ${project.name}/web`, 3],
      ['settings.delete', `settings of repository ${project.name}/web`, 2],
      ['settings.save', `settings of repository ${project.name}/web`, 1],
      ['settings.save', `settings of project ${project.name}`, 1],
      ['settings.save', 'settings of connection contoso', 1],
    ]);
    expect(entries[3]).toMatchObject({
      connectionId: connection.id,
      details: { scope: 'project', projectId: project.id, note: 'calmer' },
    });
    const history = await olga('GET', `${at('')}/history`);
    expect(history.body[0].savedBy).toBe('olga (olga@contoso.example)');
  });

  test('comes page by page, of a connection or of all', async () => {
    const world = createWorld();
    const olga = client(world);
    const by = { id: 'x', name: 'X' };
    for (const [subject, connectionId] of [
      ['1', connection.id],
      ['2', null],
      ['3', connection.id],
    ] as const) {
      await world.audit.port.record({ by, connectionId, subject, action: 'x', details: {} });
    }
    const page = (await olga('GET', '/audit?limit=2')).body;
    expect(page).toMatchObject({ entries: [{ subject: '3' }, { subject: '2' }], next: expect.any(String) });
    expect((await olga('GET', `/audit?limit=2&before=${page.next}`)).body).toMatchObject({
      entries: [{ subject: '1' }],
      next: null,
    });
    const own = (await olga('GET', '/connections/contoso/audit')).body;
    expect(own.entries.map(({ subject }: { subject: string }) => subject)).toEqual(['3', '1']);
    for (const query of ['limit=0', 'limit=201', 'limit=x', "before='%20or%20true", 'before=']) {
      expect([query, (await olga('GET', `/audit?${query}`)).status]).toEqual([query, 400]);
    }
  });
});

test('how to sign in is told without a sign-in, and no more', async () => {
  const answer = createManagementApi(managementOf(createWorld(), way));
  const signIn = await answer(new Request('https://gate.example/api/management/sign-in'));
  expect(await signIn.json()).toEqual({ tenantId, clientId: tenantId });
  const local = createManagementApi(managementOf(createWorld()));
  const told = await local(new Request('https://gate.example/api/management/sign-in'));
  expect(await told.json()).toEqual({ tenantId: null, clientId: null });
});
