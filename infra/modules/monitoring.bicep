// Where logs, traces and metrics go. What is written there holds ids, verdicts and sentences: no source code, no secret.

@description('Name of the Log Analytics workspace.')
param workspaceName string

@description('Name of the Application Insights component.')
param appInsightsName string

@description('Region of both.')
param location string

@description('Tags of both.')
param tags object = {}

@description('For how many days logs are kept. The first 31 days are in the price of ingestion.')
@minValue(30)
@maxValue(730)
param retentionDays int = 30

@description('Gigabytes that the workspace takes in a day; 0 for no limit. Beyond the limit nothing is recorded until the next day, and no alert of this template that reads the log can fire: prefer a budget with an alert of its own.')
@minValue(0)
param dailyCapGb int = 0

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyCapGb == 0 ? -1 : dailyCapGb }
    features: {
      // No workspace key: whoever writes here or reads here has a role.
      disableLocalAuth: true
      // Who may read the function app's resources may read its logs, and no others of the workspace.
      enableLogAccessUsingOnlyResourcePermissions: true
      // Thirty days mean thirty: otherwise the service keeps a day more.
      immediatePurgeDataOn30Days: retentionDays == 30
    }
  }
}

// Application Insights' tables keep 90 days whatever the workspace says, unless they are told by themselves.
var tables = [
  'AppDependencies'
  'AppExceptions'
  'AppMetrics'
  'AppPerformanceCounters'
  'AppRequests'
  'AppTraces'
]

// One after the other: the workspace refuses a change while another one is under way.
@batchSize(1)
resource retention 'Microsoft.OperationalInsights/workspaces/tables@2025-02-01' = [for table in tables: {
  parent: workspace
  name: table
  properties: {
    plan: 'Analytics'
    retentionInDays: retentionDays
    totalRetentionInDays: retentionDays
  }
}]

resource appInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: appInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    // The connection string alone admits nobody: writing takes the role Monitoring Metrics Publisher.
    DisableLocalAuth: true
  }
  // A component takes the tables of its workspace into use, which is one more change of them.
  dependsOn: [
    retention
  ]
}

@description('Name of the Application Insights component.')
output appInsightsName string = appInsights.name

@description('Resource id of the Application Insights component.')
output appInsightsId string = appInsights.id

@description('Where telemetry is sent. No secret: local authentication is off.')
output connectionString string = appInsights.properties.ConnectionString

@description('Resource id of the Log Analytics workspace.')
output workspaceId string = workspace.id
