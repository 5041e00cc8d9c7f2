import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { exportJWK, generateKeyPair, SignJWT } from 'jose';

import { createWorld } from '../src/app/testing/world';
import { entraTokens } from '../src/azure/entra-tokens';
import { createManagementApi } from '../src/console/management-api';
import { managementOf } from '../src/console/testing/management';

import { portcullis } from './support/command';

/**
 * The built command against the management API as it is in Azure: the genuine @azure/identity asks an `az` of ours, whose
 * tokens are verified with keys that a server of ours publishes.
 */
const tenantId = 'f0000000-0000-4000-8000-000000000001';
const clientId = 'f0000000-0000-4000-8000-000000000002';
const ann = 'a1000000-0000-4000-8000-000000000001';

const world = createWorld();
let server: Server;
let url: string;
let folder: string;
let authorizations: (string | undefined)[] = [];

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1' }] });
  let answer: (request: Request) => Promise<Response> = () => Promise.reject(new Error('not yet'));
  server = createServer((request, response) => {
    void (async () => {
      if (request.url?.endsWith('/keys')) return response.end(keys);
      authorizations.push(request.headers.authorization);
      const body = await bodyOf(request);
      const { method = 'GET', headers } = request;
      const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' && name !== 'content-length' ? [[name, value]] : [],
      );
      const answered = await answer(
        new Request(`${url}${request.url}`, { method, headers: kept, ...(body === '' ? {} : { body }) }),
      );
      response.writeHead(answered.status, Object.fromEntries(answered.headers));
      return response.end(await answered.text());
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const verify = entraTokens({ tenantId, clientId, authority: url, clock: { now: () => new Date() } });
  answer = createManagementApi(
    managementOf(world, { kind: 'entra', tenantId, clientId, verify, isBehindPlatform: true }),
  );

  const claims = { oid: ann, tid: tenantId, sub: 'pairwise', scp: 'user_impersonation', name: 'Ann', roles: ['admin'] };
  const accessToken = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
    .setIssuer(`${url}/${tenantId}/v2.0`)
    .setAudience(clientId)
    .setExpirationTime('1h')
    .sign(privateKey);
  const expiresOn = Math.floor(Date.now() / 1_000) + 3_600;
  const printed = JSON.stringify({ accessToken, expires_on: expiresOn, tenant: tenantId, tokenType: 'Bearer' });
  folder = await mkdtemp(join(tmpdir(), 'portcullis-az-'));
  const script = `#!/bin/sh\necho "$@" >> "${folder}/asked"\ncat <<'END'\n${printed}\nEND\n`;
  await writeFile(join(folder, 'az'), script);
  await chmod(join(folder, 'az'), 0o755);
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  authorizations = [];
});

const signedIn = () => ({
  PORTCULLIS_URL: url,
  PATH: `${folder}:${dirname(process.execPath)}:/usr/bin:/bin`,
  AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential',
});

test('whoever has signed in with az login administers, and the audit log names them', async () => {
  const me = await portcullis(['access', 'me'], { env: signedIn() });
  expect(me).toEqual({ code: 0, stderr: '', stdout: `You are Ann (${ann}).\nYou administer the whole deployment.\n` });
  expect(await readFile(join(folder, 'asked'), 'utf8')).toContain(`--resource api://${clientId}\n`);
  // How to sign in was asked without a token.
  expect(authorizations[0]).toBeUndefined();

  const grant = ['access', 'grant', clientId, '--kind', 'group', '--name', 'Shop \u202eleads', '--role', 'reader'];
  expect(await portcullis(grant, { env: signedIn() })).toMatchObject({ code: 0, stderr: '' });
  const list = await portcullis(['access', 'list'], { env: signedIn() });
  expect(list.stdout).toMatch(/^Shop ⟨U\+202E⟩leads +group +reader/m);
  const audit = await portcullis(['audit'], { env: signedIn() });
  expect(audit.stdout).toMatch(/ Ann \(a1000000-\S+\) +access\.grant +group Shop ⟨U\+202E⟩leads/);
  const json = await portcullis(['audit', 'contoso', '--limit', '1', '--json'], { env: signedIn() });
  expect(JSON.parse(json.stdout)).toMatchObject({
    schemaVersion: 1,
    entries: [{ action: 'access.grant', by: { id: ann } }],
  });
  expect((await portcullis(['access', 'revoke', clientId], { env: signedIn() })).code).toBe(0);
});

test('a change that the audit log could not take is done, and told', async () => {
  world.wire.fail('audit.record', 'before', new Error('the tables are down'));
  const grant = ['access', 'grant', clientId, '--role', 'reader'];
  const { code, stderr } = await portcullis(grant, { env: signedIn() });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^Note: .*audit log could not be written/),
  });
});

test.each<[string, string[], () => Record<string, string>, RegExp]>([
  [
    'nobody is signed in',
    ['access', 'me'],
    () => ({ ...signedIn(), PATH: dirname(process.execPath) }),
    /^Nobody is signed in to Portcullis: sign in with az login --tenant f0000000-\S+ --scope api:/,
  ],
  [
    'an address is heard by others',
    ['audit'],
    () => ({ PORTCULLIS_URL: 'http://gate.example' }),
    /not sent to gate.example in the clear/,
  ],
  [
    'an address is heard by others, with a token',
    ['audit'],
    () => ({ PORTCULLIS_URL: 'http://gate.example', PORTCULLIS_TOKEN: 'x' }),
    /not sent to gate.example in the clear/,
  ],
  [
    'no address is given',
    ['audit', 'nowhere'],
    () => ({ PORTCULLIS_URL: '' }),
    /^PORTCULLIS_URL is not set: put the deployment's output portcullisUrl there/,
  ],
  ['an address is none', ['audit'], () => ({ PORTCULLIS_URL: 'gate' }), /^PORTCULLIS_URL is no address/],
  [
    'a token proves nothing',
    ['audit'],
    () => ({ ...signedIn(), PORTCULLIS_TOKEN: 'x' }),
    /^The bearer token was not accepted/,
  ],
  ['an id is none', ['access', 'grant', 'ann', '--role', 'reader'], signedIn, /object id in Entra, a GUID\.$/m],
  ['a role is none', ['access', 'grant', clientId, '--role', 'owner'], signedIn, /Allowed choices/],
])('when %s, nothing is done, which is 2', async (_, args, env, said) => {
  const { code, stdout, stderr } = await portcullis(args, { env: env() });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(said);
});

test('whom Azure does not let through is told what lets them in', async () => {
  // As access restrictions answer, and App Service Authentication to an application that is not named.
  const platform = createServer((request, response) => {
    if (lets && request.url?.endsWith('/sign-in')) return response.end(JSON.stringify({ tenantId, clientId }));
    return response.writeHead(403).end('<html>You do not have permission to view this directory or page.</html>');
  });
  let lets = false;
  await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
  const env = { ...signedIn(), PORTCULLIS_URL: `http://127.0.0.1:${(platform.address() as AddressInfo).port}` };
  try {
    for (lets of [false, true]) {
      const { code, stderr } = await portcullis(['access', 'me'], { env });
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(
          /^Azure answered 403 before http:\S+ was asked: .*allowedInbound.*allowedApplications\.\n$/,
        ),
      });
    }
  } finally {
    platform.closeAllConnections();
    await new Promise((resolve) => platform.close(resolve));
  }
});

test('an address that sends its callers elsewhere is not followed', async () => {
  const sent: (string | undefined)[] = [];
  const elsewhere = createServer((request, response) => {
    sent.push(request.url);
    response.writeHead(307, { location: `${url}${request.url}` }).end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const env = {
    PORTCULLIS_URL: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`,
    PORTCULLIS_TOKEN: 'a-token',
  };
  try {
    const { code, stderr } = await portcullis(['audit'], { env });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/answered 307/) });
  } finally {
    await new Promise((resolve) => elsewhere.close(resolve));
  }
  expect(sent).toHaveLength(1);
  expect(authorizations).toEqual([]);
});

test('elsewhere than on this machine, the address does not choose for what somebody signs in', async () => {
  const env = { ...signedIn(), PORTCULLIS_URL: 'https://gate.example.invalid' };
  const { code, stderr } = await portcullis(['access', 'me'], { env });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^PORTCULLIS_SCOPE is not set, .* https:\/\/gate\.example\.invalid cannot choose/),
  });
  // Said, it is asked, and cannot be reached.
  const said = await portcullis(['access', 'me'], { env: { ...env, PORTCULLIS_SCOPE: `api://${clientId}/.default` } });
  expect(said.stderr).toMatch(/gate\.example\.invalid/);
  expect(said.stderr).not.toMatch(/PORTCULLIS_SCOPE|npm start/);
});
