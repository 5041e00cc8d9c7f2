// Portcullis in one resource group. Deploying again with the same parameters changes nothing. README.md beside this file goes
// through it step by step; each restriction has its reason in the module that makes it.

targetScope = 'resourceGroup'

@description('Somebody who may come to a site: a range of addresses, or a service of Azure.')
type inboundRule = {
  @description('What the rule is called in the portal, such as azure-devops or office.')
  @minLength(1)
  @maxLength(32)
  name: string

  @description('A range of addresses, such as 203.0.113.0/24; one address is 203.0.113.7/32.')
  address: string?

  @description('A service of Azure by its service tag, such as AzureDevOps: where service hooks of Azure DevOps Services come from.')
  serviceTag: string?
}

@description('What the names of all resources begin with: lower-case letters and digits, a letter first.')
@minLength(3)
@maxLength(11)
param prefix string

@description('Region of all resources. It needs Flex Consumption: az functionapp list-flexconsumption-locations lists them.')
param location string = resourceGroup().location

@description('Tags of all resources, such as an owner or a cost centre.')
param tags object = {}

@description('Client id of the app registration by which administrators sign in to the management API, with the portcullis command (infra/register-application.sh makes it and prints it). Empty: nobody can sign in, the management API is closed, and pull requests are judged all the same.')
@maxLength(36)
param consoleClientId string = ''

@description('Client ids of applications that call the management API as themselves, such as the service connection of a pipeline that applies settings. The portcullis command of people needs none. What is missing here is answered 403, whatever it was granted.')
@maxLength(50)
param allowedApplications string[] = []

@description('Whether PATs and passwords of service hooks are written by the app, for administrators who sign in to it. When false the app can only read them, and the portcullis command writes them as the administrator who runs it; that person needs the role Key Vault Secrets Officer on the vault, and with vnetEnabled to be inside the network. Set to false later, the former role stays until it is removed: nextCommands says how.')
param consoleWritesSecrets bool = true

@description('Who may send requests to the app; empty for everybody. Recommended for Azure DevOps Services: the service tag AzureDevOps, and the addresses of your administrators. Whoever is missing here can neither deliver service hooks nor use the portcullis command; agents of pipelines that apply settings belong here, too.')
@maxLength(100)
param allowedInbound inboundRule[] = []

@description('Who may deploy packages to the app; empty for everybody that Entra and the roles of Azure let. When you name somebody, name the addresses of your build agents: the service tag AzureDevOps does not cover the hosted ones.')
@maxLength(100)
param allowedDeployment inboundRule[] = []

@description('Puts Storage, Key Vault and Service Bus behind private endpoints in a network of their own; the endpoint for service hooks stays public. Needs the Premium tier of Service Bus, which costs much more, private DNS zones (see privateDnsZonesGroupId) and the resource provider Microsoft.App. Choose it with the first deployment: turned on later, the queue moves to a new namespace, and what waits in the former one is lost until the next sweep finds those pull requests.')
param vnetEnabled bool = false

@description('Only with vnetEnabled: a range of 256 addresses that nothing the network is peered with uses.')
param vnetAddressPrefix string = '10.90.0.0/24'

@description('Only with vnetEnabled: resource id of the resource group that has the private DNS zones; they must exist before (README.md has the commands). Empty when a policy of your landing zone registers private endpoints by itself.')
param privateDnsZonesGroupId string = resourceGroup().id

@description('Instances, storage and (with vnetEnabled) the queue in several zones of the region, which must have them. The platform then keeps and charges at least two instances around the clock for service hooks, and two for each function that is no HTTP function; with vnetEnabled, calls out still go through one gateway in one zone. Choose it with the first deployment: Azure does not move what exists.')
param zoneRedundant bool = false

@description('How many instances are kept running for service hooks, and as many for the queue, so that nobody waits for a cold start. Each costs money around the clock; 0 is enough for most, as a service hook is answered in time after a cold start, too.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('Memory of an instance in MB; more memory comes with more processor. 2048 is enough for pull requests with 200,000 added lines.')
@allowed([2048, 4096])
param instanceMemoryMB int = 2048

@description('The most instances that the platform starts of each kind. 40 is the least that it takes, and enough for several thousand developers.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Who is mailed when an alert fires; empty for nobody: alerts show in the portal then.')
@maxLength(320)
param alertMail string = ''

@description('For how many days logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Gigabytes of logs that are taken in a day; 0 for no limit. Beyond it nothing is recorded until the next day, and no alert that reads the log can fire: prefer a budget with an alert of its own.')
@minValue(0)
param logDailyCapGb int = 0

@description('For how many days it is kept who changed what.')
@minValue(30)
@maxValue(3650)
param auditRetentionDays int = 400

@description('For how many days dead letters are kept: messages that could not be worked on.')
@minValue(7)
@maxValue(3650)
param deadLetterRetentionDays int = 90

@description('Sends traces and metrics by OpenTelemetry instead of the Functions host’s own telemetry. It costs more ingestion; off, nothing of it is even loaded.')
param openTelemetry bool = false

@description('Only with openTelemetry: the address of a collector that takes OTLP over HTTP without a key, such as one in your network. Empty: Application Insights.')
param openTelemetryEndpoint string = ''

@description('The address under which Azure DevOps and people reach the app, if it has another than Azure’s own: https://…, without a slash at the end, such as a custom domain of the function app. The app registration has to know it, too; a proxy in between has to pass on the host name.')
param publicUrl string = ''

var hasConsole = !empty(consoleClientId)
var suffix = take(uniqueString(resourceGroup().id), 8)

// Vault, storage account, namespace and app have names that are unique in all of Azure, hence the suffix; it depends on the
// subscription and the resource group alone. The tier of a namespace cannot be changed: the Premium one has a name of its own.
var names = {
  identity: '${prefix}-id-${suffix}'
  storage: '${prefix}st${suffix}'
  serviceBus: vnetEnabled ? '${prefix}-premiumbus-${suffix}' : '${prefix}-bus-${suffix}'
  keyVault: '${prefix}-kv-${suffix}'
  workspace: '${prefix}-log-${suffix}'
  appInsights: '${prefix}-insights-${suffix}'
  plan: '${prefix}-plan-${suffix}'
  app: '${prefix}-app-${suffix}'
  network: '${prefix}-vnet-${suffix}'
  natGateway: '${prefix}-nat-${suffix}'
  address: '${prefix}-ip-${suffix}'
  endpoint: '${prefix}-pe-${suffix}'
}

module identity 'modules/identity.bicep' = {
  name: 'portcullis-identity'
  params: {
    name: names.identity
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'portcullis-monitoring'
  params: {
    workspaceName: names.workspace
    appInsightsName: names.appInsights
    location: location
    tags: tags
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
  }
}

module storage 'modules/storage.bicep' = {
  name: 'portcullis-storage'
  params: {
    name: names.storage
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    isPrivate: vnetEnabled
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  name: 'portcullis-service-bus'
  params: {
    name: names.serviceBus
    location: location
    tags: tags
    isPrivate: vnetEnabled
    zoneRedundant: zoneRedundant
  }
}

module keyVault 'modules/key-vault.bicep' = {
  name: 'portcullis-key-vault'
  params: {
    name: names.keyVault
    location: location
    tags: tags
    isPrivate: vnetEnabled
    workspaceId: monitoring.outputs.workspaceId
  }
}

module roles 'modules/roles.bicep' = {
  name: 'portcullis-roles'
  params: {
    principalId: identity.outputs.principalId
    storageAccountName: storage.outputs.name
    serviceBusNamespaceName: serviceBus.outputs.name
    queueName: serviceBus.outputs.queueName
    keyVaultName: keyVault.outputs.name
    appInsightsName: monitoring.outputs.appInsightsName
    writesSecrets: consoleWritesSecrets
  }
}

module network 'modules/network.bicep' = if (vnetEnabled) {
  name: 'portcullis-network'
  params: {
    name: names.network
    natGatewayName: names.natGateway
    addressName: names.address
    location: location
    tags: tags
    addressPrefix: vnetAddressPrefix
  }
}

var appSubnetId = vnetEnabled ? (network.?outputs.appSubnetId ?? '') : ''
var endpointsSubnetId = vnetEnabled ? (network.?outputs.endpointsSubnetId ?? '') : ''

// The names are Azure's: what a private endpoint of each service is looked up in.
var privateDnsZones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink.vaultcore.azure.net'
  serviceBus: 'privatelink.servicebus.windows.net'
}

module privateEndpoints 'modules/private-endpoints.bicep' = if (vnetEnabled) {
  name: 'portcullis-private-endpoints'
  params: {
    namePrefix: names.endpoint
    location: location
    tags: tags
    subnetId: endpointsSubnetId
    zones: privateDnsZones
    dnsZonesGroupId: privateDnsZonesGroupId
    storageAccountId: storage.outputs.id
    keyVaultId: keyVault.outputs.id
    serviceBusNamespaceId: serviceBus.outputs.id
  }
}

// What the Functions host reads, and what the app does (src/composition/environment.ts). There is no secret among them: each
// says where something is, and which identity to reach it as. FUNCTIONS_WORKER_RUNTIME and its like must not be set on this plan.
var platformSettings = [
  { name: 'AzureWebJobsStorage__accountName', value: storage.outputs.name }
  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
  { name: 'AzureWebJobsStorage__clientId', value: identity.outputs.clientId }
  { name: 'ServiceBusConnection__fullyQualifiedNamespace', value: serviceBus.outputs.hostName }
  { name: 'ServiceBusConnection__credential', value: 'managedidentity' }
  { name: 'ServiceBusConnection__clientId', value: identity.outputs.clientId }
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: monitoring.outputs.connectionString }
  {
    name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'
    value: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
  }
]
var portcullisSettings = [
  { name: 'KEY_VAULT_URI', value: keyVault.outputs.uri }
  { name: 'AZURE_CLIENT_ID', value: identity.outputs.clientId }
  { name: 'PORTCULLIS_WRITES_SECRETS', value: consoleWritesSecrets ? 'true' : 'false' }
  { name: 'PORTCULLIS_AUDIT_DAYS', value: string(auditRetentionDays) }
  { name: 'PORTCULLIS_DEAD_LETTER_DAYS', value: string(deadLetterRetentionDays) }
]
var consoleSettings = hasConsole
  ? [
      { name: 'PORTCULLIS_TENANT_ID', value: tenant().tenantId }
      { name: 'PORTCULLIS_CLIENT_ID', value: consoleClientId }
      // The platform's: it proves itself to Entra as this identity, instead of with a client secret (authentication.bicep).
      { name: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID', value: identity.outputs.clientId }
      // The platform's: it refuses tokens of other tenants, as the app does after it.
      { name: 'WEBSITE_AUTH_AAD_ALLOWED_TENANTS', value: tenant().tenantId }
    ]
  : []
var publicUrlSettings = empty(publicUrl) ? [] : [{ name: 'PORTCULLIS_PUBLIC_URL', value: publicUrl }]
var openTelemetrySettings = openTelemetry
  ? [
      { name: 'PORTCULLIS_OPENTELEMETRY', value: 'true' }
      { name: 'AzureFunctionsJobHost__telemetryMode', value: 'OpenTelemetry' }
    ]
  : []
var collectorSettings = openTelemetry && !empty(openTelemetryEndpoint)
  ? [{ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: openTelemetryEndpoint }]
  : []

module functionApp 'modules/function-app.bicep' = {
  name: 'portcullis-function-app'
  params: {
    planName: names.plan
    name: names.app
    location: location
    tags: tags
    identityId: identity.outputs.id
    packageContainerUrl: storage.outputs.packageContainerUrl
    appSettings: concat(
      platformSettings,
      portcullisSettings,
      consoleSettings,
      publicUrlSettings,
      openTelemetrySettings,
      collectorSettings
    )
    allowedInbound: allowedInbound
    allowedDeployment: allowedDeployment
    subnetId: appSubnetId
    zoneRedundant: zoneRedundant
    alwaysReadyInstances: alwaysReadyInstances
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
  }
  // The app starts as soon as it exists, and would fail to without its roles and its ways.
  dependsOn: [
    roles
    privateEndpoints
  ]
}

// Without a registration there is nothing to sign in by. Where there was one, what stays of this admits nobody: the app is closed
// without PORTCULLIS_CLIENT_ID.
module authentication 'modules/authentication.bicep' = if (hasConsole) {
  name: 'portcullis-authentication'
  params: {
    functionAppName: functionApp.outputs.name
    clientId: consoleClientId
    allowedApplications: allowedApplications
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'portcullis-alerts'
  params: {
    prefix: prefix
    location: location
    tags: tags
    appInsightsId: monitoring.outputs.appInsightsId
    serviceBusNamespaceId: serviceBus.outputs.id
    queueName: serviceBus.outputs.queueName
    alertMail: alertMail
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'portcullis-workbook'
  params: {
    location: location
    tags: tags
    appInsightsId: monitoring.outputs.appInsightsId
  }
}

var url = empty(publicUrl) ? 'https://${functionApp.outputs.hostName}' : publicUrl

@description('What service hooks are addressed to: <this>/api/service-hooks/<connection>.')
output hookUrlBase string = url

@description('The address of Portcullis, for PORTCULLIS_URL of the portcullis command.')
output portcullisUrl string = url

@description('Where a browser signs in, and is shown as JSON who the management API takes you for; empty without a registration. There are no pages yet: administrators use the portcullis command.')
output signInUrl string = hasConsole ? '${url}/.auth/login/aad?post_login_redirect_uri=/api/management/me' : ''

@description('What the portcullis command asks a token for, for PORTCULLIS_SCOPE; empty without a registration.')
output portcullisScope string = hasConsole ? 'api://${consoleClientId}/.default' : ''

@description('Name of the function app.')
output functionAppName string = functionApp.outputs.name

@description('Name of the resource group.')
output resourceGroupName string = resourceGroup().name

@description('Name of the vault.')
output keyVaultName string = keyVault.outputs.name

@description('Address of the vault.')
output keyVaultUri string = keyVault.outputs.uri

@description('Name of the Service Bus namespace.')
output serviceBusNamespace string = serviceBus.outputs.name

@description('Name of the storage account.')
output storageAccountName string = storage.outputs.name

@description('Client id of the identity that Portcullis acts as.')
output identityClientId string = identity.outputs.clientId

@description('Object id of that identity: what an Azure DevOps organization and the app registration know it by.')
output identityPrincipalId string = identity.outputs.principalId

@description('Resource id of that identity.')
output identityResourceId string = identity.outputs.id

@description('Name of the Application Insights component.')
output appInsightsName string = monitoring.outputs.appInsightsName

@description('The address that the app calls out from, for lists of allowed addresses; empty without vnetEnabled: it has no fixed one then.')
output outboundAddress string = vnetEnabled ? (network.?outputs.outboundAddress ?? '') : ''

module nextSteps 'modules/next-commands.bicep' = {
  name: 'portcullis-next-commands'
  params: {
    url: url
    functionAppName: functionApp.outputs.name
    identityId: identity.outputs.id
    identityPrincipalId: identity.outputs.principalId
    keyVaultId: keyVault.outputs.id
    keyVaultUri: keyVault.outputs.uri
    consoleClientId: consoleClientId
    writesSecrets: consoleWritesSecrets
    networkName: vnetEnabled ? names.network : ''
    dnsZonesGroupId: privateDnsZonesGroupId
    dnsZones: privateDnsZones
  }
}

@description('What to do next, one command after the other, in the folder of the release.')
output nextCommands string[] = nextSteps.outputs.commands
