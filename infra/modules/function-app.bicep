// The function app on a Flex Consumption plan: it costs nothing while nothing happens, unless instances are kept ready.

@description('Somebody who may come to a site, as in main.bicep.')
type inboundRule = {
  name: string
  address: string?
  serviceTag: string?
}

@description('Name of the plan.')
param planName string

@description('Name of the function app, unique in all of Azure: its address is made of it.')
@minLength(2)
@maxLength(60)
param name string

@description('Region of both.')
param location string

@description('Tags of both.')
param tags object = {}

@description('Resource id of the identity that the app acts as.')
param identityId string

@description('Address of the container that the app’s package is deployed to.')
param packageContainerUrl string

@description('App settings: what src/composition/environment.ts and the Functions host read. No secrets.')
param appSettings { name: string, value: string }[]

@description('Who may send requests to the app; empty for everybody.')
param allowedInbound inboundRule[] = []

@description('Who may deploy packages to the app; empty for everybody that Entra and Azure’s roles let.')
param allowedDeployment inboundRule[] = []

@description('Resource id of the subnet that the app calls out from; empty for none.')
param subnetId string = ''

@description('Instances in several zones of the region.')
param zoneRedundant bool = false

@description('How many instances are kept running for service hooks, and as many for the queue.')
@minValue(0)
param alwaysReadyInstances int = 0

@description('Memory of an instance in MB.')
@allowed([2048, 4096])
param instanceMemoryMB int = 2048

@description('The most instances that the platform starts.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: {
    // Linux: the only system of this plan.
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

// Functions with HTTP triggers share their instances; each of the others has its own.
var alwaysReady = alwaysReadyInstances == 0
  ? []
  : [
      { name: 'http', instanceCount: alwaysReadyInstances }
      { name: 'function:work-queue', instanceCount: alwaysReadyInstances }
    ]

// Azure takes addresses and service tags in the same place. A rule with both or neither names something that Azure refuses,
// so that the deployment fails instead of letting in others than were meant.
var inboundRules = [for (rule, index) in allowedInbound: {
  name: rule.name
  priority: 100 + index
  action: 'Allow'
  tag: empty(rule.?serviceTag) ? 'Default' : 'ServiceTag'
  ipAddress: empty(rule.?serviceTag) == empty(rule.?address)
    ? 'give-either-an-address-or-a-serviceTag'
    : '${(rule.?serviceTag) ?? ''}${(rule.?address) ?? ''}'
}]
var deploymentRules = [for (rule, index) in allowedDeployment: {
  name: rule.name
  priority: 100 + index
  action: 'Allow'
  tag: empty(rule.?serviceTag) ? 'Default' : 'ServiceTag'
  ipAddress: empty(rule.?serviceTag) == empty(rule.?address)
    ? 'give-either-an-address-or-a-serviceTag'
    : '${(rule.?serviceTag) ?? ''}${(rule.?address) ?? ''}'
}]

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    // Passwords of service hooks and tokens of administrators travel here: never in the clear.
    httpsOnly: true
    // Service hooks come from the internet. Who may is said below, and each carries a password of its connection.
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    // This plan has no FTP, and refuses a site that says so (ftpsState), as it does what stands in functionAppConfig by now.
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      appSettings: appSettings
      // Once anybody is named, nobody else comes through: neither to the service hooks nor to the management API.
      ipSecurityRestrictions: inboundRules
      ipSecurityRestrictionsDefaultAction: empty(allowedInbound) ? 'Allow' : 'Deny'
      // The site that packages are deployed through has a list of its own: whoever deploys is neither Azure DevOps’ service
      // hooks nor always an administrator's desk.
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictions: deploymentRules
      scmIpSecurityRestrictionsDefaultAction: empty(allowedDeployment) ? 'Allow' : 'Deny'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'node', version: '22' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady
      }
    }
  }
}

// Deploying takes a sign-in to Azure and a role on the app: no publishing password works, not even a stolen one.
resource scmPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

resource ftpPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
  // One change of the site at a time: it may refuse a second one meanwhile.
  dependsOn: [
    scmPasswords
  ]
}

@description('Name of the function app.')
output name string = app.name

@description('Host name of the function app.')
output hostName string = app.properties.defaultHostName
