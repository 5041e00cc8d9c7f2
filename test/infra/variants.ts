/** An app registration's client id, of nobody. */
export const CLIENT_ID = '2f1c7a40-6a0b-4f0e-9a7e-5d3b1c9e8f02';

const prefix = 'portcullis';

/** What the template is deployed with on paper: as little as possible, and each optional parameter once as it is not by default. */
export const VARIANTS: Record<string, unknown>[] = [
  { prefix },
  { prefix: 'abc', location: 'northeurope', tags: { owner: 'platform' } },
  { prefix: 'a1234567890', consoleClientId: CLIENT_ID, allowedApplications: [CLIENT_ID] },
  { prefix, consoleClientId: CLIENT_ID, consoleWritesSecrets: false },
  {
    prefix,
    allowedInbound: [
      { name: 'azure-devops', serviceTag: 'AzureDevOps' },
      { name: 'office', address: '203.0.113.0/24' },
    ],
  },
  {
    prefix,
    allowedDeployment: [
      { name: 'build', address: '203.0.113.7/32' },
      { name: 'pipelines', serviceTag: 'AzureCloud.westeurope' },
    ],
  },
  { prefix: 'a1234567890', vnetEnabled: true, consoleClientId: CLIENT_ID },
  { prefix, vnetEnabled: true, vnetAddressPrefix: '10.1.2.0/24', privateDnsZonesGroupId: '', zoneRedundant: true },
  // Neither an address nor a service tag, and both: the deployment fails in Azure, and lets nobody in.
  {
    prefix,
    allowedInbound: [{ name: 'neither' }],
    allowedDeployment: [{ name: 'both', address: '203.0.113.7/32', serviceTag: 'AzureDevOps' }],
  },
  { prefix, zoneRedundant: true, alwaysReadyInstances: 1 },
  { prefix, instanceMemoryMB: 4096, maximumInstanceCount: 100, alwaysReadyInstances: 3 },
  { prefix, alertMail: 'platform@contoso.com', logRetentionDays: 90, logDailyCapGb: 5 },
  { prefix, auditRetentionDays: 30, deadLetterRetentionDays: 7 },
  { prefix, openTelemetry: true },
  { prefix, openTelemetry: true, openTelemetryEndpoint: 'https://collector.contoso.com' },
  { prefix, publicUrl: 'https://portcullis.contoso.com', consoleClientId: CLIENT_ID },
];
