import { readEnvironment, readTelemetrySettings, type SignInSettings } from './environment';

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

test.each<[string | undefined, number]>([
  [undefined, 400],
  ['', 400],
  [' 365 ', 365],
  ['30', 30],
  ['3650', 3_650],
])('PORTCULLIS_AUDIT_DAYS %j holds for %d days', (given, days) => {
  const { retention, wrong } = readEnvironment({ ...parts, PORTCULLIS_AUDIT_DAYS: given });
  expect([retention.auditDays, retention.deadLetterDays, wrong]).toEqual([days, 90, []]);
});

test.each(['6', '0', '-90', '90.5', '9e9', '4000', 'ninety', '1'.repeat(400)])(
  'PORTCULLIS_DEAD_LETTER_DAYS %j is told, and the default holds',
  (given) => {
    const { retention, wrong } = readEnvironment({ ...parts, PORTCULLIS_DEAD_LETTER_DAYS: given });
    expect(retention).toEqual({ auditDays: 400, deadLetterDays: 90 });
    expect(wrong).toEqual([
      'The app setting PORTCULLIS_DEAD_LETTER_DAYS is no number of days from 7 to 3650: 90 days hold instead.',
    ]);
  },
);

test('OpenTelemetry is off unless it is switched on in so many words, and named after the app', () => {
  const applicationInsights = 'InstrumentationKey=0;IngestionEndpoint=https://example';
  const given = { APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x' };
  for (const value of [undefined, '', 'false', '1', 'True'])
    expect(readTelemetrySettings({ ...given, PORTCULLIS_OPENTELEMETRY: value })).toBeUndefined();
  const on = { PORTCULLIS_OPENTELEMETRY: 'true' };
  expect(readTelemetrySettings({ ...given, ...on, WEBSITE_SITE_NAME: 'gate' })).toMatchObject({
    otlpEndpoint: 'http://x',
    applicationInsights,
    serviceName: 'gate',
    isSamplerGiven: false,
  });
  expect(readTelemetrySettings({ ...on, OTEL_SERVICE_NAME: 'ours', OTEL_TRACES_SAMPLER: 'always_off' })).toMatchObject({
    serviceName: 'ours',
    isSamplerGiven: true,
  });
});

test.each<[string | undefined, boolean, number]>([
  [undefined, true, 0],
  ['', true, 0],
  ['true', true, 0],
  ['True', true, 0],
  ['false', false, 0],
  [' FALSE ', false, 0],
  ['no', false, 1],
])('PORTCULLIS_WRITES_SECRETS %j: the vault is written: %s', (given, writesSecrets, faults) => {
  const environment = readEnvironment({ ...parts, PORTCULLIS_WRITES_SECRETS: given });
  expect([environment.writesSecrets, environment.wrong.length]).toEqual([writesSecrets, faults]);
});
