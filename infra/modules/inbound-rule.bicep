// Who may come to a site: a range of addresses, or a service of Azure.

@export()
@description('Somebody who may come to a site.')
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
