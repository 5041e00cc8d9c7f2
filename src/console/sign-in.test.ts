import { principalOfPlatform, principalOfToken } from './entra-principal';
import { signIn, type SignInWay } from './sign-in';

const tenantId = 'f0000000-0000-4000-8000-000000000001';
const clientId = 'f0000000-0000-4000-8000-000000000002';
const oid = 'A0700000-0000-4000-8000-00000000000A';
const group = 'B0700000-0000-4000-8000-00000000000B';

const person = {
  oid,
  tid: tenantId,
  sub: 'pairwise',
  scp: 'openid user_impersonation',
  name: 'Ann',
  preferred_username: 'ann@contoso.example',
};
const application = { oid, tid: tenantId, sub: oid, azp: clientId, app_displayname: 'Pipeline' };

describe('an access token', () => {
  test('of a person', () => {
    expect(principalOfToken({ ...person, roles: ['admin'], groups: [group] }, tenantId)).toEqual({
      id: oid.toLowerCase(),
      name: 'Ann (ann@contoso.example)',
      kind: 'person',
      isAdmin: true,
      groups: [group.toLowerCase()],
      areGroupsMissing: false,
    });
  });

  test('of an application', () => {
    expect(principalOfToken(application, tenantId)).toMatchObject({
      name: `Pipeline (${oid.toLowerCase()})`,
      kind: 'application',
      isAdmin: false,
    });
  });

  test.each<[string, object]>([
    ['of another tenant', { ...person, tid: clientId }],
    ['that only says who signed in', { ...person, scp: undefined }],
    ['that only says who signed in, with a role', { ...person, scp: undefined, roles: ['admin'], azp: clientId }],
    ['for another permission', { ...person, scp: 'openid profile' }],
    ['for a permission that is spelt alike', { ...person, scp: 'user_impersonation.read' }],
    ['of somebody without an object id', { ...person, oid: 'ann' }],
    ['of an application that nobody asked for', { ...application, azp: undefined }],
  ])('%s is nobody’s', (_, claims) => {
    expect(principalOfToken(claims, tenantId)).toBeUndefined();
  });

  test.each<[string, object, object]>([
    ['roles that are no list', { roles: 'admin' }, { isAdmin: false }],
    ['a role that is spelt alike', { roles: ['Admin', 'admin ', 'аdmin'] }, { isAdmin: false }],
    ['too many groups', { _claim_names: { groups: 'src1' } }, { groups: [], areGroupsMissing: true }],
    ['too many groups, the other way', { hasgroups: 'true' }, { areGroupsMissing: true }],
    ['a name like ours', { name: 'local administrator' }, { name: 'local administrator (ann@contoso.example)' }],
    ['no user name', { preferred_username: undefined }, { name: `Ann (${oid.toLowerCase()})` }],
    ['a name without an end', { name: 'x'.repeat(5_000) }, { name: expect.stringMatching(/^x{200} \(ann@/) }],
  ])('with %s', (_, claims, expected) => {
    expect(principalOfToken({ ...person, ...claims }, tenantId)).toMatchObject(expected);
  });
});

const long = 'http://schemas.microsoft.com/identity/claims/';
const claimsOfPlatform = [
  { typ: 'aud', val: clientId },
  { typ: `${long}tenantid`, val: tenantId },
  { typ: `${long}objectidentifier`, val: oid },
  { typ: 'name', val: 'Ann' },
  { typ: 'preferred_username', val: 'ann@contoso.example' },
  { typ: 'roles', val: 'admin' },
  { typ: 'groups', val: group },
];
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
const platform = (claims: object[] = claimsOfPlatform, authType = 'aad'): string =>
  encoded({ auth_typ: authType, name_typ: 'name', role_typ: 'roles', claims });
const without = (name: string): object[] => claimsOfPlatform.filter(({ typ }) => !typ.endsWith(name));

describe('the platform’s principal', () => {
  test('is who signed in, by the long names and the short', () => {
    const expected = {
      id: oid.toLowerCase(),
      name: 'Ann (ann@contoso.example)',
      kind: 'person',
      isAdmin: true,
      groups: [group.toLowerCase()],
    };
    expect(principalOfPlatform(platform(), tenantId, clientId)).toMatchObject(expected);
    const short = [
      { typ: 'tid', val: tenantId },
      { typ: 'oid', val: oid },
    ];
    expect(principalOfPlatform(platform(short), tenantId, clientId)).toMatchObject({ isAdmin: false });
  });

  test.each<[string, string]>([
    ['of another provider', platform(claimsOfPlatform, 'google')],
    ['of another tenant', platform([...without('tenantid'), { typ: 'tid', val: clientId }])],
    ['of two tenants', platform([...claimsOfPlatform, { typ: 'tid', val: clientId }])],
    ['of no tenant', platform(without('tenantid'))],
    ['for another client', platform([...without('aud'), { typ: 'aud', val: tenantId }])],
    ['of nobody', platform(without('objectidentifier'))],
    ['that is no list', encoded({ auth_typ: 'aad', claims: 'admin' })],
    ['that is no JSON', 'e30x'],
    ['that is empty', ''],
    ['that is endless', platform([{ typ: 'name', val: 'x'.repeat(80_000) }, ...claimsOfPlatform])],
  ])('%s is nobody', (_, header) => {
    expect(principalOfPlatform(header, tenantId, clientId)).toBeUndefined();
  });
});

const entra = (isBehindPlatform: boolean): SignInWay => ({
  kind: 'entra',
  tenantId,
  clientId,
  isBehindPlatform,
  verify: (token) => Promise.resolve(token === 'good' ? person : undefined),
});
const ask = (headers: Record<string, string>, method = 'GET') =>
  new Request('https://gate.example/api/management/me', { method, headers });
const outcome = async (way: SignInWay, request: Request): Promise<string | number> => {
  const answer = await signIn(way, request);
  return answer.kind === 'refused' ? answer.status : answer.caller.name;
};
const ann = 'Ann (ann@contoso.example)';
const principal = { 'x-ms-client-principal': platform() };

test.each<[string, SignInWay, Record<string, string>, string | number]>([
  ['a good token', entra(false), { authorization: 'Bearer good' }, ann],
  ['a bad token', entra(false), { authorization: 'Bearer bad' }, 401],
  ['the platform’s principal, behind it', entra(true), principal, ann],
  ['the platform’s principal, not behind it', entra(false), principal, 401],
  ['a bad token and the platform’s principal', entra(true), { ...principal, authorization: 'Bearer bad' }, 401],
  ['something else and the principal', entra(true), { ...principal, authorization: 'Basic YTpi' }, 401],
  ['nothing, behind the platform', entra(true), {}, 401],
  ['the local token in Azure', entra(true), { authorization: 'Bearer secret' }, 401],
  ['the local token', { kind: 'local', token: 'secret' }, { authorization: 'Bearer secret' }, 'local administrator'],
  [
    'a good token where the local one counts',
    { kind: 'local', token: 'secret' },
    { authorization: 'Bearer good' },
    401,
  ],
  ['the principal where the local token counts', { kind: 'local', token: 'secret' }, principal, 401],
  ['a good token where nothing is configured', { kind: 'none' }, { authorization: 'Bearer good' }, 403],
])('%s', async (_, way, headers, expected) => {
  expect(await outcome(way, ask(headers))).toBe(expected);
});

test.each<[string, Record<string, string>, string | number]>([
  ['by the console itself', { 'sec-fetch-site': 'same-origin' }, ann],
  ['by another site', { 'sec-fetch-site': 'cross-site' }, 403],
  ['by a neighbour', { 'sec-fetch-site': 'same-site' }, 403],
  ['by nobody knows whom', {}, 403],
])('a change that a browser asks for %s', async (_, headers, expected) => {
  expect(await outcome(entra(true), ask({ ...principal, ...headers }, 'POST'))).toBe(expected);
  expect(await outcome(entra(true), ask({ ...headers, authorization: 'Bearer good' }, 'POST'))).toBe(ann);
});
