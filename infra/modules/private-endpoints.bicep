// Ways from the network to Storage, Key Vault and Service Bus that do not cross the internet.

@description('What the names begin with.')
param namePrefix string

@description('Region of the endpoints.')
param location string

@description('Tags of the endpoints.')
param tags object = {}

@description('Resource id of the subnet that they are in.')
param subnetId string

@description('Resource id of the resource group with the private DNS zones; empty when a policy of your landing zone registers private endpoints by itself.')
param dnsZonesGroupId string

@description('Resource id of the storage account.')
param storageAccountId string

@description('Resource id of the vault.')
param keyVaultId string

@description('Resource id of the Service Bus namespace.')
param serviceBusNamespaceId string

@description('Names of the private DNS zones.')
param zones { blob: string, table: string, vault: string, serviceBus: string }

// The host and the app use blobs and tables; neither uses Storage's queues or files.
var targets = [
  { name: 'blob', resourceId: storageAccountId, zone: zones.blob }
  { name: 'table', resourceId: storageAccountId, zone: zones.table }
  { name: 'vault', resourceId: keyVaultId, zone: zones.vault }
  { name: 'namespace', resourceId: serviceBusNamespaceId, zone: zones.serviceBus }
]

resource endpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [for target in targets: {
  name: '${namePrefix}-${target.name}'
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: target.name
        properties: { privateLinkServiceId: target.resourceId, groupIds: [target.name] }
      }
    ]
  }
}]

// The zones are not made here: a network can be linked to one zone of each name only, and who runs the network has them
// mostly. infra/README.md has the commands that make them.
resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [for (target, index) in targets: if (!empty(dnsZonesGroupId)) {
  parent: endpoints[index]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: target.name
        properties: { privateDnsZoneId: '${dnsZonesGroupId}/providers/Microsoft.Network/privateDnsZones/${target.zone}' }
      }
    ]
  }
}]
