// The network of a deployment with vnetEnabled: where the app calls out from, and where the private endpoints are.

@description('Name of the virtual network.')
param name string

@description('Name of the NAT gateway.')
param natGatewayName string

@description('Name of the address that the app calls out from.')
param addressName string

@description('Region of all of them.')
param location string

@description('Tags of all of them.')
param tags object = {}

@description('Addresses of the network: a range of 256 that nothing it is peered with uses.')
param addressPrefix string = '10.90.0.0/24'

// One fixed address for whatever leaves the network: what an Azure DevOps organization with a list of allowed addresses, or
// the firewall before an Azure DevOps Server, can name.
resource address 'Microsoft.Network/publicIPAddresses@2024-05-01' = {
  name: addressName
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv4' }
}

resource natGateway 'Microsoft.Network/natGateways@2024-05-01' = {
  name: natGatewayName
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: address.id }] }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    // Inside the network, so that deploying again does not take them away from it.
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 25, 0)
          // What Flex Consumption demands. The subscription needs the resource provider Microsoft.App.
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
          natGateway: { id: natGateway.id }
          // Out through the gateway, or not at all.
          defaultOutboundAccess: false
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 2)
          defaultOutboundAccess: false
        }
      }
    ]
  }
}

@description('Resource id of the network.')
output id string = network.id

@description('Resource id of the subnet that the app calls out from.')
output appSubnetId string = resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'app')

@description('Resource id of the subnet of the private endpoints.')
output endpointsSubnetId string = resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'endpoints')

@description('The address that the app calls out from.')
output outboundAddress string = address.properties.ipAddress
