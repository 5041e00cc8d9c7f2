import { randomBytes } from 'node:crypto';

import { SETTINGS_SCHEMA_VERSION } from '../settings';

import type {
  AzureDevOps,
  AzureDevOpsAdministration,
  Connection,
  Connections,
  DoorCredential,
  Log,
  Secrets,
  SettingsStore,
} from './ports';
import { FRESH_READ_SECONDS } from './receive-service-hook';

/** Every event that may change a verdict. */
export const EVENT_TYPES = [
  'git.pullrequest.created',
  'git.pullrequest.updated',
  'git.pullrequest.merged',
  'ms.vss-code.git-pullrequest-comment-event',
] as const;

/** What the subscriptions call themselves in Basic authentication; the password is what counts. */
const HOOK_USER = 'portcullis';

export interface ConnectRequest {
  name: string;
  kind: Connection['kind'];
  /** The organization's or collection's base URL. */
  url: string;
  pat: string;
  patExpiresOn: Date;
  /** Where the app is reached from Azure DevOps, without a trailing slash. */
  publicUrl: string;
  /** A new connection's phase: `shadow` unless somebody says otherwise. */
  phase: 'shadow' | 'enforce';
}

export interface ConnectDependencies {
  connections: Connections;
  secrets: Secrets;
  settings: SettingsStore;
  connect: (connection: Pick<Connection, 'url'>, credential: DoorCredential) => AzureDevOps;
  /** With the credential of somebody who may edit subscriptions: used now, and not kept. */
  administration: AzureDevOpsAdministration;
  clock: { sleep(seconds: number): Promise<void> };
  log: Log;
}

/**
 * Connects an organization, or mends its connection: the PAT and a hook password in the vault, the row, a first settings
 * document, and the service hooks of every project. Running it again changes only what differs.
 */
export async function connectOrganization(
  dependencies: ConnectDependencies,
  request: ConnectRequest,
): Promise<Connection> {
  const { connections, secrets, settings, clock, log } = dependencies;
  const url = request.url.replace(/\/+$/, '');
  const { identity, organizationIds } = await dependencies
    .connect({ url }, { kind: 'pat', pat: request.pat })
    .readMyself();
  const present = (await connections.list()).find((connection) => connection.url.toLowerCase() === url.toLowerCase());
  const wanted = (before: Connection | undefined): Connection => ({
    id: before?.id ?? `connection-${randomBytes(6).toString('hex')}`,
    name: request.name,
    kind: request.kind,
    url,
    organizationIds,
    identities: [identity, ...(before?.identities.filter(({ id }) => id !== identity.id) ?? [])],
    broken: null,
    description: before?.description ?? '',
    labels: before?.labels ?? [],
    credential: { kind: 'pat', expiresOn: request.patExpiresOn },
    projectPats: before?.projectPats ?? [],
    state: 'connected',
    publicUrl: request.publicUrl,
    expiryWarnings: before?.expiryWarnings ?? [],
    refusedWrites: [],
  });
  const connection = wanted(present);
  await secrets.savePat(connection.id, request.pat, request.patExpiresOn);
  const [standing] = await secrets.readHookSecrets(connection.id, { fresh: true });
  const password = standing ?? (await newHookSecret(secrets, connection.id));
  if (!present) await connections.save(connection);
  else await connections.change(present.id, wanted);
  const scope = { kind: 'connection', connectionId: connection.id } as const;
  if (!(await settings.read(scope))) {
    const by = {
      savedBy: 'Portcullis',
      note: 'when the organization was connected',
      documentSchemaVersion: SETTINGS_SCHEMA_VERSION,
    };
    await settings.save(scope, { phase: request.phase }, by, null);
  }
  // The endpoint may have asked the vault just before: what it learnt then must not refuse the new password.
  if (present && standing === undefined) await clock.sleep(FRESH_READ_SECONDS);
  for (const project of await dependencies.administration.readProjects()) {
    const changes = await dependencies.administration.ensureServiceHooks({
      projectId: project.id,
      url: `${request.publicUrl}/api/service-hooks/${connection.id}`,
      userName: HOOK_USER,
      password,
      eventTypes: EVENT_TYPES,
    });
    log.info('Service hooks are in place', { connectionId: connection.id, project: project.name, ...changes });
  }
  return connection;
}

async function newHookSecret(secrets: Secrets, connectionId: string): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  await secrets.saveHookSecret(connectionId, secret);
  return secret;
}
