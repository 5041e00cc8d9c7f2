import { bot, connection } from '../app/testing/samples';
import { BOT_PAT, createWorld } from '../app/testing/world';
import type { ConnectionSight } from '../core/connection-sight';

import { createManagementApi } from './management-api';
import { managementOf } from './testing/management';

const ADDRESS = 'https://dev.azure.com/fabrikam';
const answered = { ok: true, value: undefined } as const;
const sight: ConnectionSight = {
  who: { ok: true, value: { identity: bot, organizationIds: ['c1'] } },
  secondsAhead: 0,
  newestVersion: { ok: true, value: '7.2' },
  scopes: { code: answered, workItems: answered, groups: answered },
  repositories: { ok: true, value: 3 },
  repository: undefined,
  subscriptions: undefined,
};

function api({ connected = false, over = {} }: { connected?: boolean; over?: Partial<ConnectionSight> } = {}) {
  const world = createWorld();
  if (!connected) void world.connections.port.remove(connection.id);
  const answer = createManagementApi({
    ...managementOf(world),
    look: () => Promise.resolve({ ...sight, ...over }),
  });
  const ask = async (method: string, path: string, body: unknown, origin = 'https://gate.example') => {
    const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await answer(new Request(`${origin}/api/management${path}`, init));
    const text = await response.text();
    expect(text).not.toContain(BOT_PAT);
    return { status: response.status, body: JSON.parse(text) };
  };
  return { ...world, ask, post: (body: unknown, origin?: string) => ask('POST', '/connections', body, origin) };
}

// The test's clock stands at 2026-10-01.
const pat = { kind: 'pat', pat: BOT_PAT, expiresOn: '2027-01-01T00:00:00Z' };

describe('connecting', () => {
  test('answers with what was made, and tells the audit log', async () => {
    const world = api();
    const { status, body } = await world.post({ url: ADDRESS, credential: pat, labels: ['pilot'] });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      connection: {
        name: 'fabrikam',
        kind: 'services',
        url: ADDRESS,
        labels: ['pilot'],
        credential: { kind: 'pat', expiresOn: '2027-01-01T00:00:00.000Z' },
        publicUrl: 'https://gate.example',
        identities: [{ id: bot.id, displayName: bot.displayName }],
      },
      test: { ok: true, account: bot },
    });
    const [made] = world.connections.recorded.rows();
    expect(body.connection.id).toBe(made?.id);
    expect(world.settings.recorded.document({ kind: 'connection', connectionId: body.connection.id })).toEqual({
      phase: 'shadow',
    });
    const { entries } = await world.audit.port.list({ limit: 10 });
    expect(entries).toMatchObject([
      {
        action: 'connection.connect',
        connectionId: made?.id,
        subject: `fabrikam (${ADDRESS})`,
        details: { credential: 'pat', phase: 'shadow' },
      },
    ]);
    expect(JSON.stringify([entries, world.log.recorded.entries])).not.toContain(BOT_PAT);
  });

  test('with something broken saves nothing and says what, unless somebody insists', async () => {
    const none = { repositories: { ok: true, value: 0 } } as const;
    const world = api({ over: none });
    const refused = await world.post({ url: ADDRESS, credential: pat });
    expect(refused).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/^Nothing was connected/), test: { ok: false } },
    });
    expect(world.connections.recorded.rows()).toEqual([]);
    expect((await world.audit.port.list({ limit: 10 })).entries).toEqual([]);
    expect((await world.post({ url: ADDRESS, credential: pat, force: true })).status).toBe(201);
  });

  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /^Send \{ "url"/],
    ['no credential', { url: ADDRESS }, /^Send \{ "url"/],
    ['a PAT in the wrong place', { url: ADDRESS, pat: BOT_PAT }, /^Send \{ "url"/],
    ['a PAT for the kind', { url: ADDRESS, credential: { kind: BOT_PAT } }, /^Send \{ "url"/],
    ['a PAT of two words', { url: ADDRESS, credential: { ...pat, pat: `${BOT_PAT} x` } }, /no PAT has: copy it again/],
    ['no end', { url: ADDRESS, credential: { kind: 'pat', pat: BOT_PAT } }, /^Send \{ "url"/],
    [
      '400 days',
      { url: ADDRESS, credential: { ...pat, expiresOn: '2027-11-05T00:00:00Z' } },
      /none for more than a year/,
    ],
    [
      'an end in the past',
      { url: ADDRESS, credential: { ...pat, expiresOn: '2026-09-30T00:00:00Z' } },
      /good for nothing/,
    ],
    ['a name with a slash', { url: ADDRESS, credential: pat, name: 'a/b' }, /has no slash/],
    ['an empty label', { url: ADDRESS, credential: pat, labels: [''] }, /A label is not empty/],
    ['hooks in the clear', { url: ADDRESS, credential: pat, publicUrl: 'http://gate.example' }, /like https:/],
    ['hooks with a path', { url: ADDRESS, credential: pat, publicUrl: 'https://gate.example/x' }, /like https:/],
    ['hooks for somebody', { url: ADDRESS, credential: pat, publicUrl: 'https://a:b@gate.example' }, /like https:/],
  ])('with %s is refused', async (_, body, message) => {
    const world = api();
    expect(await world.post(body)).toMatchObject({ status: 400, body: { message: expect.stringMatching(message) } });
    expect(world.wire.calls).toEqual(['connections.remove']);
  });

  test('in the clear is refused before the PAT is looked at, but on this machine', async () => {
    const world = api();
    const { status, body } = await world.post({ url: ADDRESS, credential: pat }, 'http://gate.example');
    expect([status, body.message]).toEqual([400, expect.stringMatching(/was readable, so make a new one/)]);
    expect((await world.post({ url: ADDRESS, credential: pat }, 'http://localhost:7071')).status).toBe(201);
    expect(world.connections.recorded.rows()).toMatchObject([{ publicUrl: 'http://localhost:7071' }]);
  });

  test('what is connected already is a conflict', async () => {
    const world = api({ connected: true });
    const { status, body } = await world.post({ url: ADDRESS, credential: pat });
    expect([status, body.message]).toEqual([409, expect.stringMatching(/is connected already, as contoso/)]);
  });
});

describe('changing what people call it', () => {
  const change = (world: ReturnType<typeof api>, body: unknown) =>
    world.ask('PATCH', `/connections/${connection.id}`, body);

  test('changes that alone', async () => {
    const world = api({ connected: true });
    const { status, body } = await change(world, { name: 'Contoso EMEA', labels: ['pilot'] });
    expect([status, body.name]).toEqual([200, 'Contoso EMEA']);
    expect(world.connections.recorded.rows()).toEqual([{ ...connection, name: 'Contoso EMEA', labels: ['pilot'] }]);
    expect((await world.audit.port.list({ limit: 1 })).entries).toMatchObject([
      { action: 'connection.change', subject: 'Contoso EMEA', details: { before: 'contoso', changed: 'name, labels' } },
    ]);
  });

  test('is refused where it is wrong, or taken', async () => {
    const world = api({ connected: true });
    await world.connections.port.save({ ...connection, id: 'con-other', name: 'Other' });
    expect((await change(world, { name: 'other' })).status).toBe(409);
    expect((await change(world, { name: 'contoso' })).status).toBe(200);
    expect((await change(world, { url: 'https://evil.example' })).status).toBe(400);
    expect((await change(world, { publicUrl: 'http://gate.example' })).status).toBe(400);
    expect(world.connections.recorded.rows().find(({ id }) => id === connection.id)).toEqual(connection);
  });
});
