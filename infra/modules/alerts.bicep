// What an administrator has to know without looking. Each rule says what happened and what to do. A rule over the log costs by
// the month, about three times as much every five minutes as every quarter of an hour, so that only what cannot wait is looked
// at that often.

@description('How the names of these resources begin.')
param prefix string

@description('Region of the rules over the log.')
param location string

@description('Tags of everything here.')
param tags object = {}

@description('Resource id of the Application Insights component that holds the log.')
param appInsightsId string

@description('Resource id of the Service Bus namespace.')
param serviceBusNamespaceId string

@description('Name of the queue of that namespace.')
param queueName string = 'work'

@description('Mail address that is told of alerts. Empty: alerts stand in the portal, and nobody is written to.')
param alertMail string = ''

// Before each query: what a line of the log is.
var lines = loadTextContent('queries/lines.kql')

// An alert for each value of a column of the query; the mail says which.
var each = {
  connectionId: { name: 'connectionId', operator: 'Include', values: ['*'] }
  projectId: { name: 'projectId', operator: 'Include', values: ['*'] }
  endsOn: { name: 'endsOn', operator: 'Include', values: ['*'] }
  functionName: { name: 'functionName', operator: 'Include', values: ['*'] }
}

// With `mute`, a rule tells of something that happened: each time, and not again for so long. Without, it tells of a state, once
// when it begins and once when it is over.
var logRules = [
  {
    name: 'dead-letter'
    displayName: 'Portcullis: something could not be judged'
    description: 'A message could not be worked on and was recorded as a dead letter; its pull request says error. See why, and whether it was judged since, with: portcullis dead-letters list. Once the cause is mended, have the others worked on again with: portcullis dead-letters replay --all.'
    severity: 1
    query: loadTextContent('queries/dead-letter.kql')
    frequency: 'PT5M'
    // Longer than the frequency: a line may take some minutes until it can be found.
    window: 'PT15M'
    mute: 'PT6H'
    dimensions: [each.connectionId]
  }
  {
    name: 'connection-broken'
    displayName: 'Portcullis: a connection is broken'
    description: 'Azure DevOps refuses the credential of a connection, or of a project that has a PAT of its own. Its pull requests keep their last status, and nothing is judged. Give it a new PAT with: portcullis pat rotate. See more with: portcullis doctor.'
    severity: 0
    query: loadTextContent('queries/connection-broken.kql')
    frequency: 'PT5M'
    window: 'PT15M'
    mute: ''
    dimensions: [each.connectionId, each.projectId]
  }
  {
    name: 'sweep-missed'
    displayName: 'Portcullis: pull requests are not looked after'
    description: 'For 30 minutes no sweep has come through, so that lost hooks, edited titles and merged dependencies go unnoticed. See why with: portcullis doctor. If it concerns all connections, look whether the function app runs and has the package: this is expected until the first one is deployed.'
    severity: 1
    query: loadTextContent('queries/sweep-missed.kql')
    frequency: 'PT15M'
    window: 'PT30M'
    mute: ''
    dimensions: [each.connectionId]
  }
  {
    name: 'pat-ends-soon'
    displayName: 'Portcullis: a PAT ends soon'
    description: 'A PAT ends within days; afterwards nothing is judged with it. Make a new one in Azure DevOps (User settings, Personal access tokens), and hand it over with: portcullis pat rotate.'
    severity: 2
    query: loadTextContent('queries/pat-ends-soon.kql')
    frequency: 'PT1H'
    window: 'PT2H'
    // As long as the window: what one look has told, the next one does not tell again.
    mute: 'PT2H'
    dimensions: [each.connectionId, each.projectId, each.endsOn]
  }
  {
    name: 'queue-age'
    displayName: 'Portcullis: pull requests wait'
    description: 'For 15 minutes the oldest message in the queue has been waiting for more than a quarter of an hour, so that verdicts come late, or the queue could not be looked into. See what keeps them with: portcullis doctor. If Azure DevOps limits the rate, it passes; if there is just much to do, let maximumInstanceCount be higher.'
    severity: 2
    query: loadTextContent('queries/queue-age.kql')
    frequency: 'PT15M'
    window: 'PT30M'
    mute: ''
    dimensions: []
  }
  {
    name: 'failed-invocations'
    displayName: 'Portcullis: a function fails'
    description: 'A function has failed, or answered with a server error, at least five times within 30 minutes. Nothing is lost yet: Azure DevOps and the queue deliver again, and the sweep finds the rest. See why with: portcullis doctor, and under Failures of Application Insights.'
    severity: 2
    query: loadTextContent('queries/failed-invocations.kql')
    frequency: 'PT15M'
    window: 'PT30M'
    mute: ''
    dimensions: [each.functionName]
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${prefix}-alerts'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'Portcullis'
    enabled: true
    emailReceivers: empty(alertMail)
      ? []
      : [
          {
            name: 'administrator'
            emailAddress: alertMail
            useCommonAlertSchema: true
          }
        ]
  }
}

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in logRules: {
  name: '${prefix}-${rule.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: rule.displayName
    description: rule.description
    severity: rule.severity
    enabled: true
    scopes: [appInsightsId]
    evaluationFrequency: rule.frequency
    windowSize: rule.window
    // A component that is a minute old does not know its tables yet; test/infra has the queries read by Microsoft's own parser.
    skipQueryValidation: true
    autoMitigate: empty(rule.mute)
    muteActionsDuration: empty(rule.mute) ? null : rule.mute
    criteria: {
      allOf: [
        {
          query: '${lines}${rule.query}'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: rule.dimensions
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}]

// Whatever is there is taken out within seconds. What stays could not be recorded: the function does not run, or the table
// cannot be written.
resource deadLetterQueue 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${prefix}-dead-letter-queue'
  location: 'global'
  tags: tags
  properties: {
    description: 'For 30 minutes there have been messages in the dead-letter queue that Portcullis could not record. See why with: portcullis doctor. They stay where they are, and are recorded as soon as the function record-dead-letters can.'
    severity: 1
    enabled: true
    scopes: [serviceBusNamespaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT30M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'messages'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [
            {
              name: 'EntityName'
              operator: 'Include'
              values: [queueName]
            }
          ]
          // The smallest of the window: at no time was there none.
          timeAggregation: 'Minimum'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}

@description('Resource id of the action group that alerts are told to.')
output actionGroupId string = people.id
