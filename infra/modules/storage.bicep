// Portcullis' tables, the Functions host's own blobs and the app's package, in one account that holds nothing else.

@description('Name of the account: 3 to 24 lower-case letters and digits, unique in all of Azure.')
@minLength(3)
@maxLength(24)
param name string

@description('Region of the account.')
param location string

@description('Tags of the account.')
param tags object = {}

@description('Copies in three zones of the region instead of one. Azure does not change it for an account that exists.')
param zoneRedundant bool = false

@description('Closed to the internet: reached through private endpoints only.')
param isPrivate bool = false

@description('Name of the container that the app’s package is deployed to.')
param packageContainerName string = 'app-package'

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' }
  properties: {
    // No account keys: a key would open everything to whoever has it, and no log would say who that was.
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    // No anonymous reading, whatever somebody sets on a container.
    allowBlobPublicAccess: false
    // Nobody copies the tables' account into a tenant that is not yours.
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    // Without a network of its own the app has no fixed address that a firewall could name: roles alone keep others out.
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      // No exception for other services of Azure: none of them has business here.
      bypass: 'None'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    // A package or one of the host's blobs that was deleted by mistake can be brought back for a week.
    deleteRetentionPolicy: { enabled: true, days: 7 }
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: packageContainerName
  properties: { publicAccess: 'None' }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-01-01' = {
  parent: account
  name: 'default'
}

// What is in them, and for how long: src/azure/tables.md. The app makes one that is missing by itself; they are here so
// that the first service hook does not wait for it.
var tableNames = [
  'Access'
  'Audit'
  'Connections'
  'DeadLetters'
  'Deployment'
  'Ledger'
  'Operations'
  'Projects'
  'Settings'
  'Sweeps'
]

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-01-01' = [for tableName in tableNames: {
  parent: tableService
  name: tableName
}]

@description('Name of the account.')
output name string = account.name

@description('Resource id of the account.')
output id string = account.id

@description('Address of the container that the app’s package is deployed to.')
output packageContainerUrl string = '${account.properties.primaryEndpoints.blob}${packageContainerName}'
