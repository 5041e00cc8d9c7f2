import { version } from '../../package.json';
import { azureCredential } from '../azure/credentials';
import type { ServiceBusNamespace } from '../azure/service-bus-link';
import type { TableStorage } from '../azure/table-client';
import { isGuid } from '../core/guid';

type Variables = Readonly<Record<string, string | undefined>>;

/** Where the app's parts are, from its settings: connection strings locally, names and one identity in Azure. */
export interface Environment {
  serviceBus: ServiceBusNamespace;
  tables: TableStorage;
  vaultUrl: string;
  /** Whether the app writes its vault; else administrators do, with their own sign-in. */
  writesSecrets: boolean;
  credential: ReturnType<typeof azureCredential>;
  signIn: SignInSettings;
  /** Where Azure DevOps reaches this app, without a trailing slash; undefined where the platform does not say it. */
  publicUrl: string | undefined;
  /** For how many days some things are kept. */
  retention: { auditDays: number; deadLetterDays: number };
  /** Settings that are wrong, so that a default holds instead: a sentence each. */
  wrong: readonly string[];
}

/** How people sign in to the management API. */
export type SignInSettings =
  | { kind: 'none' }
  /** The local environment's token, never taken in Azure. */
  | { kind: 'local'; token: string }
  | { kind: 'entra'; tenantId: string; clientId: string; authority: string; isBehindPlatform: boolean };

/** Reads the app settings; throws a sentence that names the one that is missing. */
export function readEnvironment(variables: Variables = process.env): Environment {
  const clientId = variables['AZURE_CLIENT_ID'];
  const credential = azureCredential(clientId === undefined ? {} : { clientId });
  const wrong: string[] = [];
  const days = (name: keyof typeof DAYS): number => daysOf(variables, name, wrong);
  return {
    serviceBus: serviceBusOf(variables, credential),
    tables: tablesOf(variables, credential),
    vaultUrl: required(variables, 'KEY_VAULT_URI'),
    writesSecrets: writesSecretsOf(variables, wrong),
    credential,
    signIn: signInOf(variables),
    publicUrl: publicUrlOf(variables),
    retention: { auditDays: days('PORTCULLIS_AUDIT_DAYS'), deadLetterDays: days('PORTCULLIS_DEAD_LETTER_DAYS') },
    wrong,
  };
}

/** A month at least, so that nobody makes traces vanish overnight; ten years at most. */
const DAYS = {
  PORTCULLIS_AUDIT_DAYS: { fewest: 30, most: 3_650, otherwise: 400 },
  PORTCULLIS_DEAD_LETTER_DAYS: { fewest: 7, most: 3_650, otherwise: 90 },
} as const;

function daysOf(variables: Variables, name: keyof typeof DAYS, wrong: string[]): number {
  const { fewest, most, otherwise } = DAYS[name];
  const text = variables[name]?.trim() ?? '';
  if (text === '') return otherwise;
  const days = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (days >= fewest && days <= most) return days;
  wrong.push(`The app setting ${name} is no number of days from ${fewest} to ${most}: ${otherwise} days hold instead.`);
  return otherwise;
}

/** Where traces and metrics go when OpenTelemetry is on. */
export interface TelemetrySettings {
  /** OTLP over HTTP; its other settings are read by the exporters themselves, by their standard names. */
  otlpEndpoint: string | undefined;
  applicationInsights: string | undefined;
  credential: ReturnType<typeof azureCredential>;
  /** Whose spans and metrics these are. */
  serviceName: string;
  version: string;
  /** Somebody chose which traces are kept; the SDK reads how. */
  isSamplerGiven: boolean;
}

/** Undefined unless it is switched on. */
export function readTelemetrySettings(variables: Variables = process.env): TelemetrySettings | undefined {
  if (variables['PORTCULLIS_OPENTELEMETRY'] !== 'true') return undefined;
  const clientId = variables['AZURE_CLIENT_ID'];
  return {
    otlpEndpoint: variables['OTEL_EXPORTER_OTLP_ENDPOINT'],
    applicationInsights: variables['APPLICATIONINSIGHTS_CONNECTION_STRING'],
    credential: azureCredential(clientId === undefined ? {} : { clientId }),
    serviceName: variables['OTEL_SERVICE_NAME'] ?? variables['WEBSITE_SITE_NAME'] ?? 'portcullis',
    version,
    isSamplerGiven: variables['OTEL_TRACES_SAMPLER'] !== undefined,
  };
}

/** What is neither of them writes nothing: whoever set it meant something. */
function writesSecretsOf(variables: Variables, wrong: string[]): boolean {
  const text = variables['PORTCULLIS_WRITES_SECRETS']?.trim().toLowerCase() ?? '';
  if (text !== '' && text !== 'true' && text !== 'false') {
    wrong.push('The app setting PORTCULLIS_WRITES_SECRETS is neither true nor false: the vault is only read.');
  }
  return text === '' || text === 'true';
}

/** The platform's own name for the app, unless somebody gave it another. */
function publicUrlOf(variables: Variables): string | undefined {
  const given = variables['PORTCULLIS_PUBLIC_URL']?.replace(/\/+$/, '') ?? '';
  if (given !== '') return given;
  const host = variables['WEBSITE_HOSTNAME'] ?? '';
  return host === '' || isLocalName(host) ? undefined : `https://${host}`;
}

function isLocalName(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(host);
}

/** What every host of Azure Functions in Azure sets, and not only there. */
const AZURE_VARIABLES = ['WEBSITE_INSTANCE_ID', 'WEBSITE_HOSTNAME', 'WEBSITE_SITE_NAME'];

/** A setting that is wrong closes the management API, and nothing else: pull requests are judged all the same. */
function signInOf(variables: Variables): SignInSettings {
  const isAzure = AZURE_VARIABLES.some((name) => variables[name] !== undefined);
  const token = variables['PORTCULLIS_LOCAL_MANAGEMENT_TOKEN'];
  if (!isAzure && token !== undefined) return { kind: 'local', token };
  const tenantId = variables['PORTCULLIS_TENANT_ID']?.trim().toLowerCase() ?? '';
  const clientId = variables['PORTCULLIS_CLIENT_ID']?.trim().toLowerCase() ?? '';
  if (!isGuid(tenantId) || !isGuid(clientId)) return { kind: 'none' };
  const authority = variables['AZURE_AUTHORITY_HOST'] ?? 'https://login.microsoftonline.com';
  // Core Tools on somebody's machine set a host name, too, and let every header through.
  const isLocalHost =
    variables['AZURE_FUNCTIONS_ENVIRONMENT'] === 'Development' || isLocalName(variables['WEBSITE_HOSTNAME'] ?? '');
  const isAuthenticationOn = variables['WEBSITE_AUTH_ENABLED']?.toLowerCase() === 'true';
  return {
    kind: 'entra',
    tenantId,
    clientId,
    authority,
    isBehindPlatform: isAzure && !isLocalHost && isAuthenticationOn,
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
