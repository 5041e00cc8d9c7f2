/** A small template that is right, in which test/infra/planted-faults.test.ts plants its faults. */
export const FIXTURE: Record<string, string> = {
  'main.bicep': `import { rule } from 'rules.bicep'

@description('What names begin with.')
@minLength(3)
@maxLength(11)
param prefix string

@description('Whether there is storage.')
param withStorage bool = true

@description('Who may come in.')
param rules rule[] = []

@description('Opens a door.')
@secure()
param password string = ''

var sku = { name: 'Standard', tier: 'Standard' }
var roleId = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: '\${prefix}-bus'
  location: resourceGroup().location
  sku: sku
  properties: { disableLocalAuth: true, minimumTlsVersion: '1.2' }

  resource queue 'queues' = {
    name: 'work'
    properties: { requiresSession: true, maxDeliveryCount: 5, lockDuration: 'PT1M' }
  }
}

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = if (withStorage) {
  name: '\${prefix}st'
  location: resourceGroup().location
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2025-01-01' = if (withStorage) {
  parent: account
  name: 'default'
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: namespace::queue
  name: guid(namespace::queue.id, roleId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
    principalId: vault.outputs.principalId
    principalType: 'ServicePrincipal'
  }
}

module vault 'vault.bicep' = {
  name: 'vault'
  params: {
    name: '\${prefix}-vault'
    days: length(rules) > 3 || !empty(rules) && rules[0].name == 'long' ? 90 : 7
    password: password
  }
  dependsOn: [namespace]
}

@description('Where messages go.')
output busEndpoint string = namespace.properties.serviceBusEndpoint

@description('Names of those who may come in.')
output names string[] = map(rules, each => each.?label ?? each.name)
`,
  'vault.bicep': `@description('Name of the vault.')
param name string

@description('How long deleted secrets are kept.')
@minValue(7)
@maxValue(90)
param days int

@description('Opens a door.')
@secure()
param password string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '\${name}-id'
  location: resourceGroup().location
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: resourceGroup().location
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    softDeleteRetentionInDays: days
  }
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'password'
  properties: { value: password }
}

@description('Whose vault it is.')
output principalId string = identity.properties.principalId
`,
  'rules.bicep': `@export()
@description('Somebody.')
type rule = {
  @minLength(1)
  name: string
  label: string?
}
`,
};

export const FIXTURE_VARIANTS: Record<string, unknown>[] = [
  { prefix: 'abc', rules: [{ name: 'a', label: 'b' }, { name: 'b' }] },
  { prefix: 'abc', withStorage: false, password: 'x', rules: [{ name: 'long' }] },
];
