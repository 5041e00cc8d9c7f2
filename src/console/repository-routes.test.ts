import { connection, key } from '../app/testing/samples';
import { createSwitching, repositoryIdOf } from '../app/testing/switching-repositories';

import { createManagementApi } from './management-api';
import { managementOf } from './testing/management';

const bank = { id: 'b0000000-0000-4000-8000-000000000001', name: 'Bank' };
const tenantId = '11111111-2222-4333-8444-555555555555';
const person = '22222222-2222-4333-8444-555555555555';

function calling({ role }: { role?: 'reader' | 'project-admin' } = {}) {
  const world = createSwitching();
  world.addRepositories(1);
  world.addRepositories(1, bank);
  const claims = {
    oid: person,
    tid: tenantId,
    sub: 'x',
    scp: 'user_impersonation',
    name: 'Ada',
    roles: [],
    groups: [],
  };
  const verify = () => Promise.resolve(claims);
  const way = { kind: 'entra', tenantId, clientId: person, isBehindPlatform: false, verify } as const;
  const answer = createManagementApi(managementOf(world.world, role === undefined ? undefined : way));
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await answer(
      new Request(`https://gate.example/api/management/connections/contoso${path}`, {
        method,
        headers: { authorization: 'Bearer secret' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { ...world, call, post: (body: unknown) => call('POST', '/repository-switches', body) };
}

test('the list', async () => {
  const { status, body } = await calling().call('GET', '/repository-list');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    defaults: { enabled: true },
    repositories: [{ name: 'web', enabled: true }, { name: 'r1' }, { name: 'r2', project: bank }],
    gone: [],
  });
});

test('a switch is tried, done as an operation, and in the audit log once', async () => {
  const world = calling();
  const wanted = { enabled: false, repositories: ['shop/R1'], match: ['Bank/*'] };
  expect(await world.post({ ...wanted, dryRun: true })).toMatchObject({
    status: 200,
    body: { switched: { names: ['Shop/r1', 'Bank/r2'] } },
  });
  expect(world.audit.recorded.entries()).toEqual([]);
  expect(await world.post({ ...wanted, note: 'frozen' })).toMatchObject({
    status: 202,
    body: { operation: { kind: 'repositories-switch', state: 'queued' } },
  });
  await world.drain(60);
  expect(world.settings.recorded.document(world.scopes.repository(2))).toEqual({ enabled: false });
  expect(world.audit.recorded.entries()).toMatchObject([
    {
      action: 'repositories.disable',
      connectionId: connection.id,
      subject: 'shop/R1 and Bank/*',
      details: { repositories: 2, note: 'frozen' },
    },
  ]);
});

test.each<[string, unknown, number, RegExp]>([
  ['nothing is named', { enabled: true }, 400, /^Say which/],
  ['everything and more is named', { enabled: true, all: true, projects: ['Shop'] }, 400, /name nothing else/],
  ['a default of repositories is asked for', { enabled: true, defaults: true, match: ['*'] }, 400, /^A default is/],
  ['a glob is none', { enabled: true, match: ['Shop/(a|b)'] }, 400, /more than a glob/],
  ['a glob matches nothing', { enabled: true, match: ['shop/x*'] }, 404, /matches shop\/x\*; capitals count/],
  ['a repository is not there', { enabled: true, repositories: ['web'] }, 404, /name it as project\/repository/],
  ['a project is not there', { enabled: true, projects: ['Nope'] }, 404, /sees no project Nope/],
  ['it is no switch', { enabled: 'yes', all: true }, 400, /^enabled/],
])('when %s, nothing begins', async (_, body, status, message) => {
  const world = calling();
  expect(await world.post(body)).toMatchObject({ status, body: { message: expect.stringMatching(message) } });
  expect(world.operations.recorded.all()).toEqual([]);
});

describe('who may', () => {
  const granted = async (role: 'reader' | 'project-admin') => {
    const world = calling({ role });
    await world.grants.port.save({
      connectionId: connection.id,
      subject: { id: person, kind: 'person', name: 'Ada' },
      role,
      projects: role === 'reader' ? [] : [world.project],
      grantedBy: 'somebody',
    });
    return world;
  };

  test.each<[string, object, number]>([
    ['a repository of theirs', { repositories: [key.repositoryId] }, 202],
    ['their project', { projects: ['Shop'] }, 202],
    ['the default of their project', { projects: ['Shop'], defaults: true }, 202],
    ['a repository of others beside theirs', { repositories: ['Shop/web', repositoryIdOf(2)] }, 403],
    ['a glob that matches one of others', { match: ['*/*'] }, 403],
    ['another project', { projects: ['Shop', 'Bank'] }, 403],
    ['the default of everything', { defaults: true }, 403],
    ['everything', { all: true }, 403],
  ])('a project-admin: %s', async (_, selection, status) => {
    const world = await granted('project-admin');
    expect((await world.post({ enabled: false, ...selection })).status).toBe(status);
    expect(world.operations.recorded.all()).toHaveLength(status === 202 ? 1 : 0);
  });

  test('a reader nothing, not even a trial', async () => {
    const world = await granted('reader');
    expect((await world.call('GET', '/repository-list')).status).toBe(200);
    expect((await world.post({ enabled: false, repositories: ['Shop/web'], dryRun: true })).status).toBe(403);
  });
});
