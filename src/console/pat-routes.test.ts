import type { LookAtConnection } from '../app/ports';
import { bot, connection, mallory, organizationId } from '../app/testing/samples';
import { createWorld, type World } from '../app/testing/world';

import { createManagementApi } from './management-api';
import { managementOf } from './testing/management';

const CANARY = 'canary-pat';
const fine = { ok: true, value: 1 } as const;

/** Azure DevOps looked at: whoever has an account is fine. */
function lookOf(world: World): LookAtConnection {
  return async ({ credential }) => {
    const identity = credential.kind === 'pat' ? world.azureDevOps.accounts.get(credential.pat) : undefined;
    return {
      who: identity
        ? { ok: true, value: { identity, organizationIds: [organizationId] } }
        : { ok: false, why: 'refused', code: '401', reason: `no to ${CANARY}` },
      secondsAhead: 0,
      newestVersion: { ok: true, value: '7.2' },
      scopes: { code: fine, workItems: fine, groups: fine },
      repositories: fine,
      repository: undefined,
      subscriptions: undefined,
    };
  };
}

function create() {
  const world = createWorld();
  const api = createManagementApi({ ...managementOf(world), look: lookOf(world) });
  const post = async (body: unknown, base = 'https://gate.example') => {
    const response = await api(
      new Request(`${base}/api/management/connections/contoso/pat`, {
        method: 'POST',
        headers: { authorization: 'Bearer secret' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { world, post };
}

const stored = (world: World) => world.secrets.recorded.pat(connection.id);

test('a PAT takes over, and the audit log says who did it', async () => {
  const { world, post } = create();
  world.azureDevOps.accounts.set(CANARY, bot);
  const { status, body } = await post({ pat: CANARY, expires: '2027-02-01' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ outcome: 'rotated', endsOn: '2027-02-01', project: null, formerAccount: null });
  expect(stored(world)).toEqual({ value: CANARY, expiresOn: new Date('2027-02-01T00:00:00Z') });
  expect(world.audit.recorded.entries()).toMatchObject([
    {
      connectionId: connection.id,
      action: 'pat.rotate',
      subject: 'contoso',
      details: { endsOn: '2027-02-01', account: 'Portcullis', formerAccount: null },
    },
  ]);
});

test('it lasts 90 days where nobody says otherwise', async () => {
  const { world, post } = create();
  world.azureDevOps.accounts.set(CANARY, bot);
  await post({ pat: CANARY });
  const days = ((stored(world)?.expiresOn?.getTime() ?? 0) - world.clock.now().getTime()) / 86_400_000;
  expect(Math.round(days)).toBe(90);
});

test.each<[string, unknown, number, RegExp]>([
  ['400 days', { pat: CANARY, days: 400 }, 400, /more than a year/],
  ['an end in the past', { pat: CANARY, expires: '2020-01-01' }, 400, /good for nothing/],
  ['no day', { pat: CANARY, expires: '2027-02-30' }, 400, /a date like 2027-02-01/],
  ['a number beyond all days', `{"pat":"${CANARY}","days":1e300}`, 400, /a date like/],
  ['two ends', { pat: CANARY, days: 3, expires: '2027-02-01' }, 400, /one word/],
  ['two words', { pat: `${CANARY} ${CANARY}` }, 400, /one word/],
  ['a PAT in the wrong place', { pat: CANARY, [CANARY]: true }, 400, /one word/],
  ['no JSON', `{"pat":"${CANARY}"`, 400, /one word/],
  ['one that Azure DevOps refuses', { pat: CANARY }, 422, /would be broken/],
  ['one of another account', { pat: 'mallory-pat' }, 409, /belongs to Mallory, the former one to Portcullis/],
])('%s changes nothing, and no answer or log has the PAT', async (_, body, status, says) => {
  const { world, post } = create();
  world.azureDevOps.accounts.set('mallory-pat', mallory);
  const answer = await post(body);
  expect(answer.status).toBe(status);
  expect(answer.body['message']).toMatch(says);
  expect(stored(world)?.value).toBe('bot-pat');
  expect(world.connections.recorded.rows()).toEqual([connection]);
  expect(world.audit.recorded.entries()).toEqual([]);
  expect(JSON.stringify([answer, world.log.recorded.entries])).not.toMatch(/canary-pat|mallory-pat/);
});

test('it is not taken where others could read it', async () => {
  const { world, post } = create();
  world.azureDevOps.accounts.set(CANARY, bot);
  expect((await post({ pat: CANARY }, 'http://gate.example')).status).toBe(400);
  expect((await post({ pat: CANARY }, 'http://127.0.0.1:7071')).status).toBe(200);
});

test('the PAT of a project is removed, and the audit log says so; of one that has none, that is told', async () => {
  const { world } = create();
  const { project } = world.pullRequest.seen(0).details;
  const expiresOn = new Date('2027-02-01T00:00:00Z');
  const own = { projectId: project.id, projectName: project.name, expiresOn, accountId: null };
  world.connections.put({ ...connection, projectPats: [own] });
  await world.secrets.port.savePat(connection.id, CANARY, expiresOn, project.id);
  const api = createManagementApi({ ...managementOf(world), look: lookOf(world) });
  const remove = (query: string) =>
    api(
      new Request(`https://gate.example/api/management/connections/contoso/pat${query}`, {
        method: 'DELETE',
        headers: { authorization: 'Bearer secret' },
      }),
    );
  expect((await remove('')).status).toBe(400);
  expect((await remove('?project=Elsewhere')).status).toBe(404);
  const removed = await remove(`?project=${project.name}`);
  expect([removed.status, await removed.json()]).toEqual([200, { project }]);
  expect(world.secrets.recorded.pat(`${connection.id}/${project.id}`)).toBeUndefined();
  expect(world.audit.recorded.entries()).toMatchObject([{ action: 'pat.remove', subject: `contoso/${project.name}` }]);
});
