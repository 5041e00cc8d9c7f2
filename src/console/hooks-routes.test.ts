import { syncOperation } from '../app/hooks/sync-operation';
import type { Connection } from '../app/ports';
import { ALL_RIGHTS, createFakeServiceHooks, type FakeServiceHooks } from '../app/testing/fake-service-hooks';
import { bot, connection } from '../app/testing/samples';
import { createWorld } from '../app/testing/world';

import { createManagementApi } from './management-api';
import { managementOf } from './testing/management';

/** A world in which service hooks can be had, with the management API and the worker over it. */
function createHooked() {
  const parts: { hooks?: FakeServiceHooks } = {};
  const open = () => {
    if (!parts.hooks) throw new Error('there is no service yet');
    return parts.hooks.open(bot);
  };
  const withHooks = <T>(_: Connection, use: (hooks: ReturnType<typeof open>) => Promise<T>): Promise<T> => use(open());
  const kind: ReturnType<typeof syncOperation>[] = [];
  const world = createWorld({ kinds: kind });
  kind.push(syncOperation({ withHooks, secrets: world.secrets.port, clock: world.clock, log: world.log.port }));
  const hooks = (parts.hooks = createFakeServiceHooks(world.wire));
  hooks.setRights(bot.id, '', ALL_RIGHTS);
  world.secrets.rotateHookSecrets(connection.id, ['a-password']);
  const answer = createManagementApi({ ...managementOf(world), withHooks });
  const call = async (method: string, path: string) => {
    const url = `http://localhost:7071/api/management/connections/${connection.id}${path}`;
    const response = await answer(new Request(url, { method, headers: { authorization: 'Bearer secret' } }));
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { world, hooks, call };
}

test('a sync is asked for, worked on by the queue, and watched; it is in the audit log', async () => {
  const { world, hooks, call } = createHooked();
  expect((await call('GET', '/hooks')).body).toMatchObject({ ok: false, remedy: 'portcullis hooks sync' });
  const { status, body } = await call('POST', '/hooks/sync');
  expect(status).toBe(202);
  const { id } = body['operation'] as { id: string };
  await world.drain();
  expect((await call('GET', `/operations/${id}`)).body).toMatchObject({
    state: 'succeeded',
    result: { changes: { created: 4, repaired: 0, removed: 0 }, refused: [] },
  });
  expect(hooks.recorded.subscriptions).toHaveLength(4);
  expect((await call('GET', '/hooks')).body).toEqual({
    mode: 'organization',
    account: 'Portcullis',
    ok: true,
    places: [
      {
        project: 'all projects',
        lines: hooks.recorded.subscriptions.map(({ eventType }) => ({
          eventType,
          state: 'inPlace',
          faults: [],
          probation: null,
        })),
      },
    ],
    remedy: null,
  });
  const { entries } = await world.audit.port.list({ limit: 10 });
  expect(entries).toMatchObject([{ action: 'hooks.sync', subject: 'contoso', details: { operation: id } }]);
});
