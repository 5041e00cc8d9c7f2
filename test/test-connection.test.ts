import { createServer, request as forward, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { startShop, type Shop } from './azure-devops-shop';
import { contractProblems, type Exchange } from './support/contract';
import { people, type People } from './support/people';
import { selfSigned } from './support/self-signed';
import type { Connection } from '../src/app/ports';
import { createManaging } from '../src/app/testing/managing-settings';
import { createTestConnection, type ConnectionTest } from '../src/app/test-connection';
import { SETTINGS_SCHEMA_VERSION } from '../src/settings';
import { lookAtConnection } from '../src/azure-devops/look-at-connection';

/** A test of a connection, through the genuine door, against the simulator and servers that are none. */
let shop: Shop;
let organization: People;
const servers: Server[] = [];
const world = createManaging();
const logged: string[] = [];
const note = (...said: unknown[]): number => logged.push(JSON.stringify(said));
const log = { debug: note, info: note, warn: note, error: note };

const tester = createTestConnection({
  connections: world.connections.port,
  look: (wanted) => lookAtConnection(wanted, { log, now: () => new Date(shop.clock.now()) }),
  credentials: world.credentials,
  settings: world.settings.port,
  log,
});

const PAT = 'bot-pat';
const READING = ['vso.code', 'vso.work', 'vso.identity'];

const control = (name: string, body: unknown): Promise<unknown> => shop.control('POST', name, body);

async function listening(server: Server): Promise<Server> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const addressOf = (server: Server, protocol = 'http'): string =>
  `${protocol}://localhost:${(server.address() as AddressInfo).port}/contoso`;

const web = async (answer: RequestListener): Promise<string> => addressOf(await listening(createServer(answer)));

beforeAll(async () => {
  shop = await startShop();
  organization = people(shop.url);
  await organization.add('ada', 'Ada Lovelace');
});

afterEach(async () => {
  await control('pats', { token: PAT, identity: 'bot', scopes: null, anonymous: false });
  await control('service', {});
  await control('permissions', {
    identity: 'bot',
    licence: 'basic',
    viewSubscriptions: false,
    editSubscriptions: false,
  });
});

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await shop.stop();
});

const troubles = ({ lines }: ConnectionTest): string[] =>
  lines.filter(({ state }) => state !== 'ok').map(({ check, state }) => `${check} ${state}`);

test('a connection that is all right has not a line that is not, and shows whom authors will see', async () => {
  await organization.limit(PAT, READING);
  await control('permissions', { identity: 'bot', viewSubscriptions: true });
  await shop.control('DELETE', 'requests');
  const result = await tester.given(`${shop.url}/Shop/_git/web`, { kind: 'pat', pat: PAT }, { subscriptions: false });
  expect(troubles(result)).toEqual([]);
  expect(result).toMatchObject({ url: shop.url, ok: true, account: { displayName: 'Portcullis' } });
  expect(result.lines.map(({ check }) => check)).toEqual([
    'reachable',
    'organization',
    'credential',
    'clock',
    'version',
    'account',
    'scope-code',
    'scope-work-items',
    'scope-identity',
    'scopes-to-write',
    'licence',
    'repository',
  ]);
  expect(result.lines.find(({ check }) => check === 'account')?.message).toContain('Portcullis');
  expect(result.lines.find(({ check }) => check === 'scopes-to-write')?.message).toContain('not tried');
  const requests = (await shop.control('GET', 'requests')) as Exchange[];
  expect(contractProblems(requests, 'bot')).toEqual([]);
  // Nothing is written.
  const verbs = requests.map(({ method, url }) => `${method} ${url.replace(/^.*_apis\//, '')}`);
  expect(verbs.filter((verb) => !/^(?:GET|OPTIONS) |^POST wit\/workitemsbatch/i.test(verb))).toEqual([]);
});

interface Row {
  cause: string;
  /** Makes it so, and returns the address. */
  make: () => Promise<string>;
  pat?: string;
  subscriptions?: boolean;
  trouble: string;
  says: RegExp;
}

const at = (prepare: () => Promise<unknown>, path = ''): (() => Promise<string>) => {
  return async () => {
    await prepare();
    return `${shop.url}${path}`;
  };
};
const nothing = (): Promise<void> => Promise.resolve();
const sendAway =
  (status: number, type: string, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': type, ...headers }).end(body);

const rows: Row[] = [
  {
    cause: 'an address that is none',
    make: () => Promise.resolve('my organization'),
    trouble: 'address broken',
    says: /no address/,
  },
  {
    cause: 'an address in the clear',
    make: () => Promise.resolve('http://tfs.contoso.example/tfs/Stores'),
    trouble: 'address broken',
    says: /in the clear.*https/s,
  },
  {
    cause: 'a server that is not there',
    make: async () => {
      const server = await listening(createServer());
      const address = addressOf(server);
      await new Promise((resolve) => server.close(resolve));
      return address;
    },
    trouble: 'reachable broken',
    says: /ECONNREFUSED.*nothing listens there/s,
  },
  {
    cause: 'a name that nobody has',
    make: () => Promise.resolve('https://tfs.contoso.invalid/Stores'),
    trouble: 'reachable broken',
    says: /No answer came from tfs.contoso.invalid/,
  },
  {
    cause: 'a certificate that is not trusted',
    make: async () =>
      addressOf(await listening(createSecureServer(selfSigned(), sendAway(200, 'text/plain', ''))), 'https'),
    trouble: 'certificate broken',
    says: /not trusted.*--ca-certificate/s,
  },
  {
    cause: 'a service that is down',
    make: () => web(sendAway(503, 'text/html', 'down')),
    trouble: 'reachable broken',
    says: /busy or down \(503\)/,
  },
  {
    cause: 'a web site',
    make: () => web(sendAway(200, 'text/html', '<h1>Welcome</h1>')),
    trouble: 'azure-devops broken',
    says: /not as Azure DevOps does/,
  },
  {
    cause: 'another API',
    make: () => web(sendAway(200, 'application/json', '{"hello":"world"}')),
    trouble: 'azure-devops broken',
    says: /not as Azure DevOps does/,
  },
  {
    cause: 'a site that sends on',
    make: () => web(sendAway(302, 'text/html', '', { location: 'https://contoso.example/' })),
    trouble: 'azure-devops broken',
    says: /not as Azure DevOps does/,
  },
  {
    cause: 'a site without such a page',
    make: () => web(sendAway(404, 'text/html', 'not here')),
    trouble: 'azure-devops broken',
    says: /not as Azure DevOps does/,
  },
  {
    cause: 'an organization of another name',
    make: () => Promise.resolve(new URL('/contosso', shop.url).href),
    trouble: 'organization broken',
    says: /has no (?:organization|collection) at/,
  },
  {
    cause: 'a PAT that has expired',
    make: at(nothing),
    pat: 'expired-pat',
    trouble: 'credential broken',
    says: /has expired, was revoked/,
  },
  {
    cause: 'a PAT with a typing error',
    make: at(nothing),
    pat: 'bot-patt',
    trouble: 'credential broken',
    says: /not copied whole/,
  },
  {
    cause: 'the sign-in page',
    make: at(() => control('faults', [{ path: '/_apis', times: 1, action: 'html203' }])),
    trouble: 'credential broken',
    says: /asks to sign in \(203\)/,
  },
  {
    cause: 'the anonymous identity',
    make: at(() => control('pats', { token: PAT, anonymous: true })),
    trouble: 'anonymous broken',
    says: /anonymous.*conditional access/s,
  },
  {
    cause: 'a PAT without Code (Read)',
    make: at(() => organization.limit(PAT, ['vso.work', 'vso.identity'])),
    trouble: 'scope-code broken',
    says: /lacks the scope Code \(Read\)/,
  },
  {
    cause: 'a PAT without Work Items (Read)',
    make: at(() => organization.limit(PAT, ['vso.code', 'vso.identity'])),
    trouble: 'scope-work-items broken',
    says: /lacks the scope Work Items \(Read\): work-items takes it/,
  },
  {
    cause: 'the licence Stakeholder',
    make: at(() => control('permissions', { identity: 'bot', licence: 'stakeholder' }), '/Shop/_git/web'),
    trouble: 'licence broken',
    says: /Stakeholder.*Basic/s,
  },
  {
    cause: 'a repository that is not there',
    make: at(nothing, '/Shop/_git/wob'),
    trouble: 'repository broken',
    says: /repository of the address cannot be read/,
  },
  {
    cause: 'a project that is not there',
    make: at(nothing, '/Shoop'),
    trouble: 'repository broken',
    says: /sees no Git repository in a project "Shoop", which the address names.*typing error/s,
  },
  {
    cause: 'an account that is a person’s',
    make: at(() => control('pats', { token: PAT, identity: 'ada' })),
    trouble: 'account warning',
    says: /"Ada Lovelace".*person.*Make an account for Portcullis/s,
  },
  {
    cause: 'a Server that is too old',
    make: at(() => control('service', { newestVersion: '6.0' })),
    trouble: 'version broken',
    says: /ends at version 6\.0.*2022\.1/s,
  },
  {
    cause: 'a clock that is behind',
    make: at(() => control('service', { aheadSeconds: 600 })),
    trouble: 'clock warning',
    says: /10 minutes behind that of Azure DevOps/,
  },
  {
    cause: 'a clock that is ahead',
    make: at(() => control('service', { aheadSeconds: -3_600 })),
    trouble: 'clock warning',
    says: /60 minutes ahead of that of Azure DevOps/,
  },
  {
    cause: 'subscriptions that may not be viewed, where they are to be',
    make: at(nothing),
    subscriptions: true,
    trouble: 'subscriptions warning',
    says: /may not view and edit service hook subscriptions of Shop.*hooks grant/s,
  },
];

test.each(rows)(
  '$cause is named, and nothing else',
  async ({ make, pat = PAT, subscriptions = false, trouble, says }) => {
    const address = await make();
    logged.length = 0;
    const result = await tester.given(address, { kind: 'pat', pat: pat }, { subscriptions });
    expect(troubles(result)).toEqual([trouble]);
    const line = result.lines.find(({ state }) => state !== 'ok');
    expect(`${line?.message ?? ''} ${line?.help ?? ''}`).toMatch(says);
    expect(result.ok).toBe(!trouble.endsWith('broken'));
    const told = `${JSON.stringify(result)}\n${logged.join('\n')}`;
    expect(
      [pat, ...['', 'PAT'].map((user) => Buffer.from(`${user}:${pat}`).toString('base64'))].filter((form) =>
        told.includes(form),
      ),
    ).toEqual([]);
  },
);

test('what nothing takes is no trouble', async () => {
  await organization.limit(PAT, ['vso.code', 'vso.work']);
  const result = await tester.given(shop.url, { kind: 'pat', pat: PAT }, { subscriptions: false });
  expect(troubles(result)).toEqual([]);
  expect(result.lines.find(({ check }) => check === 'scope-identity')?.message).toContain('lacks Identity (Read)');
});

test('subscriptions that may be viewed and edited are no trouble', async () => {
  await control('permissions', { identity: 'bot', viewSubscriptions: true, editSubscriptions: true });
  expect(troubles(await tester.given(shop.url, { kind: 'pat', pat: PAT }, { subscriptions: true }))).toEqual([]);
});

test('an organization that is not backed by Entra is named where a managed identity is refused', async () => {
  const headers = { 'x-vss-resourcetenant': '00000000-0000-0000-0000-000000000000', 'x-tfs-processid': 'x' };
  const address = await web(sendAway(401, 'text/html', '', headers));
  const result = await tester.given(address, { kind: 'bearer', token: 'a-token' }, { subscriptions: false });
  expect(troubles(result)).toEqual(['entra broken']);
});

test('an account that is called what its PAT is does not get it shown', async () => {
  await organization.add('echo', 'The bot echo-pat');
  const result = await tester.given(shop.url, { kind: 'pat', pat: 'echo-pat' }, { subscriptions: false });
  expect(result.account?.displayName).toBe('The bot ***');
  expect(JSON.stringify(result)).not.toContain('echo-pat');
});

/** A Server: collections below a virtual directory, of which one is the simulated organization. */
async function serverWith(collection: string): Promise<string> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (!path.startsWith(`/${collection}/`)) {
      response.writeHead(404, { 'content-type': 'text/html', 'x-tfs-processid': 'x' }).end();
      return;
    }
    const url = new URL(shop.url + path.slice(collection.length + 1));
    const { method = 'GET', headers } = request;
    const onward = forward(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  const { port } = (await listening(server)).address() as AddressInfo;
  return `http://localhost:${port}`;
}

test.each([
  ['tfs/DefaultCollection', '/tfs/DefaultCollection'],
  ['tfs/DefaultCollection', '/tfs/DefaultCollection/Shop/_git/web'],
  ['devops/Our%20Stores', '/devops/Our%20Stores'],
  ['devops/Our%20Stores', '/devops/Our%20Stores/Shop/_git/web'],
  ['Stores', '/Stores/Shop'],
  ['Stores', '/Stores'],
])('a Server’s collection %s is found by %s', async (collection, path) => {
  const origin = await serverWith(collection);
  const result = await tester.given(origin + path, { kind: 'pat', pat: PAT }, { subscriptions: false });
  expect(troubles(result)).toEqual([]);
  expect(result.url).toBe(`${origin}/${collection}`);
});

test('a server that sends the PAT back does not get it shown', async () => {
  const address = await web((request, response) => {
    const [, sent = ''] = (request.headers.authorization ?? '').split(' ');
    const said = `${sent} ${Buffer.from(sent, 'base64').toString()}`;
    response.writeHead(400, { 'content-type': 'application/json', 'x-tfs-processid': 'x' });
    response.end(JSON.stringify({ message: said, typeKey: said }));
  });
  const result = await tester.given(address, { kind: 'pat', pat: PAT }, { subscriptions: false });
  expect(troubles(result)).toEqual(['azure-devops broken']);
  expect(JSON.stringify(result)).not.toMatch(/bot-pat|Ym90LXBhd|OmJvdC1wYX|UEFUOmJvd/);
});

describe('a connection that is stored', () => {
  const { connectionId } = world.scopes.connection;
  const stored = async (over: Partial<Connection> = {}): Promise<ConnectionTest> => {
    const { identity, organizationIds } = await shop.connect('bot-pat').readMyself();
    const connection = { ...world.connection, url: shop.url, identities: [identity], organizationIds, ...over };
    return tester.stored(connection, { subscriptions: false });
  };
  const somebody = { id: '11111111-1111-1111-1111-111111111111', displayName: 'Old Gate', uniqueName: 'old@contoso' };

  beforeEach(() => world.secrets.port.savePat(connectionId, PAT, new Date()));

  test.each<[string, () => Promise<ConnectionTest>, string[], RegExp]>([
    ['is all right', () => stored(), [], /.*/],
    [
      'whose settings name groups that the PAT may not read',
      async () => {
        const when = { authorGroups: [String.raw`[Shop]\Reviewers`] };
        const by = { savedBy: 'ada', note: '', documentSchemaVersion: SETTINGS_SCHEMA_VERSION };
        const document = { gates: { title: { mode: 'block', when } } };
        await world.settings.port.save(world.scopes.repository, document, by, null);
        await organization.limit(PAT, ['vso.code', 'vso.work']);
        return stored();
      },
      ['scope-identity broken'],
      /Identity \(Read\): title takes it/,
    ],
    [
      'of an organization that is another one now',
      () => stored({ organizationIds: ['22222222-2222-2222-2222-222222222222'] }),
      ['organization broken'],
      /another organization now/,
    ],
    [
      'with another account than before',
      () => stored({ identities: [somebody] }),
      ['account warning'],
      /so far it was "Old Gate".*policy install/s,
    ],
    [
      'with a project’s PAT that is refused',
      () => {
        world.secrets.rotatePat(`${world.connection.id}/p`, 'expired-pat');
        const expiresOn = new Date('2027-01-01T00:00:00Z');
        return stored({ projectPats: [{ projectId: 'p', projectName: 'Bank', expiresOn, accountId: null }] });
      },
      ['project-pat broken'],
      /refuses the PAT of project Bank/,
    ],
    [
      'with a project’s PAT that is taken',
      () => {
        world.secrets.rotatePat(`${world.connection.id}/p`, PAT);
        const expiresOn = new Date('2027-01-01T00:00:00Z');
        return stored({ projectPats: [{ projectId: 'p', projectName: 'Bank', expiresOn, accountId: null }] });
      },
      [],
      /.*/,
    ],
    [
      'without a PAT',
      () => stored({ id: 'nobody' }),
      ['credential broken'],
      /could not be taken from Key Vault.*portcullis pat rotate contoso takes the new one/,
    ],
    [
      'with a PAT that ended',
      () => {
        world.secrets.rotatePat(world.connection.id, 'expired-pat');
        return stored({});
      },
      ['credential broken'],
      /asks to sign in.*portcullis pat rotate contoso takes the new one/,
    ],
  ])('%s', async (_name, act, expected, says) => {
    const result = await act();
    expect(troubles(result)).toEqual(expected);
    expect(JSON.stringify(result.lines).replaceAll(String.raw`\"`, '"')).toMatch(says);
  });
});
