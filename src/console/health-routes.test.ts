import { Failure } from '../core/failures';
import { connection } from '../app/testing/samples';
import { createWorld, type World } from '../app/testing/world';

import { createManagementApi } from './management-api';
import { managementOf } from './testing/management';

const ann = 'a1000000-0000-4000-8000-000000000001';
const tenantId = 'f0000000-0000-4000-8000-000000000001';
const other = { ...connection, id: 'con-tailwind', name: 'tailwind', broken: { since: new Date(0), reason: 'no PAT' } };

/** The token is the caller's name. */
const way = {
  kind: 'entra',
  tenantId,
  clientId: tenantId,
  isBehindPlatform: false,
  verify: (token: string) =>
    Promise.resolve(
      token === 'forged'
        ? undefined
        : {
            oid: token === 'ann' ? ann : 'a1000000-0000-4000-8000-000000000002',
            tid: tenantId,
            sub: 'pairwise',
            scp: 'user_impersonation',
            name: token,
            roles: token === 'olga' ? ['admin'] : [],
          },
    ),
} as const;

function deployment(): World {
  const world = createWorld();
  world.connections.put(other);
  world.grants.put({ connectionId: connection.id, role: 'reader', subjectId: ann });
  return world;
}

async function ask(world: World, token: string) {
  const request = new Request('https://gate.example/api/management/health', {
    headers: { authorization: `Bearer ${token}` },
  });
  const response = await createManagementApi(managementOf(world, way))(request);
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text), headers: response.headers };
}

test('whoever has signed in learns what answers; of connections, each their own', async () => {
  const world = deployment();
  const { status, body, headers } = await ask(world, 'olga');
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(body).toMatchObject({ state: 'ready', version: '1.2.3', connections: { total: 2, broken: 1 } });
  expect((await ask(world, 'ann')).body).toMatchObject({ connections: { total: 1, broken: 0 } });
  expect((await ask(world, 'nobody')).body).toMatchObject({ connections: { total: 0, broken: 0 } });
  expect((await ask(world, 'forged')).status).toBe(401);
});

test('what does not answer makes it 503, without a word of why', async () => {
  const world = deployment();
  const down = new Failure({ kind: 'unavailable', message: 'The table at secret.table.example is down.' });
  world.wire.fail('connections.list', 'before', down, 9);
  for (const token of ['olga', 'ann']) {
    const { status, body, text } = await ask(world, token);
    expect([status, body]).toMatchObject([503, { state: 'not-ready', connections: null }]);
    expect(body.parts).toContainEqual({ part: 'tables', state: 'failed', milliseconds: expect.any(Number) });
    expect(text).not.toMatch(/secret|down/);
  }
});
