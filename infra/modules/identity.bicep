// The one identity that Portcullis acts as. Nothing else may be given it: whatever has it can do everything that
// roles.bicep grants, and stands for the app registration instead of a secret (authentication.bicep).

@description('Name of the identity.')
param name string

@description('Region of the identity.')
param location string

@description('Tags of the identity.')
param tags object = {}

// User-assigned, not the app's own: its roles can be granted before the app exists, and survive the app.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id of the identity.')
output id string = identity.id

@description('Client id of the identity: what the app asks for tokens with.')
output clientId string = identity.properties.clientId

@description('Object id of the identity: what roles are granted to.')
output principalId string = identity.properties.principalId
