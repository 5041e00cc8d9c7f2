import { fakeAz } from './fake-az';
import { ANN, IDENTITY } from './fake-entra';

let az: Awaited<ReturnType<typeof fakeAz>>;
beforeEach(async () => {
  az = await fakeAz();
});
afterEach(() => az.close());

test.each([
  ['an owner', { owners: [{ id: ANN, displayName: '\u001b[2JMallory' }] }, /owned by: \[2JMallory/],
  [
    'a secret',
    { passwordCredentials: [{ keyId: '1', displayName: 's' }] },
    /client secret, which Portcullis never needs/,
  ],
  [
    'a certificate',
    { keyCredentials: [{ keyId: '1', displayName: 's' }] },
    /certificate, which Portcullis never needs/,
  ],
  [
    'an application that gets tokens for it',
    { api: { preAuthorizedApplications: [{ appId: IDENTITY, delegatedPermissionIds: [] }] } },
    new RegExp(`without anybody being asked: ${IDENTITY}`),
  ],
  [
    'groups whose names are roles',
    { optionalClaims: { accessToken: [{ name: 'groups', additionalProperties: ['emit_as_roles'] }], idToken: [] } },
    /a group's name could pass for a role/,
  ],
])("somebody else's registration of that name is not taken without a word: %s", async (_what, given, sentence) => {
  const { owners, ...properties } = { owners: [], ...given };
  const appId = '66666666-6666-4666-8666-666666666666';
  az.cloud.entra.owners = owners;
  az.cloud.entra.applications = [{ id: ANN, appId, displayName: 'portcullis', ...properties }];
  const { code, stderr } = await az.run();
  expect(code).toBe(1);
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toContain('\u001b');
  expect(stderr).toContain(`say --client-id ${appId}; otherwise take another --name.`);
  expect(az.cloud.entra.writes).toEqual([]);
  const named = await az.run('--client-id', appId.toUpperCase());
  expect(named.code).toBe(0);
  expect(named.stderr).toMatch(/^Note: of the registration/);
});

describe('what somebody may have left in a registration that nobody owns any more', () => {
  const left: [string, (entra: typeof az.cloud.entra) => void, RegExp][] = [
    [
      'an administrator',
      ({ assignments }) => Object.assign(assignments[0] ?? {}, { principalId: ANN, principalDisplayName: 'Mallory' }),
      new RegExp(`administrator already: Mallory \\(${ANN}\\)`),
    ],
    [
      'an identity that it trusts',
      ({ credentials }) =>
        credentials.push({ id: ANN, subject: 'repo:mallory/x', issuer: 'https://token.example.net' }),
      /trusts somebody in place of a secret: repo:mallory\/x/,
    ],
    [
      'an address that sign-in leads to',
      ({ applications: [row] }) =>
        Object.assign(row ?? {}, { spa: { redirectUris: ['https://mallory.example.net/'] } }),
      /Sign-in leads back to: https:\/\/mallory\.example\.net\//,
    ],
  ];

  test.each(left)('is not taken over by its name: %s', async (_what, leave, sentence) => {
    await az.run();
    leave(az.cloud.entra);
    az.cloud.entra.writes = [];
    const { code, stderr } = await az.run();
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(az.cloud.entra.writes).toEqual([]);
    const clientId = String(az.cloud.entra.applications[0]?.['appId']);
    expect(await az.run('--client-id', clientId)).toMatchObject({ code: 0, stderr: '' });
  });

  test('whom the same command names is no stranger', async () => {
    await az.run('--administrator', 'ann@example.com');
    expect((await az.run('--administrator', 'ann@example.com')).code).toBe(0);
    expect((await az.run('--administrator', ANN.toUpperCase())).code).toBe(0);
    expect((await az.run()).stderr).toContain(`administrator already: None (${ANN})`);
  });
});

test('an owner of the enterprise application counts, too', async () => {
  await az.run();
  az.cloud.entra.serviceOwners = [{ id: ANN, displayName: 'Mallory' }];
  expect((await az.run()).stderr).toMatch(/enterprise application is owned by: Mallory/);
});

test('says what is wrong before anything is written', async () => {
  const refusals: [string[], RegExp][] = [
    [['--name', 'a" }'], /^--name takes letters/],
    [['--app-url', 'http://gate.example.net'], /^--app-url is the output portcullisUrl/],
    [['--app-url', 'https://gate.example.net/console'], /^--app-url is the output/],
    [['--identity-principal-id', 'x'], /^--identity-principal-id is the output/],
    [['--identity-resource-id', '/subscriptions/1"'], /^--identity-resource-id is the output/],
    [['--client-id', "x')"], /^--client-id is the Application/],
    [['--administrator', 'ann" or "1'], /^--administrator is a user name/],
    [
      ['--administrator', 'bob@example.com'],
      /^Tenant \S+ has nobody who is called bob@example\.com: give the user name/,
    ],
    [['--tenant', ANN], /^You are signed in to tenant .*: az login --tenant/],
    [['--client-id', ANN], /has no registration with the client id/],
    [['--groups', 'some'], /^--groups is all, assigned or none/],
    [['--frob', 'x'], /^--frob is no option/],
    [['--name'], /^--name wants a value/],
  ];
  for (const [args, sentence] of refusals) {
    const { code, stderr } = await az.run('--dry-run', ...args);
    expect({ args, code }).toEqual({ args, code: 1 });
    expect(stderr).toMatch(sentence);
  }
  az.cloud.name = 'AzureUSGovernment';
  expect((await az.run()).stderr).toMatch(/^az works with the cloud AzureUSGovernment/);
  az.cloud.isSignedIn = false;
  expect((await az.run()).stderr).toMatch(/^Nobody is signed in: az login/);
  expect(az.cloud.entra.writes).toEqual([]);
});
