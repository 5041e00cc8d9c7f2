using './main.bicep'

// The few values that people set. All others, and what they mean, are at the top of main.bicep; each has a default that is safe.
// Keep this file: the next deployment needs the same values.

param prefix = 'portcullis'

// What infra/register-application.sh prints. Empty: nobody can sign in, and the management API is closed.
param consoleClientId = ''

// Who is told when something needs a person.
param alertMail = ''

// Empty: everybody may send requests, and needs a password or a sign-in. To let in Azure DevOps Services and your office only:
// [
//   { name: 'azure-devops', serviceTag: 'AzureDevOps' }
//   { name: 'office', address: '203.0.113.0/24' }
// ]
param allowedInbound = []
