import { readEnvironment, type SignInSettings } from './environment';

const tenantId = 'f0000000-0000-4000-8000-000000000001';
const clientId = 'f0000000-0000-4000-8000-000000000002';
const parts = { ServiceBusConnection: 'x', AzureWebJobsStorage: 'x', KEY_VAULT_URI: 'https://vault.example' };
const entra = { PORTCULLIS_TENANT_ID: tenantId.toUpperCase(), PORTCULLIS_CLIENT_ID: clientId };
const local = { PORTCULLIS_LOCAL_MANAGEMENT_TOKEN: 'secret' };
const azure = { WEBSITE_HOSTNAME: 'gate.azurewebsites.net', WEBSITE_SITE_NAME: 'gate' };
const on = { WEBSITE_AUTH_ENABLED: 'True' };

const byEntra = (isBehindPlatform: boolean): Partial<SignInSettings> => ({
  kind: 'entra',
  tenantId,
  clientId,
  isBehindPlatform,
});

test.each<[string, Record<string, string>, Partial<SignInSettings>]>([
  ['nothing', {}, { kind: 'none' }],
  ['the local token', local, { kind: 'local', token: 'secret' }],
  ['the local token in Azure', { ...local, ...azure }, { kind: 'none' }],
  ['the local token on an instance', { ...local, WEBSITE_INSTANCE_ID: '1' }, { kind: 'none' }],
  ['the local token in Azure with Entra', { ...local, ...azure, ...entra, ...on }, byEntra(true)],
  ['Entra in Azure, authentication on', { ...azure, ...entra, ...on }, byEntra(true)],
  ['Entra in Azure, authentication off', { ...azure, ...entra }, byEntra(false)],
  [
    'Entra in Azure, authentication said to be off',
    { ...azure, ...entra, WEBSITE_AUTH_ENABLED: 'False' },
    byEntra(false),
  ],
  ['authentication said to be on, not in Azure', { ...entra, ...on }, byEntra(false)],
  ['the same under Core Tools', { WEBSITE_HOSTNAME: 'localhost:7071', ...entra, ...on }, byEntra(false)],
  [
    'the same in development',
    { ...azure, ...entra, ...on, AZURE_FUNCTIONS_ENVIRONMENT: 'Development' },
    byEntra(false),
  ],
  ['a tenant alone', { ...azure, ...on, PORTCULLIS_TENANT_ID: tenantId }, { kind: 'none' }],
  ['the tenant common', { ...azure, ...entra, ...on, PORTCULLIS_TENANT_ID: 'common' }, { kind: 'none' }],
  ['an empty client', { ...azure, ...entra, ...on, PORTCULLIS_CLIENT_ID: '' }, { kind: 'none' }],
])('sign-in with %s', (_, variables, expected) => {
  expect(readEnvironment({ ...parts, ...variables }).signIn).toMatchObject(expected);
});
