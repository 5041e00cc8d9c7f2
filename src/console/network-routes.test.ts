import { testAuthority } from '../../test/support/self-signed';
import { bot, connection, organizationId } from '../app/testing/samples';
import { BOT_PAT, createWorld } from '../app/testing/world';
import type { ConnectionNetwork } from '../app/ports';
import type { ConnectionSight } from '../core/connection-sight';

import { createManagementApi } from './management-api';
import { managementOf } from './testing/management';

const answered = { ok: true, value: undefined } as const;
const good: ConnectionSight = {
  who: { ok: true, value: { identity: bot, organizationIds: [organizationId] } },
  secondsAhead: 0,
  newestVersion: { ok: true, value: '7.1' },
  scopes: { code: answered, workItems: answered, groups: answered },
  repositories: { ok: true, value: 3 },
  repository: undefined,
  subscriptions: undefined,
};
const dead: ConnectionSight = {
  ...good,
  who: { ok: false, why: 'proxy', code: 'PROXY_ECONNREFUSED', reason: 'It does not answer.' },
};
const proxy = 'http://proxy.contoso.com:3128';
// The test's clock stands at 2026-10-01, where this has not ended.
const authority = testAuthority('Contoso CA', { from: -3_000, until: 3_000 });

function api(sight: ConnectionSight = good) {
  const world = createWorld();
  const networks: ConnectionNetwork[] = [];
  const answer = createManagementApi({
    ...managementOf(world),
    look: ({ network }) => {
      networks.push(network);
      return Promise.resolve(sight);
    },
  });
  const ask = async (method: string, path: string, body: unknown) => {
    const headers = { authorization: 'Bearer secret', 'content-type': 'application/json' };
    const init = { method, headers, body: JSON.stringify(body) };
    const response = await answer(new Request(`https://gate.example/api/management${path}`, init));
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  const change = (body: unknown) => ask('PUT', `/connections/${connection.id}/network`, body);
  const present = () => world.connections.recorded.rows()[0]?.network;
  return { ...world, ask, change, present, networks };
}

test('a network that works is kept, shown and in the audit log; what is not named stays', async () => {
  const world = api();
  expect((await world.change({ proxy })).status).toBe(200);
  const { status, body } = await world.change({ caCertificates: authority.cert });
  expect(status).toBe(200);
  expect(body.connection.network).toMatchObject({ proxy, caCertificates: [{ name: 'Contoso CA' }] });
  expect(world.present()).toEqual({ proxy, caCertificates: authority.cert });
  // Tested with what is to be, not with what was.
  expect(world.networks).toEqual([
    { proxy, caCertificates: null },
    { proxy, caCertificates: authority.cert },
  ]);
  expect((await world.change({ proxy: null })).body.connection.network.proxy).toBeNull();
  const { entries } = await world.audit.port.list({ limit: 10 });
  expect(entries[1]).toMatchObject({
    action: 'connection.network',
    connectionId: connection.id,
    details: { proxy, authorities: expect.stringMatching(/^Contoso CA \(([0-9A-F]{2}:?){32}\)$/), isChanged: true },
  });
});

test('one that does not is not kept, and the attempt is in the audit log', async () => {
  const world = api(dead);
  const { status, body } = await world.change({ proxy, force: true });
  expect(status).toBe(422);
  expect(body).toMatchObject({ message: expect.stringContaining('was not changed'), test: { ok: false } });
  expect(world.present()).toEqual({ proxy: null, caCertificates: null });
  const { entries } = await world.audit.port.list({ limit: 10 });
  expect(entries).toMatchObject([
    { action: 'connection.network', details: { proxy, isChanged: false, isForced: true } },
  ]);
});

test('an attempt that ends in an error is in the audit log, too: the credential was sent', async () => {
  const world = api();
  world.connections.port.change = () => Promise.reject(new Error('somebody else was faster'));
  const { status } = await world.change({ proxy, caCertificates: authority.cert });
  expect([status, world.networks.length]).toEqual([500, 1]);
  const { entries } = await world.audit.port.list({ limit: 10 });
  expect(entries).toMatchObject([{ action: 'connection.network', details: { proxy, isChanged: false } }]);
});

test('so is an attempt to connect with the deployment’s own identity by a way that somebody gave', async () => {
  const world = api(dead);
  const url = 'https://dev.azure.com/tailwind';
  const credential = { kind: 'managedIdentity' };
  expect((await world.ask('POST', '/connections', { url, credential, proxy })).status).toBe(422);
  const { entries } = await world.audit.port.list({ limit: 10 });
  expect(entries).toMatchObject([
    {
      action: 'connection.attempt',
      subject: url,
      details: { credential: 'managedIdentity', proxy, authorities: null },
    },
  ]);
});

test.each([
  [{ proxy: 'http://ada:geheim@proxy.contoso.com:3128' }, /user name or a password/],
  [{ proxy: 'ftp://geheim' }, /no address of a proxy/],
  [{ caCertificates: 'geheim' }, /no certificate/],
  [{ caCertificates: authority.issue().cert }, /not of an authority/],
  [{ other: 'geheim' }, /^Send/],
  [{ proxy: 7 }, /^Send/],
])('what is none is refused before anything is asked: %#', async (wanted, says) => {
  for (const [path, rest] of [
    [`/connections/${connection.id}/network`, {}],
    ['/connections/test', { url: 'https://tfs.contoso.com/tfs/Stores', pat: BOT_PAT }],
    [
      '/connections',
      {
        url: 'https://tfs.contoso.com/tfs/Stores',
        credential: { kind: 'pat', pat: BOT_PAT, expiresOn: '2027-01-01T00:00:00Z' },
      },
    ],
  ] as const) {
    const world = api();
    const { status, body } = await world.ask(path.endsWith('network') ? 'PUT' : 'POST', path, { ...rest, ...wanted });
    expect([status, body.message]).toEqual([400, expect.stringMatching(says)]);
    expect(JSON.stringify(body)).not.toContain('geheim');
    expect(world.networks).toEqual([]);
  }
});

test('an address is tested, and connected, by the way that is given', async () => {
  const way = { proxy, caCertificates: authority.cert };
  const url = 'https://tfs.contoso.com/tfs/DefaultCollection';
  const world = api();
  expect((await world.ask('POST', '/connections/test', { url, pat: BOT_PAT, ...way })).body.ok).toBe(true);
  void world.connections.port.remove(connection.id);
  const credential = { kind: 'pat', pat: BOT_PAT, expiresOn: '2027-01-01T00:00:00Z' };
  const { status } = await world.ask('POST', '/connections', { url, credential, ...way });
  expect(status).toBe(201);
  expect(world.networks).toEqual([way, way]);
  expect(world.connections.recorded.rows()).toMatchObject([{ url, network: way, apiVersion: '7.1' }]);
});
