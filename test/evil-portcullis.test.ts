import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { portcullis } from './support/command';

/** What answers at PORTCULLIS_URL may be anybody: it gets no credential of Azure DevOps, and cannot draw on the terminal. */
const PAT = 'administrators-own-pat';
const token = 'token-for-portcullis';

let server: Server;
let url: string;
/** Everything that was sent to it. */
let received: string[] = [];
let connections: unknown[] = [];
let refusal: string | undefined;
let deployment: unknown;

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = `${request.method} ${request.url} ${JSON.stringify(request.headers)}`;
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      received.push(text);
      response.writeHead(refusal === undefined ? 200 : 400, { 'content-type': 'application/json' });
      const inventory = { state: 'connected' };
      const looked = { found: null, trouble: null };
      const disconnect = { ...inventory, subscriptions: looked, secrets: looked, rows: looked, messages: looked };
      const answers: [string, unknown][] = [
        ['/disconnect', disconnect],
        ['/deployment', deployment],
      ];
      const [, answer] = answers.find(([path]) => request.url?.endsWith(path)) ?? ['', connections];
      response.end(JSON.stringify(refusal === undefined ? answer : { message: refusal }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

beforeEach(() => {
  received = [];
  refusal = undefined;
  deployment = { writesSecrets: false, vaultUrl: 'https://evil-kv.vault.azure.net/' };
  connections = [connectionAt('https://tfs.evil.example/tfs/DefaultCollection')];
});

const connectionAt = (address: string, name = 'contoso') => ({
  id: 'connection-000000000001',
  name,
  kind: 'server',
  url: address,
  description: '',
  labels: [],
  state: 'connected',
  credential: { kind: 'pat', expiresOn: null },
  identities: [{ id: 'a1000000-0000-4000-8000-000000000001', displayName: 'Portcullis', uniqueName: 'gate' }],
  broken: null,
});

const call = (...args: string[]) =>
  portcullis(args, { env: { PORTCULLIS_URL: url, PORTCULLIS_TOKEN: token, AZURE_DEVOPS_PAT: PAT } });

test.each([
  ['hooks grant', ['hooks', 'grant', '--yes']],
  ['disconnect', ['disconnect', 'contoso', '--yes']],
])('%s does not send the PAT of an administrator to a server that only Portcullis names', async (_, args) => {
  const { code, stderr } = await call(...args);
  expect(stderr).toMatch(/your credential was not sent there.*--organization https:\/\/tfs\.evil\.example/s);
  expect(code).toBe(2);
  const elsewhere = await call(...args, '--organization', 'https://tfs.contoso.example/tfs/DefaultCollection');
  expect(elsewhere.stderr).toMatch(/you say https:\/\/tfs\.contoso\.example.*nothing was sent/s);
  expect(received.join('\n')).not.toContain(PAT);
});

test.each([
  'https://dev.azure.com.evil.example/contoso',
  'https://dev.azure.com@evil.example/contoso',
  'http://dev.azure.com/contoso',
  'https://dev.azure.com:8443@evil.example',
  'https://evil.example/https://dev.azure.com/contoso',
  'contoso',
])('%s is not Azure DevOps Services, whatever it looks like', async (address) => {
  connections = [connectionAt(address)];
  const { code, stderr } = await call('hooks', 'grant', '--yes');
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/not sent|nothing was sent/) });
});

const SECRET = 'pat-of-the-gate';
const withVault = (args: string[], vault?: string) =>
  portcullis(args, {
    env: {
      PORTCULLIS_URL: url,
      PORTCULLIS_TOKEN: token,
      PORTCULLIS_PAT: SECRET,
      AZURE_DEVOPS_PAT: PAT,
      ...(vault === undefined ? {} : { PORTCULLIS_VAULT: vault }),
    },
  });
const commands: [string, string[]][] = [
  ['connect', ['connect', 'https://dev.azure.com/contoso']],
  ['pat rotate', ['pat', 'rotate']],
  ['pat remove', ['pat', 'remove', '--project', 'Shop', '--yes']],
  ['hooks rotate', ['hooks', 'rotate']],
];

test.each(commands)('%s writes into no vault that only Portcullis names', async (_, args) => {
  const { code, stdout, stderr } = await withVault(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/secrets are in https:\/\/evil-kv\..*and nobody else: nothing was written.*--vault/s);
  expect(received.join('\n')).not.toMatch(/pat-of-the-gate|"POST|"DELETE/);
  expect(received.filter((each) => !each.startsWith('GET'))).toEqual([]);
});

test.each(commands)('%s writes into no other vault than the one that is named', async (_, args) => {
  const { code, stderr } = await withVault([...args, '--vault', 'contoso-kv']);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/you say https:\/\/contoso-kv\.vault\.azure\.net: nothing was written/),
  });
  expect(received.filter((each) => !each.startsWith('GET'))).toEqual([]);
});

test.each(commands)('%s sends it nothing, whatever it says, when a vault is named', async (_, args) => {
  for (const said of [{ writesSecrets: true, vaultUrl: 'https://contoso-kv.vault.azure.net' }, {}, []]) {
    deployment = said;
    const { code, stderr } = await withVault(args, 'contoso-kv');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/nothing was sent/) });
  }
  expect(received.filter((each) => !each.startsWith('GET'))).toEqual([]);
  expect(received.join('\n')).not.toContain(SECRET);
});

test.each([
  'https://evil-kv.vault.azure.net.evil.example',
  'https://evil-kv.vault.azure.net@evil.example',
  'https://evil.example/evil-kv.vault.azure.net',
  'https://evil-kv.vault.azure.net:8443',
  'http://evil-kv.vault.azure.net',
  'https://evil.example',
  'evil\u001b[2J',
])('%j is no vault, whatever it looks like', async (vaultUrl) => {
  deployment = { writesSecrets: false, vaultUrl };
  for (const vault of [undefined, vaultUrl]) {
    const { code, stderr } = await withVault(['pat', 'rotate'], vault);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/is no Key Vault/) });
    // eslint-disable-next-line no-control-regex
    expect(stderr).not.toMatch(/\u001b/);
  }
  expect(received.join('\n')).not.toContain(SECRET);
});

test('what it answers cannot draw on the terminal', async () => {
  refusal = 'red \u001b[31m, title \u001b]0;pwned\u0007, clear \u009b2J, \u202egnp.exe';
  const { stderr } = await call('connections');
  expect(stderr).toContain('red ⟨U+001B⟩[31m');
  // eslint-disable-next-line no-control-regex
  expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});

test.each([
  ['in place of a name', ['test', `${'a'.repeat(51)}7`]],
  ['in an option', ['connect', 'https://dev.azure.com/contoso', '--name', `${'Ab1'.repeat(25)}cAZDO1abc`]],
  ['in an address', ['test', `https://x:${'a'.repeat(51)}7@dev.azure.com/contoso`]],
  ['behind an equals sign', ['hooks', 'sync', `--pat=${'a'.repeat(51)}7`]],
])('a PAT %s is sent nowhere and not repeated', async (_, args) => {
  const { code, stdout, stderr } = await call(...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(/looks like a PAT.*revoke/s);
  expect(stdout + stderr).not.toMatch(/a{51}7|AZDO/);
  expect(received).toEqual([]);
});
