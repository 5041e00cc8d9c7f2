import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { azureCredential } from './credentials';

/** App Service's identity endpoint, as the genuine library finds it in the environment of a function app. */
describe('the deployment’s identity', () => {
  const environment = { ...process.env };
  const asked: IncomingMessage[] = [];
  let endpoint: Server;

  beforeAll(async () => {
    endpoint = createServer((incoming, outgoing) => {
      asked.push(incoming);
      const expiresOn = Math.floor(Date.now() / 1_000) + 3_600;
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ access_token: 'a-token', expires_on: String(expiresOn), token_type: 'Bearer' }));
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    const { port } = endpoint.address() as AddressInfo;
    process.env['IDENTITY_ENDPOINT'] = `http://127.0.0.1:${port}/msi/token`;
    process.env['IDENTITY_HEADER'] = 'header';
  });

  afterAll(async () => {
    process.env = environment;
    endpoint.closeAllConnections();
    await new Promise((resolve) => endpoint.close(resolve));
  });

  test('is the user-assigned one with the client id, asked for only when a token is needed', async () => {
    const credential = azureCredential({ clientId: '11111111-2222-4333-8444-555555555555' });
    expect(asked).toHaveLength(0);

    const token = await credential.getToken('https://vault.azure.net/.default');
    expect(token?.token).toBe('a-token');
    expect(asked[0]?.url).toContain('11111111-2222-4333-8444-555555555555');
    await credential.getToken('https://vault.azure.net/.default');
    expect(asked).toHaveLength(1);
  });
});
