import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createCredentials } from '../src/app/credentials';
import type { Connection } from '../src/app/ports';
import { connection as sample } from '../src/app/testing/samples';
import { withCredential } from '../src/app/with-credential';
import { azureDevOpsIdentity } from '../src/azure/azure-devops-identity';
import { azureCredential } from '../src/azure/credentials';
import { connectAzureDevOps, lookAtConnection } from '../src/azure-devops/connect';
import { AZURE_DEVOPS_SCOPE, IDENTITY_RENEWAL } from '../src/core/entra';
import { toFailure } from '../src/core/failures';
import { judgeConnection } from '../src/core/judge-connection';

import { startShop, type Shop } from './azure-devops-shop';

const CLIENT_ID = '11111111-2222-4333-8444-555555555555';
/** The library takes a token that ends within five minutes for one that has ended. */
const ENDING = 60;

/** The genuine library, App Service's identity endpoint as it finds it there, and a service that takes its tokens. */
describe('the managed identity as an account of Azure DevOps', () => {
  const environment = { ...process.env };
  const asked: IncomingMessage[] = [];
  let shop: Shop;
  let endpoint: Server;
  let answer: { status: number; lasts: number };
  let tokens: string[];
  let connection: Connection;

  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const identity = azureDevOpsIdentity(azureCredential({ clientId: CLIENT_ID }));
  const credentials = createCredentials({
    secrets: {
      readPat: () => Promise.reject(new Error('the vault is not asked')),
      readHookSecrets: () => Promise.resolve([]),
      savePat: () => Promise.resolve(),
      saveHookSecret: () => Promise.resolve(),
      endFormerHookSecret: () => Promise.resolve(),
      readStoredPat: async () => undefined,
      readCandidatePat: async () => undefined,
      saveCandidatePat: async () => undefined,
      removeCandidatePat: async () => undefined,
      removePat: async () => undefined,
    },
    identity,
  });
  /** Who Azure DevOps takes the identity for. */
  const askWhoIAm = () =>
    withCredential(credentials, connection, async (credential) => {
      const door = connectAzureDevOps({
        url: connection.url,
        credential: credential.kind === 'pat' ? credential : { ...credential, renewal: IDENTITY_RENEWAL },
        log,
      });
      try {
        return await door.readMyself();
      } finally {
        door.dispose();
      }
    });

  beforeAll(async () => {
    shop = await startShop();
    endpoint = createServer((incoming, outgoing) => {
      asked.push(incoming);
      const expiresOn = Math.floor(Date.now() / 1_000) + answer.lasts;
      const token = tokens.length > 1 ? tokens.shift() : tokens[0];
      outgoing.writeHead(answer.status, { 'content-type': 'application/json' });
      const refusal = { statusCode: answer.status, message: `No identity was found; ${token}.` };
      if (answer.status !== 200) return outgoing.end(JSON.stringify(refusal));
      return outgoing.end(JSON.stringify({ access_token: token, expires_on: String(expiresOn), token_type: 'Bearer' }));
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    const { port } = endpoint.address() as AddressInfo;
    process.env['IDENTITY_ENDPOINT'] = `http://127.0.0.1:${port}/msi/token`;
    process.env['IDENTITY_HEADER'] = 'a-header';
    connection = { ...sample, url: shop.url, credential: { kind: 'managedIdentity' } };
  });

  beforeEach(() => {
    asked.length = 0;
    answer = { status: 200, lasts: ENDING };
  });

  afterAll(async () => {
    process.env = environment;
    endpoint.closeAllConnections();
    await new Promise((resolve) => endpoint.close(resolve));
    await shop.stop();
  });

  test('asks for a token for Azure DevOps, which travels as a bearer', async () => {
    tokens = ['first-token'];
    await shop.control('POST', 'pats', { token: 'first-token', identity: 'bot', isBearer: true });
    expect((await askWhoIAm()).identity.displayName).toBe('Portcullis');
    const { searchParams } = new URL(asked[0]?.url ?? '', 'http://localhost');
    expect(searchParams.get('resource')).toBe(AZURE_DEVOPS_SCOPE.replace('/.default', ''));
    expect(searchParams.get('client_id')).toBe(CLIENT_ID);
    expect(asked[0]?.headers['x-identity-header']).toBe('a-header');
    // As a PAT it is worth nothing.
    await expect(shop.connect('first-token').readMyself()).rejects.toMatchObject({ kind: 'credentialRefused' });
  });

  test('a token that ends mid-way is fetched again', async () => {
    tokens = ['ended-token', 'next-token'];
    await shop.control('POST', 'pats', { token: 'ended-token', identity: 'bot', isBearer: true, refused: true });
    await shop.control('POST', 'pats', { token: 'next-token', identity: 'bot', isBearer: true });
    expect((await askWhoIAm()).identity.displayName).toBe('Portcullis');
    expect(asked).toHaveLength(2);
  });

  test('one that the organization does not know is refused with what to do there, and without the token', async () => {
    tokens = ['strange-token'];
    const failure = toFailure(await askWhoIAm().catch((error: unknown) => error));
    expect(failure).toMatchObject({
      kind: 'credentialRefused',
      message: expect.stringMatching(/Add users.*object id of its enterprise application.*Basic/),
    });
    expect(failure.message).not.toContain('strange-token');
    const network = { proxy: null, caCertificates: null };
    const sight = await lookAtConnection(
      { url: shop.url, network, credential: { kind: 'bearer', token: 'strange-token' }, subscriptions: false },
      { log },
    );
    const needs = { workItems: [], groups: [], subscriptions: false };
    const known = undefined;
    expect(
      judgeConnection({
        url: shop.url,
        kind: 'services',
        credential: 'bearer',
        sight,
        needs,
        known,
        network,
        apiVersion: null,
      }),
    ).toMatchObject([{ check: 'credential', state: 'broken', help: expect.stringContaining('Add users') }]);
  });

  test('an endpoint that gives none says nothing about the connection: it is tried again later', async () => {
    tokens = ['secret-of-the-endpoint'];
    answer.status = 400;
    const failure = toFailure(await askWhoIAm().catch((error: unknown) => error));
    expect(failure).toMatchObject({ kind: 'unavailable', message: expect.stringContaining('AZURE_CLIENT_ID') });
    expect(failure.message).not.toContain('secret-of-the-endpoint');
  });

  test.each(['https://tfs.contoso.com/tfs/DefaultCollection', 'https://dev.azure.com.evil.example/contoso'])(
    'no token is fetched for %s',
    async (url) => {
      await expect(identity.readToken(url)).rejects.toMatchObject({
        kind: 'credentialRefused',
        message: expect.stringContaining('Services alone'),
      });
      expect(asked).toEqual([]);
    },
  );
});
