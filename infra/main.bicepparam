using './main.bicep'

// The few values that people set. All others, and what they mean, are at the top of main.bicep; each has a default that is safe.

param prefix = 'portcullis'

// What infra/register-application.sh prints. Empty: neither console nor management API.
param consoleClientId = readEnvironmentVariable('PORTCULLIS_CLIENT_ID', '')

// Who is told when something needs a person.
param alertMail = readEnvironmentVariable('PORTCULLIS_ALERT_MAIL', '')

// Empty: everybody may send requests, and needs a password or a sign-in. To let in only Azure DevOps Services and your office:
// [
//   { name: 'azure-devops', serviceTag: 'AzureDevOps' }
//   { name: 'office', address: '203.0.113.0/24' }
// ]
param allowedInbound = []
