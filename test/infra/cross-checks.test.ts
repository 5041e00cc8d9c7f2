import { z } from 'zod';

import host from '../../host.json';
import { SERVICE_BUS_CONNECTION, WORK_QUEUE } from '../../src/core/work-queue-name';
import { appSettingsOf, deploy, deployTemplate, MAIN, type OnPaper, type PlainDeployment } from './deploy-on-paper';
import { loadTemplate } from './load-template';
import { read, seconds, sourcesIn, tablesIn, variablesIn } from './source-facts';
import { within } from './value';
import { CLIENT_ID, VARIANTS } from './variants';

/** That the template and the code mean the same: settings, queue, tables, roles, times. */
let everything: PlainDeployment;
let deployments: OnPaper[];
beforeAll(async () => {
  everything = await deploy({
    prefix: 'contoso',
    consoleClientId: CLIENT_ID,
    openTelemetry: true,
    openTelemetryEndpoint: 'https://collector.contoso.com',
    publicUrl: 'https://portcullis.contoso.com',
  });
  const template = await loadTemplate(MAIN);
  deployments = VARIANTS.map((variant) => deployTemplate(template, variant));
});

/** Read by the Functions host and the platform, never by the app. */
const PLATFORM = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'AzureFunctionsJobHost__telemetryMode',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
  'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID',
  'ServiceBusConnection__clientId',
  'ServiceBusConnection__credential',
  'WEBSITE_AUTH_AAD_ALLOWED_TENANTS',
];
/** Read by the app, and never written by the template. */
const NOT_WRITTEN: Record<string, string> = {
  APPLICATION_INSIGHTS_NO_STATSBEAT: 'the app sets it itself',
  AZURE_AUTHORITY_HOST: 'the platform sets it in other clouds',
  AZURE_FUNCTIONS_ENVIRONMENT: 'the platform sets it',
  AZURE_DEVOPS_PAT: 'of the command',
  AzureWebJobsStorage: 'local: a connection string',
  AzureWebJobsStorage__tableServiceUri: 'optional: another cloud',
  HTTPS_PROXY: 'of the command',
  NO_PROXY: 'of the command',
  OTEL_SERVICE_NAME: 'optional',
  OTEL_TRACES_SAMPLER: 'optional',
  PORTCULLIS_LOCAL_MANAGEMENT_TOKEN: 'local',
  PORTCULLIS_VERSION: 'put in when the bundle is made',
  ServiceBusConnection: 'local: a connection string',
  WEBSITE_AUTH_ENABLED: 'the platform sets it',
  WEBSITE_HOSTNAME: 'the platform sets it',
  WEBSITE_INSTANCE_ID: 'the platform sets it',
  WEBSITE_SITE_NAME: 'the platform sets it',
};

test('each setting that the app reads is written by the template, or is somebody else’s by name', () => {
  const isRead = variablesIn(sourcesIn('src/composition'));
  const written = Object.keys(everything.appSettings);
  expect(isRead.filter((name) => !written.includes(name) && !(name in NOT_WRITTEN))).toEqual([]);
  expect(Object.keys(NOT_WRITTEN).filter((name) => !isRead.includes(name) || written.includes(name))).toEqual([]);
});

test('each setting that the template writes is read by the app, or by the platform by name', () => {
  const isRead = variablesIn(sourcesIn('src/composition'));
  const written = Object.keys(everything.appSettings);
  const known = [...isRead, ...PLATFORM];
  expect(written.filter((name) => !known.includes(name))).toEqual([]);
  expect(PLATFORM.filter((name) => !written.includes(name))).toEqual([]);
});

/** Settings that say where things are in Azure, and who reaches them there. */
const OF_AZURE = [
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AZURE_CLIENT_ID',
  'AzureWebJobsStorage__accountName',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'ServiceBusConnection__fullyQualifiedNamespace',
];

test('the sample for Core Tools has what the app reads on somebody’s machine, and nothing else', () => {
  const { Values } = z
    .object({ Values: z.record(z.string(), z.string()) })
    .parse(JSON.parse(read('local.settings.sample.json')));
  const isLocal = (name: string): boolean =>
    !OF_AZURE.includes(name) && (!(name in NOT_WRITTEN) || NOT_WRITTEN[name] === 'local: a connection string');
  const expected = variablesIn(sourcesIn('src/composition')).filter(isLocal);
  expect(Object.keys(Values).toSorted()).toEqual(['FUNCTIONS_WORKER_RUNTIME', ...expected].toSorted());
});

test('settings are texts with something in them, each once, and no secrets', () => {
  for (const { resources } of deployments) {
    for (const [name, value] of appSettingsOf(resources)) {
      expect({ name, kind: value.kind, isEmpty: value.kind === 'text' && value.text === '' }).toEqual({
        name,
        kind: 'text',
        isEmpty: false,
      });
      expect([...within(value)].some(({ isSecret }) => isSecret)).toBe(false);
    }
  }
});

const queueSchema = z.object({
  requiresSession: z.literal(true),
  requiresDuplicateDetection: z.literal(true),
  deadLetteringOnMessageExpiration: z.literal(false),
  duplicateDetectionHistoryTimeWindow: z.string(),
  lockDuration: z.string(),
  defaultMessageTimeToLive: z.string(),
  maxDeliveryCount: z.number(),
});
const of = (type: string) => everything.resources.filter((resource) => resource.type === type);

test('the queue is the code’s, and its times fit host.json and the ids of follow-ups', () => {
  const [queue, ...others] = of('Microsoft.ServiceBus/namespaces/queues');
  expect(others).toEqual([]);
  expect(queue?.name.split('/')[1]).toBe(WORK_QUEUE);
  expect(everything.appSettings[`${SERVICE_BUS_CONNECTION}__fullyQualifiedNamespace`]).toBe(
    `${queue?.name.split('/')[0] ?? ''}.servicebus.windows.net`,
  );
  const { properties } = z.object({ properties: queueSchema }).parse(queue?.body);
  const serviceBus = host.extensions.serviceBus;
  const longest = seconds(host.functionTimeout);
  // The lock is renewed for as long as a function may take, and the broker allows five minutes at most.
  expect(seconds(serviceBus.maxAutoLockRenewalDuration)).toBeGreaterThanOrEqual(longest);
  expect(seconds(properties.lockDuration)).toBeLessThanOrEqual(300);
  expect(seconds(serviceBus.sessionIdleTimeout)).toBeLessThan(seconds(properties.lockDuration));
  // A worker that dies after sending a follow-up and before it is done sends it again at each delivery but the first.
  const redelivered = (properties.maxDeliveryCount - 1) * (longest + seconds(properties.lockDuration));
  expect(seconds(properties.duplicateDetectionHistoryTimeWindow)).toBeGreaterThan(redelivered);
  expect(seconds(properties.defaultMessageTimeToLive)).toBe(24 * 60 * 60);
});

test('host.json’s keys for Service Bus are the flat ones: unknown ones are ignored without a word', () => {
  const flat = ['prefetchCount', 'autoCompleteMessages', 'maxConcurrentSessions', 'sessionIdleTimeout'];
  expect(Object.keys(host.extensions.serviceBus).sort()).toEqual([...flat, 'maxAutoLockRenewalDuration'].sort());
  expect(host.extensions.http.routePrefix).toBe('');
});

test('tables are those that the code opens', () => {
  const made = of('Microsoft.Storage/storageAccounts/tableServices/tables').map(({ name }) => name.split('/').at(-1));
  expect(made.sort()).toEqual(tablesIn(sourcesIn('src/azure')));
});

/** Azure's own ids, and the call that needs each role. */
const ROLES: Record<string, { name: string; on: string; call: RegExp }> = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': { name: 'Storage Blob Data Owner', on: 'storageAccounts', call: /host/i },
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': {
    name: 'Storage Table Data Contributor',
    on: 'storageAccounts',
    call: /src\/azure\/table-client\.ts/,
  },
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39': {
    name: 'Azure Service Bus Data Sender',
    on: 'queues',
    call: /src\/azure\/service-bus-queue\.ts/,
  },
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0': {
    name: 'Azure Service Bus Data Receiver',
    on: 'queues',
    call: /Functions host/,
  },
  '4633458b-17de-408a-b874-0445c86b69e6': {
    name: 'Key Vault Secrets User',
    on: 'vaults',
    call: /src\/azure\/key-vault-secrets\.ts/,
  },
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7': {
    name: 'Key Vault Secrets Officer',
    on: 'vaults',
    call: /src\/azure\/key-vault-secrets\.ts/,
  },
  '3913510d-42f4-4e42-8a64-420c390055eb': { name: 'Monitoring Metrics Publisher', on: 'components', call: /telemetry/ },
};
const assignment = z.object({
  properties: z.object({ roleDefinitionId: z.string(), principalId: z.string(), description: z.string() }),
});

test.each([
  [true, 'Key Vault Secrets Officer'],
  [false, 'Key Vault Secrets User'],
])(
  'roles are these, on the narrowest thing, each with the call that needs it (writes secrets: %s)',
  async (writes, onVault) => {
    const { resources, outputs } = await deploy({ prefix: 'contoso', consoleWritesSecrets: writes });
    const given = resources
      .filter(({ type }) => type === 'Microsoft.Authorization/roleAssignments')
      .map(({ scope = '', body }) => {
        const { roleDefinitionId, principalId, description } = assignment.parse(body).properties;
        const role = ROLES[roleDefinitionId.split('/').at(-1) ?? ''];
        expect(description).toMatch(role?.call ?? /^$/);
        expect(principalId).toBe(outputs['identityPrincipalId']);
        expect(scope.split('/').at(-2)).toBe(role?.on);
        return role?.name ?? roleDefinitionId;
      });
    const others = Object.values(ROLES).filter(({ on }) => on !== 'vaults');
    expect(given.sort()).toEqual([...others.map(({ name }) => name), onVault].sort());
  },
);

test('files that roles name as their reason exist', () => {
  const named = [...read('infra/modules/roles.bicep').matchAll(/\b(?:src|infra)\/[\w./-]+\.(?:ts|bicep|md)/g)].map(
    ([path]) => path,
  );
  expect(named.length).toBeGreaterThan(0);
  for (const path of named) expect(() => read(path)).not.toThrow();
});

test('alerts have names of their own', () => {
  const names = everything.resources
    .filter(({ type }) => /scheduledQueryRules|metricAlerts/.test(type))
    .map(({ name }) => name);
  expect(names.length).toBeGreaterThan(4);
  expect(new Set(names).size).toBe(names.length);
});

test('names fit Azure’s limits with the longest and the shortest prefix', async () => {
  for (const prefix of ['abc', 'a1234567890']) {
    for (const vnetEnabled of [false, true]) {
      const { resources } = await deploy({ prefix, vnetEnabled });
      const name = (type: string): string => resources.find((each) => each.type === type)?.name ?? '';
      expect(name('Microsoft.Storage/storageAccounts')).toMatch(/^[a-z0-9]{3,24}$/);
      expect(name('Microsoft.KeyVault/vaults')).toMatch(/^[a-z](?!.*--)[a-z0-9-]{1,22}[a-z0-9]$/);
      expect(name('Microsoft.ServiceBus/namespaces')).toMatch(/^[a-z][a-z0-9-]{4,48}[a-z0-9]$/);
      expect(name('Microsoft.Web/sites')).toMatch(/^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$/);
    }
  }
});
