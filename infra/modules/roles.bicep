// What the identity may do, and nothing beside it: each role on the narrowest thing that it works on, with the call that needs
// it. They are granted before the app exists, as it takes Azure minutes until a new one counts everywhere.

@description('Object id of the identity.')
param principalId string

@description('Name of the storage account.')
param storageAccountName string

@description('Name of the Service Bus namespace.')
param serviceBusNamespaceName string

@description('Name of the queue in it.')
param queueName string

@description('Name of the vault.')
param keyVaultName string

@description('Name of the Application Insights component.')
param appInsightsName string

@description('Whether the app writes secrets, or only reads what administrators write with the CLI.')
param writesSecrets bool

resource storageAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageAccountName
}

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: serviceBusNamespaceName
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = {
  parent: namespace
  name: queueName
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: keyVaultName
}

resource appInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: appInsightsName
}

// Azure's built-in roles have these ids in every tenant.
var roleIds = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  serviceBusDataSender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
  serviceBusDataReceiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  keyVaultSecretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
}

// Storage Blob Data Owner. The Functions host takes leases so that a timer runs once, keeps its keys (containers
// azure-webjobs-hosts and azure-webjobs-secrets, which it makes itself, therefore the whole account) and reads the app's
// package; deploying writes the package as this identity. Microsoft names this role for host storage.
resource hostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: storageAccount
  name: guid(storageAccount.id, principalId, roleIds.storageBlobDataOwner)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.storageBlobDataOwner)
    principalId: principalId
    principalType: 'ServicePrincipal'
    description: 'Functions host: leases of timers, its keys, the app’s package (AzureWebJobsStorage).'
  }
}

// Storage Table Data Contributor. Every table of Portcullis (src/azure/table-client.ts: reads, writes, creates one that is
// missing), and the host's diagnostic events. The account has no tables of anybody else.
resource tables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: storageAccount
  name: guid(storageAccount.id, principalId, roleIds.storageTableDataContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.storageTableDataContributor)
    principalId: principalId
    principalType: 'ServicePrincipal'
    description: 'Portcullis: its tables (src/azure/table-client.ts).'
  }
}

// Azure Service Bus Data Sender, on the one queue. Each service hook and each follow-up is a message
// (src/azure/service-bus-queue.ts); disconnecting cancels scheduled ones (src/azure/kept-messages.ts).
resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: queue
  name: guid(queue.id, principalId, roleIds.serviceBusDataSender)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusDataSender)
    principalId: principalId
    principalType: 'ServicePrincipal'
    description: 'Portcullis: puts messages into the queue (src/azure/service-bus-queue.ts).'
  }
}

// Azure Service Bus Data Receiver, on the one queue. The triggers of the worker and of the dead-letter function; doctor and
// the sweep look into it by peeking (src/azure/queue-health.ts). Data Owner would let the platform read the queue's length
// and add instances faster, but also change and delete the queue: one instance at a time is fast enough for us.
resource receiver 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: queue
  name: guid(queue.id, principalId, roleIds.serviceBusDataReceiver)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusDataReceiver)
    principalId: principalId
    principalType: 'ServicePrincipal'
    description: 'Functions host: takes messages from the queue and from its dead-letter queue.'
  }
}

// Key Vault Secrets User reads secrets (src/azure/key-vault-secrets.ts: each evaluation its PAT, each hook its password).
// Key Vault Secrets Officer writes and deletes them, too: connecting, rotating, disconnecting through the management API.
// It stands on this vault, which holds nothing else.
var vaultRoleId = writesSecrets ? (roleIds.keyVaultSecretsOfficer) : (roleIds.keyVaultSecretsUser)

resource secrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, principalId, vaultRoleId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', vaultRoleId)
    principalId: principalId
    principalType: 'ServicePrincipal'
    description: 'Portcullis: PATs and passwords of service hooks (src/azure/key-vault-secrets.ts).'
  }
}

// Monitoring Metrics Publisher. Local authentication of Application Insights is off, so that telemetry is sent as this
// identity (APPLICATIONINSIGHTS_AUTHENTICATION_STRING). It reads nothing.
resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: appInsights
  name: guid(appInsights.id, principalId, roleIds.monitoringMetricsPublisher)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.monitoringMetricsPublisher)
    principalId: principalId
    principalType: 'ServicePrincipal'
    description: 'Functions host and Portcullis: send telemetry.'
  }
}
