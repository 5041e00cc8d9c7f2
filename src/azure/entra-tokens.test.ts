import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose';

import { createTestClock } from '../app/testing/test-clock';
import { entraTokens } from './entra-tokens';

/** The genuine library against keys that a server of ours publishes as Entra does. */
const tenantId = 'f0000000-0000-4000-8000-000000000001';
const clientId = 'f0000000-0000-4000-8000-000000000002';
const clock = createTestClock();

let server: Server;
let authority: string;
let key: CryptoKey;
let strangersKey: CryptoKey;
let publicKey: CryptoKey;
let reads = 0;
let answer: () => { status: number; body: string };

beforeAll(async () => {
  const ours = await generateKeyPair('RS256', { extractable: true });
  key = ours.privateKey;
  publicKey = ours.publicKey;
  strangersKey = (await generateKeyPair('RS256')).privateKey;
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', use: 'sig' };
  const second = { ...(await exportJWK((await generateKeyPair('RS256')).publicKey)), kid: 'key-2', use: 'sig' };
  answer = () => ({ status: 200, body: JSON.stringify({ keys: [jwk, second] }) });
  server = createServer((request, response) => {
    reads += 1;
    const { status, body } =
      request.url === `/${tenantId}/discovery/v2.0/keys` ? answer() : { status: 404, body: 'nothing here' };
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

const verifier = (options: { authority?: string } = {}) =>
  entraTokens({ tenantId, clientId, authority: options.authority ?? authority, clock });

const now = () => Math.floor(clock.now().getTime() / 1_000);

interface Token {
  claims?: Record<string, unknown>;
  header?: { alg: string; kid?: string };
  key?: CryptoKey | Uint8Array;
}

const claimsOf = (claims: Record<string, unknown> = {}): JWTPayload => ({
  iss: `${authority}/${tenantId}/v2.0`,
  aud: clientId,
  exp: now() + 3_600,
  nbf: now() - 10,
  oid: 'a0700000-0000-4000-8000-000000000001',
  tid: tenantId,
  sub: 'pairwise',
  ...claims,
});

const token = ({ claims, header = { alg: 'RS256', kid: 'key-1' }, key: by = key }: Token = {}): Promise<string> =>
  new SignJWT(claimsOf(claims)).setProtectedHeader(header).sign(by);

test('a token of either format that is for us is taken, and the keys are read once', async () => {
  const verify = verifier();
  reads = 0;
  expect(await verify(await token())).toMatchObject({ oid: 'a0700000-0000-4000-8000-000000000001', tid: tenantId });
  const first = { iss: `https://sts.windows.net/${tenantId}/`, aud: `api://${clientId}` };
  expect(await verify(await token({ claims: first }))).toMatchObject(first);
  expect(reads).toBe(1);
});

test.each<[string, () => Promise<string> | string]>([
  ['signed by somebody else', () => token({ key: strangersKey })],
  ['signed by a key that nobody published', () => token({ header: { alg: 'RS256', kid: 'key-9' }, key: strangersKey })],
  ['that names no key', () => token({ header: { alg: 'RS256' } })],
  ['of another tenant', () => token({ claims: { iss: `https://sts.windows.net/${clientId}/` } })],
  ['of an issuer that begins like ours', () => token({ claims: { iss: `${authority}/${tenantId}/v2.0/x` } })],
  ['for somebody else', () => token({ claims: { aud: '00000003-0000-0000-c000-000000000000' } })],
  ['for nobody', () => token({ claims: { aud: [] } })],
  ['that has expired', () => token({ claims: { exp: now() - 61 } })],
  ['that never expires', () => token({ claims: { exp: undefined } })],
  ['that is not valid yet', () => token({ claims: { nbf: now() + 120 } })],
  ['without an object id', () => token({ claims: { oid: undefined } })],
  ['without a tenant', () => token({ claims: { tid: undefined } })],
  ['that is not signed', () => new UnsecuredJWT(claimsOf()).encode()],
  [
    'signed with the public key as if it were a password',
    async () => {
      const { n = '' } = await exportJWK(publicKey);
      return token({ header: { alg: 'HS256', kid: 'key-1' }, key: Buffer.from(n, 'base64url') });
    },
  ],
  [
    'signed with our key in a way that Entra does not use',
    async () => {
      const other = await importJWK(await exportJWK(key), 'RS512');
      return token({ header: { alg: 'RS512', kid: 'key-1' }, key: other });
    },
  ],
  ['changed afterwards', async () => changed(await token())],
  ['that is too long to be one', async () => token({ claims: { filler: 'x'.repeat(20_000) } })],
  ['that is none', () => 'a.b.c'],
  ['that is empty', () => ''],
])('a token %s proves nothing', async (_, make) => {
  expect(await verifier()(await make())).toBeUndefined();
});

function changed(jwt: string): string {
  const [header = '', , signature = ''] = jwt.split('.');
  const payload = Buffer.from(JSON.stringify(claimsOf({ roles: ['admin'] }))).toString('base64url');
  return [header, payload, signature].join('.');
}

test('a clock that is a minute off keeps nobody out', async () => {
  expect(await verifier()(await token({ claims: { exp: now() - 30 } }))).toBeDefined();
});

test.each<[string, () => { status: number; body: string }]>([
  ['down', () => ({ status: 500, body: '' })],
  ['elsewhere', () => ({ status: 302, body: '' })],
  ['somebody else', () => ({ status: 200, body: '<html>' })],
])('where the keys should be is %s: nobody is let in, and the fault is not the token’s', async (_, there) => {
  const usual = answer;
  answer = there;
  try {
    const verify = verifier();
    await expect(verify(await token())).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/^The keys of Entra could not be read from 127\.0\.0\.1/),
    });
    answer = usual;
    expect(await verify(await token())).toBeDefined();
  } finally {
    answer = usual;
  }
});

test('keys are never asked for in the clear', async () => {
  await expect(verifier({ authority: 'http://login.example' })(await token())).rejects.toMatchObject({
    message: expect.stringMatching(/must be reached over https/),
  });
});
