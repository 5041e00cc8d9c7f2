// PATs of Azure DevOps and passwords of service hooks (src/azure/tables.md), in a vault that holds nothing else.

@description('Name of the vault: 3 to 24 letters, digits and hyphens, unique in all of Azure.')
@minLength(3)
@maxLength(24)
param name string

@description('Region of the vault.')
param location string

@description('Tags of the vault.')
param tags object = {}

@description('Closed to the internet: reached through a private endpoint only. Whoever writes secrets by hand then does so from inside the network.')
param isPrivate bool = false

@description('Resource id of the Log Analytics workspace that keeps who read and wrote which secret.')
param workspaceId string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    // Roles alone say who may do what; the older access policies are ignored.
    enableRbacAuthorization: true
    // What is deleted can be brought back for 90 days, and nobody can make it final before, whatever right they have. Neither
    // can be switched off later. The name stays taken for those days: after deleting the resource group, bring the vault
    // back with az keyvault recover before deploying to a group of that name again.
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    // Virtual machines, disks and templates get nothing from here.
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    // Without a network of its own the app has no fixed address that a firewall could name: roles alone keep others out.
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    // Names of secrets, who asked and from where; never a value.
    logs: [{ category: 'AuditEvent', enabled: true }]
  }
}

@description('Name of the vault.')
output name string = vault.name

@description('Resource id of the vault.')
output id string = vault.id

@description('Address of the vault.')
output uri string = vault.properties.vaultUri
