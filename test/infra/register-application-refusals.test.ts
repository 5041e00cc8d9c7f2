import { fakeAz } from './fake-az';
import { ANN } from './fake-entra';

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
