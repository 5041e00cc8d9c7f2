// Makes nothing: says what is left to do after a deployment, word by word.

@description('The address of Portcullis.')
param url string

@description('Name of the function app.')
param functionAppName string

@description('Resource id of the identity that Portcullis acts as.')
param identityId string

@description('Object id of that identity.')
param identityPrincipalId string

@description('Resource id of the vault.')
param keyVaultId string

@description('Address of the vault.')
param keyVaultUri string

@description('Client id of the app registration; empty without one.')
param consoleClientId string

@description('Whether the app writes secrets.')
param writesSecrets bool

@description('Name of the network that the private endpoints are in; empty without one.')
param networkName string

@description('Resource id of the resource group with the private DNS zones; empty when a policy takes care of them.')
param dnsZonesGroupId string

@description('Names of the private DNS zones.')
param dnsZones object

var group = resourceGroup().name

// The network is linked to the zones that know the private endpoints. Before that the app finds none of them.
var zonesGroup = split(empty(dnsZonesGroupId) ? resourceGroup().id : dnsZonesGroupId, '/')
var networkId = resourceId('Microsoft.Network/virtualNetworks', empty(networkName) ? 'none' : networkName)
var linkCommands = [for zone in items(dnsZones): 'az network private-dns link vnet create --subscription ${zonesGroup[2]} --resource-group ${zonesGroup[4]} --zone-name ${zone.value} --name ${networkName} --virtual-network ${networkId} --registration-enabled false']

// Deploying again takes no role away: when the app wrote secrets before, it could go on to. Who writes them now needs the role.
var secretCommands = [
  'az role assignment delete --assignee ${identityPrincipalId} --role "Key Vault Secrets Officer" --scope ${keyVaultId}'
  'az role assignment create --assignee-object-id "$(az ad signed-in-user show --query id --output tsv)" --assignee-principal-type User --role "Key Vault Secrets Officer" --scope ${keyVaultId}'
]

// The registration learns where the app is, and which identity stands for it instead of a client secret.
var registration = '--app-url ${url} --identity-resource-id ${identityId}'
var registerCommands = empty(consoleClientId)
  ? [
      'bash infra/register-application.sh ${registration}'
      'az deployment group create --resource-group ${group} --name portcullis --parameters infra/main.bicepparam --parameters consoleClientId=<what it printed>'
    ]
  : ['bash infra/register-application.sh --client-id ${consoleClientId} ${registration}']

var packageCommands = [
  'az functionapp deployment source config-zip --resource-group ${group} --name ${functionAppName} --src portcullis.zip'
]

// Where the app only reads its vault, the command writes it, and no other one than this.
var vaultCommands = writesSecrets ? [] : ['export PORTCULLIS_VAULT=${keyVaultUri}']

var connectCommands = concat([
  'npm install --global ./portcullis-cli-<version>.tgz'
  'export PORTCULLIS_URL=${url}'
  'export PORTCULLIS_SCOPE=api://${consoleClientId}/.default'
], vaultCommands, [
  'portcullis connect https://dev.azure.com/<organization>'
  'portcullis hooks grant'
  'portcullis hooks sync'
  'portcullis doctor'
])

@description('The commands, in their order, to be given in the folder of the release.')
output commands string[] = concat(
  empty(networkName) || empty(dnsZonesGroupId) ? [] : linkCommands,
  writesSecrets ? [] : secretCommands,
  registerCommands,
  packageCommands,
  empty(consoleClientId) ? [] : connectCommands
)
