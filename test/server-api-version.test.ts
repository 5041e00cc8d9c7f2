import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { z } from 'zod';

import { startShop, type Shop } from './azure-devops-shop';
import type { Connection } from '../src/app/ports';
import { createManaging } from '../src/app/testing/managing-settings';
import { createTestConnection, type ConnectionTest } from '../src/app/test-connection';
import { connectAzureDevOps, lookAtConnection, type ConnectedAzureDevOps } from '../src/azure-devops/connect';

/** A Server before and after an update: which REST API it is asked for. */
let shop: Shop;
const doors: ConnectedAzureDevOps[] = [];
const nothing = (): void => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const PAT = 'bot-pat';

beforeAll(async () => {
  shop = await startShop('server');
});
afterEach(async () => {
  for (const door of doors.splice(0)) door.dispose();
  await shop.control('POST', 'service', {});
});
afterAll(() => shop.stop());

const requests = z.array(z.object({ url: z.string(), headers: z.looseObject({ accept: z.string().default('') }) }));

/** The versions that requests of a fresh door ask for. */
async function asked(apiVersion: string | null): Promise<string[]> {
  await shop.control('DELETE', 'requests');
  const door = connectAzureDevOps({ url: shop.url, apiVersion, credential: { kind: 'pat', pat: PAT }, log });
  doors.push(door);
  await door.readMyself();
  const { id, project } = await door.readRepository('Shop', 'web');
  expect((await door.readProjects()).length).toBeGreaterThan(0);
  await door.readActivePullRequests(project.id, id);
  await door.readStatusPolicies(project.id);
  const all = requests.parse(await shop.control('GET', 'requests'));
  const versions = all.flatMap(
    ({ url, headers }) => /api-version=([\w.-]+)/.exec(`${url} ${headers.accept}`)?.[1] ?? [],
  );
  expect(versions.length).toBeGreaterThan(3);
  return [...new Set(versions)].sort();
}

const newer = (versions: readonly string[], than: number): string[] =>
  versions.filter((version) => Number.parseFloat(version) > than);

test('a Server that was updated is asked as before while its connection keeps the former version', async () => {
  expect(newer(await asked('7.1'), 7.1)).toEqual([]);
  await shop.control('POST', 'service', { newestVersion: '7.2' });
  expect(newer(await asked('7.1'), 7.1)).toEqual([]);
  // The test can fail: without it, what is new there is asked for.
  expect(newer(await asked('7.2'), 7.1)).not.toEqual([]);
  expect(newer(await asked(null), 7.1)).not.toEqual([]);
});

test('one that was set back is asked for what it has', async () => {
  expect(newer(await asked('7.2'), 7.1)).toEqual([]);
});

describe('testing a connection', () => {
  const world = createManaging();
  const tester = createTestConnection({
    connections: world.connections.port,
    look: (wanted) => lookAtConnection(wanted, { log, now: () => new Date(shop.clock.now()) }),
    credentials: world.credentials,
    settings: world.settings.port,
    log,
  });
  const present = async (): Promise<string | null | undefined> =>
    (await world.connections.port.find(world.connection.id))?.apiVersion;

  async function tested(newestVersion: string, apiVersion: string | null, url = shop.url): Promise<ConnectionTest> {
    const door = shop.connect(PAT);
    const { identity, organizationIds } = await door.readMyself();
    const connection: Connection = {
      ...world.connection,
      url,
      kind: 'server',
      identities: [identity],
      organizationIds,
      apiVersion,
    };
    world.connections.put(connection);
    await world.secrets.port.savePat(connection.id, PAT, new Date('2027-01-01T00:00:00Z'));
    await shop.control('POST', 'service', { newestVersion });
    return tester.stored(connection, { subscriptions: false });
  }
  const versionLine = ({ lines }: ConnectionTest) => lines.find(({ check }) => check === 'version');

  test.each<[string, string | null, string, string]>([
    ['7.1', null, '7.1', 'Its REST API goes up to version 7.1.'],
    ['7.1', '7.1', '7.1', 'Its REST API goes up to version 7.1.'],
    ['7.2', '7.1', '7.2', 'Its REST API goes up to version 7.2; so far Portcullis asked for 7.1, from now on for 7.2.'],
    // A release is no newer than what it was made with.
    ['7.3', null, '7.2', 'Its REST API goes up to version 7.3.'],
    ['7.1', '7.2', '7.1', 'Its REST API goes up to version 7.1; so far Portcullis asked for 7.2, from now on for 7.1.'],
  ])('that has %s, where so far it was %s, keeps %s', async (newest, before, after, message) => {
    const result = await tested(newest, before);
    expect(versionLine(result)).toMatchObject({ state: 'ok', message });
    expect(await present()).toBe(after);
  });

  test('with what is to take over says nothing of what is used from now on, as it changes nothing', async () => {
    await tested('7.1', '7.1');
    const connection = await world.connections.port.find(world.connection.id);
    await shop.control('POST', 'service', { newestVersion: '7.2' });
    expect(connection).toBeDefined();
    if (!connection) return;
    for (const result of [
      await tester.replacing(connection, { kind: 'pat', pat: PAT }),
      await tester.through(connection, connection.network),
    ]) {
      expect(versionLine(result)?.message).toBe('Its REST API goes up to version 7.2.');
    }
    expect(await present()).toBe('7.1');
  });

  test('of which a server says what is no version keeps none of it', async () => {
    const front = createServer((request, response) => {
      const { method = 'GET', url = '', headers } = request;
      const onward = forward(new URL(url, shop.url), { method, headers: { ...headers, 'accept-encoding': '' } });
      onward.once('response', (answer: IncomingMessage) => {
        void text(answer).then((body) => {
          const { 'content-length': _, ...rest } = answer.headers;
          response.writeHead(answer.statusCode ?? 0, rest);
          response.end(body.replace(/("id":"9946fd70-.*?"maxVersion":")7.2/, `$17.2 ${PAT}`));
        });
      });
      request.pipe(onward);
    }).listen(0, '127.0.0.1');
    await once(front, 'listening');
    try {
      const { port } = front.address() as AddressInfo;
      const result = await tested('7.2', '7.1', `http://127.0.0.1:${port}${new URL(shop.url).pathname}`);

      expect(versionLine(result)).toMatchObject({ state: 'warning' });
      expect(JSON.stringify(result)).not.toContain(PAT);
      expect(await present()).toBe('7.1');
    } finally {
      front.closeAllConnections();
      front.close();
    }
  });

  test('that is too old says what it has and what it takes, and changes nothing', async () => {
    const result = await tested('7.0', '7.1');
    expect(result.ok).toBe(false);
    expect(versionLine(result)).toMatchObject({
      state: 'broken',
      message: expect.stringMatching(/ends at version 7\.0: .*which takes 7\.1/),
      help: expect.stringContaining('2022.1'),
    });
    expect(await present()).toBe('7.1');
  });
});
