// The page on which administrators see how Portcullis does: under Workbooks of the Application Insights component.

@description('Region of the workbook.')
param location string

@description('Tags of the workbook.')
param tags object = {}

@description('Name in the list of workbooks.')
param displayName string = 'Portcullis'

@description('Resource id of the Application Insights component whose log it shows.')
param appInsightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // A workbook's name is a GUID; the same one each time, so that deploying again replaces it.
  name: guid(resourceGroup().id, appInsightsId, 'portcullis-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: appInsightsId
    serializedData: replace(loadTextContent('workbook.json'), '{{appInsightsId}}', appInsightsId)
  }
}

@description('Resource id of the workbook.')
output workbookId string = workbook.id
