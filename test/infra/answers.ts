import { createHash } from 'node:crypto';

import type { PaperResource } from './value';

/** The deployment on paper happens here: invented, but of the shapes that Azure gives. */
export const TENANT = '2f1c7a40-6a0b-4f0e-9a7e-5d3b1c9e8f02';
export const SUBSCRIPTION = '8d0b4c52-13f7-4c6e-b1de-77a2f9c0e6d1';
export const GROUP = 'portcullis';
export const GROUP_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}`;
export const LOCATION = 'westeurope';

export const ENVIRONMENT = {
  name: 'AzureCloud',
  resourceManager: 'https://management.azure.com/',
  portal: 'https://portal.azure.com',
  authentication: { loginEndpoint: 'https://login.microsoftonline.com/', tenant: 'common' },
  suffixes: {
    storage: 'core.windows.net',
    keyvaultDns: '.vault.azure.net',
    sqlServerHostname: '.database.windows.net',
    acrLoginServer: '.azurecr.io',
  },
};

/** Not Azure's own digits, but as many, and always the same for the same words. */
export function paperHash(words: readonly string[]): string {
  const digits = [...createHash('sha256').update(words.join('-')).digest()];
  return digits
    .map((digit) => 'abcdefghijklmnopqrstuvwxyz234567'[digit % 32])
    .join('')
    .slice(0, 13);
}

export function paperGuid(words: readonly string[]): string {
  const hex = createHash('sha256').update(words.join('-')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What Azure says of a resource once it is there, of what the template asks. */
export function answersOf({ type, name, id }: PaperResource): Record<string, unknown> {
  switch (type.toLowerCase()) {
    case 'microsoft.storage/storageaccounts': {
      const endpoint = (service: string): string => `https://${name}.${service}.core.windows.net/`;
      const [blob, queue, table, file] = ['blob', 'queue', 'table', 'file'].map(endpoint);
      return { properties: { primaryEndpoints: { blob, queue, table, file } } };
    }
    case 'microsoft.servicebus/namespaces':
      return { properties: { serviceBusEndpoint: `https://${name}.servicebus.windows.net:443/` } };
    case 'microsoft.keyvault/vaults':
      return { properties: { vaultUri: `https://${name}.vault.azure.net/` } };
    case 'microsoft.managedidentity/userassignedidentities': {
      const [clientId, principalId] = [paperGuid([id, 'client']), paperGuid([id, 'principal'])];
      return { properties: { clientId, principalId, tenantId: TENANT } };
    }
    case 'microsoft.insights/components': {
      const InstrumentationKey = paperGuid([id, 'key']);
      const ingestion = `https://${LOCATION}-5.in.applicationinsights.azure.com/`;
      const ConnectionString = `InstrumentationKey=${InstrumentationKey};IngestionEndpoint=${ingestion}`;
      return { properties: { InstrumentationKey, ConnectionString, AppId: paperGuid([id, 'app']) } };
    }
    case 'microsoft.operationalinsights/workspaces':
      return { properties: { customerId: paperGuid([id, 'customer']) } };
    case 'microsoft.web/sites':
      return { properties: { defaultHostName: `${name}.azurewebsites.net` } };
    default:
      return {};
  }
}
