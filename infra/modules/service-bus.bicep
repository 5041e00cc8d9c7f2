// The queue that all work travels through (src/core/work-queue-name.ts).

@description('Name of the namespace, unique in all of Azure.')
@minLength(6)
@maxLength(50)
param name string

@description('Region of the namespace.')
param location string

@description('Tags of the namespace.')
param tags object = {}

@description('Premium tier, closed to the internet: only that tier has private endpoints.')
param isPrivate bool = false

@description('Premium tier only: copies in three zones of the region.')
param zoneRedundant bool = false

@description('Name of the queue.')
param queueName string = 'work'

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  // Basic has neither sessions nor duplicate detection.
  sku: isPrivate ? { name: 'Premium', tier: 'Premium', capacity: 1 } : { name: 'Standard', tier: 'Standard' }
  properties: {
    // No shared access keys: who sends and who receives has a role (roles.bicep).
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    premiumMessagingPartitions: isPrivate ? 1 : null
    zoneRedundant: isPrivate ? zoneRedundant : null
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = {
  parent: namespace
  name: queueName
  properties: {
    // One session for each pull request: its messages are worked on one at a time, in order. Cannot be changed later.
    requiresSession: true
    // Messages that are left for later have ids made of their reason (src/app/follow-ups.ts), so that one sent again after
    // a crash is folded. The longest way from a message to its double: a worker that dies after sending and before it is
    // done, four times in a row, each after the function's ten minutes (host.json) and the lock's one, comes to 44 minutes.
    // Doubles from further apart (what an evaluation leaves for the end of a freeze, hour after hour) cost a look at the
    // ledger each and no request to Azure DevOps. requiresDuplicateDetection cannot be changed later, the time can.
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT1H'
    // The host renews the lock of a session for as long as its message is worked on (host.json: up to ten minutes). When
    // the host dies nobody renews it, and after a minute another instance goes on.
    lockDuration: 'PT1M'
    // A message is thrown back only by what nobody foresaw; trouble with Azure DevOps leaves a retry instead. So five
    // deliveries are crashes, and the dead-letter function tells of them.
    maxDeliveryCount: 5
    // What nobody took for a day is stale: the sweep finds every pull request again. The time counts from when a message
    // becomes due, not from when it was sent, so that one scheduled weeks ahead (the end of a freeze) lives until then.
    defaultMessageTimeToLive: 'P1D'
    // A dead letter means that somebody has to look; a message that was only too old needs nobody.
    deadLetteringOnMessageExpiration: false
    // Sessions would be bound to partitions, and nothing is gained at our size.
    enablePartitioning: false
    // Messages are under a kilobyte: this holds millions of them.
    maxSizeInMegabytes: 5120
  }
}

@description('Name of the namespace.')
output name string = namespace.name

@description('Resource id of the namespace.')
output id string = namespace.id

@description('Name of the queue.')
output queueName string = queueName

@description('Host name of the namespace.')
output hostName string = '${namespace.name}.servicebus.windows.net'
