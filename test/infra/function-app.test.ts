import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { workQueueOptions } from '../../local/environment';
import { deploy } from './deploy-on-paper';
import { CLIENT_ID } from './variants';

const PIPELINE = '77777777-7777-4777-8777-777777777777';
/** Whom the registration lets ask for tokens of people. */
const [, AZURE_CLI = ''] =
  /AZURE_CLI='([^']+)'/.exec(readFileSync(resolve(__dirname, '../../infra/register-application.sh'), 'utf8')) ?? [];

interface Rule {
  ipAddress: string;
  tag: string;
  action: string;
}
interface Site {
  properties: {
    siteConfig: Record<string, unknown> & { ipSecurityRestrictions: Rule[]; scmIpSecurityRestrictions: Rule[] };
    functionAppConfig: { scaleAndConcurrency: { alwaysReady: { name: string; instanceCount: number }[] } };
  };
}

async function siteOf(parameters: Record<string, unknown> = {}): Promise<Site['properties']> {
  return (await bodyOf<Site>('Microsoft.Web/sites', parameters)).properties;
}

async function bodyOf<Body>(type: string, parameters: Record<string, unknown> = {}): Promise<Body> {
  const { resources } = await deploy({ prefix: 'contoso', ...parameters });
  const found = resources.find((resource) => resource.type === type);
  if (!found) throw new Error(`There is no ${type}.`);
  return found.body as Body;
}

/** What Azure refuses on Flex Consumption: “is invalid. Please remove or rename it before retrying” (51021). */
const REFUSED_PROPERTIES = [
  'alwaysOn',
  'ftpsState',
  'functionAppScaleLimit',
  'functionsRuntimeScaleMonitoringEnabled',
  'linuxFxVersion',
  'netFrameworkVersion',
  'nodeVersion',
  'preWarmedInstanceCount',
  'use32BitWorkerProcess',
  'vnetRouteAllEnabled',
  'windowsFxVersion',
];
const REFUSED_SETTINGS = [
  'ENABLE_ORYX_BUILD',
  'FUNCTIONS_EXTENSION_VERSION',
  'FUNCTIONS_WORKER_PROCESS_COUNT',
  'FUNCTIONS_WORKER_RUNTIME',
  'FUNCTIONS_WORKER_RUNTIME_VERSION',
  'SCM_DO_BUILD_DURING_DEPLOYMENT',
  'TZ',
  'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING',
  'WEBSITE_CONTENTSHARE',
  'WEBSITE_RUN_FROM_PACKAGE',
  'WEBSITE_TIME_ZONE',
];

describe('the site', () => {
  it('says nothing that Flex Consumption refuses', async () => {
    const { siteConfig } = await siteOf();
    const { appSettings } = await deploy({ prefix: 'contoso', consoleClientId: CLIENT_ID, openTelemetry: true });
    expect(Object.keys(siteConfig).filter((name) => REFUSED_PROPERTIES.includes(name))).toEqual([]);
    expect(Object.keys(appSettings).filter((name) => REFUSED_SETTINGS.includes(name))).toEqual([]);
  });

  it('keeps instances ready for functions that there are', async () => {
    const { functionAppConfig } = await siteOf({ alwaysReadyInstances: 2 });
    const folder = resolve(__dirname, '../../src/functions');
    const code = readdirSync(folder).map((file) => readFileSync(resolve(folder, file), 'utf8'));
    const queues = code.flatMap((text) =>
      [...text.matchAll(/app\.serviceBusQueue\('([^']+)'/g)].map(([, name]) => name),
    );
    const ready = functionAppConfig.scaleAndConcurrency.alwaysReady;
    expect(ready).toEqual([
      { name: 'http', instanceCount: 2 },
      { name: 'function:work-queue', instanceCount: 2 },
    ]);
    expect(queues).toContain('work-queue');
    expect((await siteOf()).functionAppConfig.scaleAndConcurrency.alwaysReady).toEqual([]);
  });
});

describe('who may come', () => {
  it('is everybody as long as nobody is named', async () => {
    const { siteConfig } = await siteOf();
    expect(siteConfig).toMatchObject({
      ipSecurityRestrictions: [],
      ipSecurityRestrictionsDefaultAction: 'Allow',
      scmIpSecurityRestrictions: [],
      scmIpSecurityRestrictionsDefaultAction: 'Allow',
    });
  });

  it('is nobody but those who are named, and who deploys is named apart', async () => {
    const { siteConfig } = await siteOf({
      allowedInbound: [
        { name: 'azure-devops', serviceTag: 'AzureDevOps' },
        { name: 'office', address: '203.0.113.0/24' },
      ],
    });
    expect(siteConfig.ipSecurityRestrictions).toMatchObject([
      { tag: 'ServiceTag', ipAddress: 'AzureDevOps', action: 'Allow' },
      { tag: 'Default', ipAddress: '203.0.113.0/24', action: 'Allow' },
    ]);
    expect(siteConfig).toMatchObject({
      ipSecurityRestrictionsDefaultAction: 'Deny',
      scmIpSecurityRestrictionsUseMain: false,
      scmIpSecurityRestrictionsDefaultAction: 'Allow',
    });
    const closed = await siteOf({ allowedDeployment: [{ name: 'agents', address: '198.51.100.7/32' }] });
    expect(closed.siteConfig).toMatchObject({
      ipSecurityRestrictionsDefaultAction: 'Allow',
      scmIpSecurityRestrictionsDefaultAction: 'Deny',
    });
  });

  it.each([
    ['both an address and a service tag', { address: '203.0.113.0/24', serviceTag: 'AzureDevOps' }],
    ['neither', {}],
  ])('is refused by Azure when a rule has %s', async (_, given) => {
    const { siteConfig } = await siteOf({ allowedInbound: [{ name: 'office', ...given }] });
    const [rule] = siteConfig.ipSecurityRestrictions;
    // No address, and no name of a service tag: the deployment fails.
    expect(rule?.ipAddress).toBe('give-either-an-address-or-a-serviceTag');
  });
});

describe('sign-in', () => {
  it('is there only with a registration', async () => {
    const { resources, appSettings, outputs } = await deploy({ prefix: 'contoso' });
    expect(resources.filter(({ type }) => type === 'Microsoft.Web/sites/config')).toEqual([]);
    expect(Object.keys(appSettings).filter((name) => /CLIENT_ID$|TENANT/.test(name))).toEqual(['AZURE_CLIENT_ID']);
    expect(outputs).toMatchObject({ signInUrl: '', portcullisScope: '' });
  });

  it('is by one tenant, for this registration alone, without a secret, and excludes no path', async () => {
    const given = { consoleClientId: CLIENT_ID, allowedApplications: [PIPELINE, AZURE_CLI] };
    const { properties } = await bodyOf<{ properties: Record<string, unknown> }>('Microsoft.Web/sites/config', given);
    const { outputs } = await deploy({ prefix: 'contoso', ...given });
    // It leads to a route that is there, on this site.
    expect(outputs['signInUrl']).toBe(
      `${String(outputs['portcullisUrl'])}/.auth/login/aad?post_login_redirect_uri=/api/management/me`,
    );
    expect(properties).toMatchObject({
      platform: { enabled: true },
      globalValidation: { requireAuthentication: false, unauthenticatedClientAction: 'AllowAnonymous' },
      httpSettings: { requireHttps: true, forwardProxy: { convention: 'NoProxy' } },
      identityProviders: {
        azureActiveDirectory: {
          registration: {
            clientId: CLIENT_ID,
            openIdIssuer: expect.stringMatching(
              /^https:\/\/login\.microsoftonline\.com\/[0-9a-f-]{36}\/v2\.0$/,
            ) as string,
            clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID',
          },
          validation: {
            allowedAudiences: [CLIENT_ID, `api://${CLIENT_ID}`],
            // Never left out, and never empty: the platform would refuse valid tokens.
            defaultAuthorizationPolicy: { allowedApplications: [CLIENT_ID, AZURE_CLI, PIPELINE] },
          },
        },
      },
      login: { tokenStore: { enabled: false } },
    });
    expect(JSON.stringify(properties)).not.toContain('excludedPaths');
  });
});

test('the local queue is as the deployed one', async () => {
  const { properties } = await bodyOf<{ properties: Record<string, unknown> }>(
    'Microsoft.ServiceBus/namespaces/queues',
  );
  const seconds = (value: unknown): number => {
    const [, days = 0, hours = 0, minutes = 0] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(String(value)) ?? [];
    return Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60;
  };
  expect({
    name: workQueueOptions.name,
    requiresSession: properties['requiresSession'],
    lockDurationSeconds: seconds(properties['lockDuration']),
    maxDeliveryCount: properties['maxDeliveryCount'],
    duplicateDetectionWindowSeconds: seconds(properties['duplicateDetectionHistoryTimeWindow']),
    defaultTimeToLiveSeconds: seconds(properties['defaultMessageTimeToLive']),
  }).toEqual(workQueueOptions);
});
