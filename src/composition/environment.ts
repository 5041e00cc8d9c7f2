import { azureCredential } from '../azure/credentials';
import type { ServiceBusNamespace } from '../azure/service-bus-link';
import type { TableStorage } from '../azure/table-client';

type Variables = Readonly<Record<string, string | undefined>>;

/** Where the app's parts are, from its settings: connection strings locally, names and one identity in Azure. */
export interface Environment {
  serviceBus: ServiceBusNamespace;
  tables: TableStorage;
  vaultUrl: string;
  credential: ReturnType<typeof azureCredential>;
  /** Set by the local environment; never taken in Azure, where the management API needs a sign-in. */
  localManagementToken: string | undefined;
}

/** Reads the app settings; throws a sentence that names the one that is missing. */
export function readEnvironment(variables: Variables = process.env): Environment {
  const clientId = variables['AZURE_CLIENT_ID'];
  const credential = azureCredential(clientId === undefined ? {} : { clientId });
  const isAzure = variables['WEBSITE_INSTANCE_ID'] !== undefined || variables['WEBSITE_HOSTNAME'] !== undefined;
  return {
    serviceBus: serviceBusOf(variables, credential),
    tables: tablesOf(variables, credential),
    vaultUrl: required(variables, 'KEY_VAULT_URI'),
    credential,
    localManagementToken: isAzure ? undefined : variables['PORTCULLIS_LOCAL_MANAGEMENT_TOKEN'],
  };
}

function serviceBusOf(variables: Variables, credential: Environment['credential']): ServiceBusNamespace {
  const connectionString = variables['ServiceBusConnection'];
  if (connectionString !== undefined) return { connectionString };
  const fullyQualifiedNamespace = required(
    variables,
    'ServiceBusConnection__fullyQualifiedNamespace',
    'ServiceBusConnection',
  );
  return { fullyQualifiedNamespace, credential };
}

function tablesOf(variables: Variables, credential: Environment['credential']): TableStorage {
  const connectionString = variables['AzureWebJobsStorage'];
  if (connectionString !== undefined) return { connectionString };
  const accountName = required(variables, 'AzureWebJobsStorage__accountName', 'AzureWebJobsStorage');
  const tableEndpoint = variables['AzureWebJobsStorage__tableServiceUri'];
  return { accountName, credential, ...(tableEndpoint === undefined ? {} : { tableEndpoint }) };
}

function required(variables: Variables, name: string, localName = name): string {
  const value = variables[name];
  if (value !== undefined && value !== '') return value;
  const local = localName === name ? '' : ` (or ${localName}, a connection string, for local use)`;
  throw new Error(`The app setting ${name}${local} is missing; infra/main.bicep sets it in Azure, npm start locally.`);
}
