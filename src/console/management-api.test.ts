import { z } from 'zod';

import { defineOperation } from '../app/operation-work';
import { Failure } from '../core/failures';
import { connection, key } from '../app/testing/samples';
import { createWorld, type World } from '../app/testing/world';

import { createManagementApi } from './management-api';
import { managementOf } from './testing/management';

function api(world: World, token?: string): (request: Request) => Promise<Response> {
  return createManagementApi(managementOf(world, token === undefined ? undefined : { kind: 'local', token }));
}

describe('the token', () => {
  const ask = (authorization?: string): Request =>
    new Request(
      'http://localhost/api/management/connections',
      authorization === undefined ? {} : { headers: { authorization } },
    );

  test.each<[string, string | undefined, string | undefined, number]>([
    ['no token is configured', undefined, 'Bearer x', 403],
    ['an empty token is configured', '', undefined, 403],
    ['an empty token is configured and sent', '', 'Bearer ', 403],
    ['nothing is sent', 'secret', undefined, 401],
    ['another token is sent', 'secret', 'Bearer other', 401],
    ['the token is sent another way', 'secret', 'Basic secret', 401],
    ['the token is sent', 'secret', 'Bearer secret', 200],
  ])('when %s, the management API answers accordingly', async (_name, token, authorization, status) => {
    const answer = createManagementApi(
      managementOf(createWorld(), token === undefined ? { kind: 'none' } : { kind: 'local', token }),
    );
    expect((await answer(ask(authorization))).status).toBe(status);
  });
});

/** Calls the API of a world; the body is JSON. */
function client(world: World) {
  const answer = api(world);
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await answer(
      new Request(`http://localhost/api/management/connections/contoso${path}`, {
        method,
        headers: { authorization: 'Bearer secret', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    return { status: response.status, etag: response.headers.get('etag'), body: JSON.parse(text) };
  };
}

const first = { 'if-none-match': '*' };

describe.each([
  ['the connection', ''],
  ['a project', `/projects/${createWorld().pullRequest.seen(0).details.project.id}`],
  ['a repository', `/repositories/${key.repositoryId.toUpperCase()}`],
])('the settings of %s', (_, part) => {
  const path = `${part}/settings`;

  test('are saved, read, restored and deleted, and the history tells who and what', async () => {
    const call = client(createWorld());
    expect(await call('GET', path)).toMatchObject({ status: 404, etag: null });
    const saved = await call('PUT', `${path}?note=calmer`, { drafts: 'judge' }, first);
    expect(saved).toMatchObject({ status: 200, body: { version: 1, document: { drafts: 'judge' }, notices: [] } });
    expect(await call('GET', path)).toMatchObject({
      status: 200,
      etag: saved.etag,
      body: { version: 1, savedBy: 'local administrator', note: 'calmer', savedAt: expect.stringMatching(/^2026-/) },
    });
    const etag = saved.etag ?? '';
    const removed = await call('DELETE', path, undefined, { 'if-match': etag });
    expect(removed).toMatchObject({ status: 200, body: { isDeleted: true } });
    expect(await call('GET', path)).toMatchObject({ status: 404, etag: null });
    expect(await call('POST', `${path}/restore`, { version: 1 }, first)).toMatchObject({
      status: 200,
      body: { version: 3, document: { drafts: 'judge' }, note: 'version 1 restored' },
    });
    const history = await call('GET', `${path}/history`);
    expect(history.body).toMatchObject([
      { version: 3, isDeleted: false },
      { version: 2, isDeleted: true },
      { version: 1, savedBy: 'local administrator', note: 'calmer' },
    ]);
    expect(history.body[0]).not.toHaveProperty('document');
    expect(await call('GET', `${path}/history/1`)).toMatchObject({ body: { document: { drafts: 'judge' } } });
  });

  test('are looked at without being saved', async () => {
    const world = createWorld();
    const call = client(world);
    expect(await call('POST', `${path}/validate`, { document: { drafts: 'judge' } })).toMatchObject({
      status: 200,
      body: { notices: [] },
    });
    expect(await call('POST', `${path}/validate`, { document: { gates: { titel: {} } } })).toMatchObject({
      status: 422,
      body: { problems: [{ path: 'gates.titel' }] },
    });
    expect(await call('POST', `${path}/validate`, { isDeletion: true })).toMatchObject({
      status: 200,
      body: { notices: [] },
    });
    expect(await call('GET', `${path}/effective`)).toMatchObject({
      status: 200,
      body: { values: expect.arrayContaining([{ path: 'gates.title.mode', value: 'block', from: 'deployment' }]) },
    });
    expect(world.wire.calls).not.toContain('settings.save');
  });

  test('are refused with a sentence where something is wrong with the request', async () => {
    const call = client(createWorld());
    expect(await call('PUT', path, {})).toMatchObject({ status: 428 });
    expect(await call('DELETE', path)).toMatchObject({ status: 428 });
    expect(await call('POST', `${path}/restore`, { version: 1 })).toMatchObject({ status: 428 });
    expect(await call('PUT', path, '{', first)).toMatchObject({ status: 400 });
    expect(await call('DELETE', path, undefined, first)).toMatchObject({ status: 404 });
    expect(await call('POST', `${path}/restore`, { version: 'one' }, first)).toMatchObject({ status: 400 });
    expect(await call('POST', `${path}/restore`, { version: 1 }, first)).toMatchObject({
      status: 404,
      body: { message: 'The history has no version 1; nothing was ever saved.' },
    });
    expect(await call('GET', `${path}/history/x`)).toMatchObject({ status: 404 });
    expect(await call('POST', `${path}/validate`, {})).toMatchObject({ status: 400 });
    const both = { document: { drafts: 'judge' }, isDeletion: true };
    expect(await call('POST', `${path}/validate`, both)).toMatchObject({ status: 400 });
  });

  test('that somebody else changed are told with both versions', async () => {
    const call = client(createWorld());
    const { etag } = await call('PUT', path, { drafts: 'judge' }, first);
    await call('PUT', `${path}?note=theirs`, { drafts: 'skip' }, { 'if-match': etag ?? '' });
    const refused = await call('PUT', path, { enabled: false }, { 'if-match': etag ?? '' });
    expect(refused).toMatchObject({
      status: 412,
      body: { present: { version: 2, document: { drafts: 'skip' }, savedBy: 'local administrator', note: 'theirs' } },
    });
    expect(refused.etag).not.toBe(etag);
  });
});

test('what was written past the history has the number that the history shows', async () => {
  const world = createWorld();
  const scope = { kind: 'connection', connectionId: connection.id } as const;
  world.settings.put(scope, { drafts: 'judge' });
  world.settings.put(scope, { drafts: 'skip' });
  const port = { ...world.settings.port };
  world.settings.port.read = async (asked) => {
    const present = await port.read(asked);
    return present && { ...present, version: 0 };
  };
  expect(await client(world)('GET', '/settings')).toMatchObject({ body: { version: 2, document: { drafts: 'skip' } } });
});

describe('what there is', () => {
  const { project } = createWorld().pullRequest.seen(0).details;

  test('a connection that is called what another is identified by stands in for none', async () => {
    const world = createWorld();
    world.connections.put({ ...connection, id: 'con-a', name: 'contoso' });
    world.connections.put({ ...connection, id: 'contoso', name: 'tailwind' });
    expect((await client(world)('PUT', '/settings', { drafts: 'judge' }, first)).status).toBe(200);
    expect(await world.settings.port.read({ kind: 'connection', connectionId: 'contoso' })).toBeDefined();
  });

  test.each(['../web', 'Shop/..', './web', 'Shop'])('%s is no name of a repository', async (name) => {
    const world = createWorld();
    const answer = await client(world)('GET', `/repositories?name=${encodeURIComponent(name)}`);
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringMatching(/^Name a repository as/) } });
    expect(world.wire.calls).not.toContain('readRepository');
  });

  test('projects and repositories, all of them and by name', async () => {
    const call = client(createWorld());
    expect((await call('GET', '/projects')).body).toEqual([project]);
    expect((await call('GET', `/projects?name=${project.name.toUpperCase()}`)).body).toEqual(project);
    expect(await call('GET', '/projects?name=Bank')).toMatchObject({
      status: 404,
      body: { message: `Portcullis sees no project Bank in contoso; it sees ${project.name}.` },
    });
    const web = { id: key.repositoryId, name: 'web', project };
    expect((await call('GET', '/repositories')).body).toMatchObject([web]);
    expect((await call('GET', `/repositories?name=${project.name}/web`)).body).toEqual(web);
    expect(await call('GET', '/repositories?name=web')).toMatchObject({ status: 400 });
  });

  test('documents, with the names of what is still there', async () => {
    const world = createWorld();
    const call = client(world);
    const scope = { connectionId: connection.id };
    const gone = 'a0700000-0000-4000-8000-00000000000c';
    world.settings.put({ ...scope, kind: 'connection' }, {});
    world.settings.put({ ...scope, kind: 'project', projectId: project.id }, {});
    world.settings.put({ ...scope, kind: 'repository', repositoryId: key.repositoryId }, {});
    world.settings.put({ ...scope, kind: 'repository', repositoryId: gone }, {});
    world.settings.put({ ...scope, kind: 'project', projectId: gone }, {});
    world.settings.put({ ...scope, kind: 'project', projectId: gone }, undefined);
    expect((await call('GET', '/settings-documents')).body).toMatchObject([
      { scope: { kind: 'connection' }, name: 'contoso', etag: 'etag-1' },
      { scope: { kind: 'project' }, name: project.name },
      { scope: { kind: 'repository' }, name: `${project.name}/web` },
      { scope: { kind: 'repository', repositoryId: gone }, name: null },
    ]);
  });

  test('is asked for with a PAT that may have been rotated', async () => {
    const world = createWorld();
    const call = client(world);
    await call('GET', '/projects');
    world.azureDevOps.accounts.clear();
    world.azureDevOps.accounts.set('new-pat', { id: 'b', displayName: 'b', uniqueName: 'b' });
    world.secrets.rotatePat(connection.id, 'new-pat');
    expect(await call('GET', '/projects')).toMatchObject({ status: 200 });
  });

  test.each([
    ['/nothing', 404],
    ['/projects/Shop/settings', 404],
    ['/repositories/web/settings', 404],
  ])('%s is not there', async (path, status) => {
    const answer = await client(createWorld())('GET', path);
    expect(answer).toMatchObject({ status, body: { message: expect.stringMatching(/\.$/) } });
  });

  test('a failure is a sentence, whatever it is', async () => {
    const world = createWorld();
    const call = client(world);
    world.wire.fail('settings.read', 'before', new Failure({ kind: 'unavailable', message: 'The tables are down.' }));
    expect(await call('GET', '/settings')).toMatchObject({ status: 503, body: { message: 'The tables are down.' } });
    world.wire.fail('settings.read', 'before', new Error('a mistake of ours'));
    expect(await call('GET', '/settings')).toMatchObject({
      status: 500,
      body: { message: 'Something went wrong in Portcullis; its log says what.' },
    });
    expect(world.log.recorded.entries.at(-1)).toMatchObject({
      level: 'error',
      fields: { reason: 'a mistake of ours' },
    });
  });
});

test('an operation is seen while it is under way, by its connection alone', async () => {
  const world = createWorld({
    kinds: [
      defineOperation({
        kind: 'count',
        requestSchema: z.null(),
        cursorSchema: z.null(),
        work: () => Promise.resolve({ state: 'done', result: 3, progress: { done: 3, total: 3, doing: 'counting' } }),
      }),
    ],
  });
  const answer = api(world);
  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const headers = { authorization: 'Bearer secret' };
    const response = await answer(new Request(`http://localhost/api/management/connections/${path}`, { headers }));
    return { status: response.status, body: await response.json() };
  };
  const { id } = await world.runner.start('count', connection, null, { id: 'olga', name: 'Olga Admin' });
  const path = `${connection.id}/operations`;
  expect(await get(`${path}/${id}`)).toMatchObject({ status: 200, body: { state: 'queued', result: null } });
  await world.drain();
  const done = { id, kind: 'count', state: 'succeeded', by: 'Olga Admin', result: 3, progress: { done: 3, total: 3 } };
  expect(await get(path)).toMatchObject({ status: 200, body: [done] });
  expect(await get(`${path}/other`)).toEqual({
    status: 404,
    body: { message: `Connection ${connection.name} has no operation other.` },
  });
});
