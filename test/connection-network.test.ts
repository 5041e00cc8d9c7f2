import { createServer as createSecureServer, type Server } from 'node:https';
import { request as forward } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';

import { failureOf, startShop, type Shop } from './azure-devops-shop';
import { startConnectProxy, type ConnectProxy } from './support/connect-proxy';
import { selfSigned, testAuthority } from './support/self-signed';
import type { Connection, ConnectionNetwork } from '../src/app/ports';
import { createChangeNetwork } from '../src/app/change-network';
import { createManaging } from '../src/app/testing/managing-settings';
import { createTestConnection, type ConnectionTest } from '../src/app/test-connection';
import { connectAzureDevOps, lookAtConnection, type ConnectedAzureDevOps } from '../src/azure-devops/connect';

/**
 * A collection of Azure DevOps Server behind TLS by an authority of its own, reached through a genuine proxy, by the genuine
 * door. `localhost` stands for both, so that everything that is told apart is told apart by port.
 */
let shop: Shop;
let front: Server;
let url: string;
let proxy: ConnectProxy;
/** Sockets that came to the server itself; those through the proxy are among them. */
const arrived: TLSSocket[] = [];
const doors: ConnectedAzureDevOps[] = [];
const proxies: ConnectProxy[] = [];

const contoso = testAuthority('Contoso Issuing CA');
const other = testAuthority('Tailwind CA');
const PAT = 'bot-pat';
const forms = [PAT, ...['', 'PAT'].map((user) => Buffer.from(`${user}:${PAT}`).toString('base64'))];
const logged: string[] = [];
const note = (...said: unknown[]): number => logged.push(JSON.stringify(said));
const log = { debug: note, info: note, warn: note, error: note };

async function startProxy(secure?: { key: string; cert: string }): Promise<ConnectProxy> {
  const started = await startConnectProxy(secure);
  proxies.push(started);
  return started;
}

beforeAll(async () => {
  shop = await startShop('server');
  front = createSecureServer(contoso.issue(), (request, response) => {
    const { method = 'GET', headers } = request;
    const onward = forward(new URL(request.url ?? '', shop.url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  front.on('secureConnection', (socket: TLSSocket) => arrived.push(socket));
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  url = `https://localhost:${(front.address() as AddressInfo).port}${new URL(shop.url).pathname}`;
});

beforeEach(async () => {
  proxy = await startProxy();
  arrived.length = 0;
  logged.length = 0;
});

afterEach(async () => {
  for (const door of doors.splice(0)) door.dispose();
  await Promise.all(proxies.splice(0).map((each) => each.stop()));
  delete process.env['HTTPS_PROXY'];
});

afterAll(async () => {
  front.closeAllConnections();
  front.close();
  await shop.stop();
});

const throughProxy = (): ConnectionNetwork => ({ proxy: proxy.url, caCertificates: contoso.cert });

function open(network: ConnectionNetwork, patienceMs?: number): ConnectedAzureDevOps {
  const given = { url, network, credential: { kind: 'pat', pat: PAT } as const, log };
  const door = connectAzureDevOps({ ...given, ...(patienceMs === undefined ? {} : { patienceMs }) });
  doors.push(door);
  return door;
}

const world = createManaging();
const tester = createTestConnection({
  look: (wanted) => lookAtConnection(wanted, { log, now: () => new Date(shop.clock.now()) }),
  connections: world.connections.port,
  credentials: world.credentials,
  settings: world.settings.port,
  log,
});
const tested = (network: ConnectionNetwork): Promise<ConnectionTest> =>
  tester.given(url, { kind: 'pat', pat: PAT }, { subscriptions: false, network });
const troubles = ({ lines }: ConnectionTest): string[] =>
  lines.filter(({ state }) => state !== 'ok').map(({ check, state }) => `${check} ${state}`);

test('requests go through the proxy and nowhere else, in sockets that are kept, and it sees nothing of them', async () => {
  const door = open(throughProxy());
  await door.readMyself();
  const { id } = await door.readRepository('Shop', 'web');
  expect((await door.findRepository(id)).name).toBe('web');
  expect(proxy.targets).toEqual([new URL(url).host]);
  expect(arrived).toHaveLength(1);
  expect(proxy.seen()).not.toMatch(/authorization|_apis|Shop/i);
  expect(forms.filter((form) => proxy.seen().includes(form))).toEqual([]);
});

test('several requests at once each find their way', async () => {
  const door = open(throughProxy());
  const all = await Promise.all(Array.from({ length: 6 }, () => door.readRepositories()));
  expect(all.every((each) => each.length > 0)).toBe(true);
  expect(new Set(proxy.targets)).toEqual(new Set([new URL(url).host]));
  expect(proxy.targets).toHaveLength(arrived.length);
});

test('a proxy that is spoken to by TLS does as well, if its authority is trusted', async () => {
  proxy = await startProxy(contoso.issue());
  await open(throughProxy()).readMyself();
  expect([proxy.targets.length, arrived.length]).toEqual([1, 1]);
  proxy = await startProxy(other.issue());
  const result = await tested(throughProxy());
  expect(troubles(result)).toEqual(['proxy broken']);
  expect(result.lines[0]?.message).toMatch(/has a certificate that is not trusted/);
});

test('a proxy’s certificate is to name the proxy, and not the server', async () => {
  proxy = await startProxy(contoso.issueForAddress());
  const at = (host: string): ConnectionNetwork => ({
    proxy: proxy.url.replace('localhost', host),
    caCertificates: contoso.cert,
  });
  await open(at('127.0.0.1')).readMyself();
  expect(arrived).toHaveLength(1);
  expect(troubles(await tested(at('localhost')))).toEqual(['proxy broken']);
});

test('without a proxy of the connection, HTTPS_PROXY of the process counts for nothing', async () => {
  process.env['HTTPS_PROXY'] = proxy.url;
  await open({ proxy: null, caCertificates: contoso.cert }).readMyself();
  expect(proxy.targets).toEqual([]);
  expect(arrived).toHaveLength(1);
});

test('a certificate by an authority that was not given is refused before anything is sent, through the proxy and without', async () => {
  for (const [caCertificates, says] of [
    [null, /Give the certificate of the authority/],
    [other.cert, /not by the authority that was given/],
  ] as const) {
    for (const through of [null, proxy.url]) {
      await shop.control('DELETE', 'requests');
      const result = await tested({ proxy: through, caCertificates });
      expect(troubles(result)).toEqual(['certificate broken']);
      expect(result.lines[0]?.help).toMatch(says);
      expect(await shop.control('GET', 'requests')).toEqual([]);
    }
  }
});

test('one connection’s authority is nothing to another', async () => {
  await open({ proxy: null, caCertificates: contoso.cert }).readMyself();
  expect((await failureOf(open({ proxy: null, caCertificates: null }, 0).readMyself())).message).toMatch(
    /certificate is not trusted.*--ca-certificate/,
  );
});

test('a server’s certificate that signed itself is trusted by that very certificate, and vouches for no other', async () => {
  const own = selfSigned();
  const server = createSecureServer(own, (_, response) => response.writeHead(404).end('{"message":"nobody"}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const at = `https://localhost:${(server.address() as AddressInfo).port}/tfs`;
    const asking = async (caCertificates: string, to: string) => {
      const network = { proxy: null, caCertificates };
      const door = connectAzureDevOps({ url: to, network, credential: { kind: 'pat', pat: PAT }, log, patienceMs: 0 });
      doors.push(door);
      return failureOf(door.readRepository('Shop', 'web'));
    };
    expect((await asking(own.cert, at)).message).not.toMatch(/certificate/i);
    expect((await asking(selfSigned().cert, at)).message).toMatch(/certificate/i);
    expect((await asking(own.cert, url)).message).toMatch(/certificate/i);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('the system’s authorities count beside the connection’s, and several may be given', async () => {
  await open({ proxy: null, caCertificates: other.cert + contoso.cert }).readMyself();
  expect(arrived).toHaveLength(1);
});

describe('a proxy that leads nowhere has a line of its own, and nothing goes past it', () => {
  const gone = async (): Promise<void> => proxy.stop();
  test.each<[string, () => Promise<void> | void, RegExp]>([
    ['that is not there', gone, /does not answer \(ECONNREFUSED\)/],
    ['that wants a password', () => proxy.refuseWith(407), /wants a user name and a password \(407\)/],
    ['that does not want to', () => proxy.refuseWith(403), /does not let Portcullis through \(403\)/],
    ['that does not get there', () => proxy.refuseWith(502), /did not get through to the server \(502\)/],
  ])('%s', async (_, make, says) => {
    await make();
    const result = await tested(throughProxy());
    expect(troubles(result)).toEqual(['proxy broken']);
    expect(result.lines[0]?.message).toContain(`The proxy ${proxy.url}`);
    expect(result.lines[0]?.message).toMatch(says);
    expect(result.lines[0]?.help).toMatch(/\.$/);
    expect(arrived).toEqual([]);
    const failure = await failureOf(open(throughProxy(), 0).readMyself());
    expect(failure).toMatchObject({ kind: 'unavailable', mayHaveApplied: false });
    expect(failure.message).toMatch(says);
  });

  test('a write was then certainly not carried out', async () => {
    const door = open(throughProxy());
    const { id: repositoryId } = await door.readRepository('Shop', 'web');
    const key = { connectionId: 'c1', repositoryId, pullRequestId: 1 };
    await shop.push('topic', [{ path: '/topic.txt', content: 'x\n' }]);
    await shop.createPullRequest('topic');
    await proxy.stop();
    // Its socket is gone as soon as this one failed.
    expect(await failureOf(door.readRepositories())).toMatchObject({ kind: 'unavailable' });
    expect(await failureOf(door.reply(key, 1, 'hello'))).toMatchObject({ kind: 'unavailable', mayHaveApplied: false });
  });

  test('who disposes of a door does not wait for a proxy that says nothing', async () => {
    proxy.fallSilent();
    const door = open(throughProxy(), 0);
    const failing = failureOf(door.readMyself());
    while (proxy.targets.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    door.dispose();
    expect((await failing).message).toMatch(/the proxy of this connection/);
  });
});

test('nothing is sent in the clear to a proxy, not to this machine either', async () => {
  const network = { proxy: proxy.url, caCertificates: null };
  const options = { url: shop.url, network, credential: { kind: 'pat', pat: PAT } as const, log };
  expect(() => connectAzureDevOps(options)).toThrow(/in the clear/);
  const result = await tester.given(shop.url, { kind: 'pat', pat: PAT }, { subscriptions: false, network });
  expect(troubles(result)).toEqual(['address broken']);
  expect(proxy.targets).toEqual([]);
});

describe('changing the network of a connection', () => {
  const changeNetwork = createChangeNetwork({ testConnection: tester, connections: world.connections.port, log });
  let connection: Connection;

  beforeEach(async () => {
    const { identity, organizationIds } = await open({ proxy: null, caCertificates: contoso.cert }).readMyself();
    const network = { proxy: null, caCertificates: contoso.cert };
    connection = { ...world.connection, url, kind: 'server', identities: [identity], organizationIds, network };
    world.connections.put(connection);
    await world.secrets.port.savePat(connection.id, PAT, new Date('2027-01-01T00:00:00Z'));
  });
  const stored = async (): Promise<Connection | undefined> => world.connections.port.find(connection.id);

  test('is tested by its own credential first, and is kept where all is well', async () => {
    const { connection: changed, test: result } = await changeNetwork(connection, throughProxy(), { force: false });
    expect(troubles(result)).toEqual([]);
    expect(changed).toMatchObject({ network: throughProxy(), apiVersion: '7.1' });
    expect(await stored()).toEqual(changed);
    expect(proxy.targets.length).toBeGreaterThan(0);
  });

  test('changes nothing while the way leads nowhere, whoever insists', async () => {
    proxy.refuseWith(403);
    for (const force of [false, true]) {
      const result = await changeNetwork(connection, throughProxy(), { force });
      expect([result.connection, troubles(result.test)]).toEqual([null, ['proxy broken']]);
    }
    const elsewhere = { proxy: null, caCertificates: other.cert };
    expect((await changeNetwork(connection, elsewhere, { force: true })).connection).toBeNull();
    expect(await stored()).toEqual(connection);
  });

  test('is done on insistence while the PAT is refused: a new one needs the way', async () => {
    await world.secrets.port.savePat(connection.id, 'expired-pat', new Date('2027-01-01T00:00:00Z'));
    expect((await changeNetwork(connection, throughProxy(), { force: false })).connection).toBeNull();
    expect((await changeNetwork(connection, throughProxy(), { force: true })).connection?.network).toEqual(
      throughProxy(),
    );
  });

  test('of two at once the second is told', async () => {
    world.connections.put({ ...connection, network: { proxy: null, caCertificates: contoso.cert + other.cert } });
    const failure = await failureOf(changeNetwork(connection, throughProxy(), { force: false }));
    expect(failure).toMatchObject({ kind: 'superseded' });
  });
});
