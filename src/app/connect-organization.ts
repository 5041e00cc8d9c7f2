import { randomBytes } from 'node:crypto';

import { Failure } from '../core/failures';
import { firstOf } from '../core/phrase';
import { SETTINGS_SCHEMA_VERSION } from '../settings';

import { grantHooks } from './hooks/grant-hooks';
import { isEnough } from './hooks/hook-places';
import { newHookSecret } from './hooks/hook-secret';
import { syncHooks } from './hooks/sync-hooks';
import type {
  AzureDevOps,
  Connection,
  Connections,
  DoorCredential,
  HookGranting,
  Log,
  Secrets,
  ServiceHooks,
  SettingsStore,
} from './ports';
import { FRESH_READ_SECONDS } from './receive-service-hook';

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
  /** The subscriptions, with the gate's own credential: they are its account's. */
  openHooks: (connection: Pick<Connection, 'url'>, credential: DoorCredential) => ServiceHooks;
  /** With the credential of somebody who administers the organization: used now, and not kept. */
  granting: HookGranting;
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
  const { connections, secrets, settings, clock } = dependencies;
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
  const password = standing ?? newHookSecret();
  if (standing === undefined) await secrets.saveHookSecret(connection.id, password);
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
  await putHooksInPlace(dependencies, request, connection, password);
  return connection;
}

/** Lets the gate's account have subscriptions, unless it may already; then they are its own. */
async function putHooksInPlace(
  { openHooks, granting, log }: ConnectDependencies,
  { pat, publicUrl }: ConnectRequest,
  connection: Connection,
  password: string,
): Promise<void> {
  const hooks = openHooks(connection, { kind: 'pat', pat });
  const [account, projects] = await Promise.all([hooks.readMyself(), hooks.readGitProjects()]);
  const rights = await hooks.readRights(projects.map(({ id }) => id));
  const may = isEnough(rights.root) || (projects.length > 0 && [...rights.projects.values()].every(isEnough));
  if (!may) await grantHooks(granting, account, undefined);
  const wanted = { connectionId: connection.id, publicUrl, password };
  const { refused } = await syncHooks({ hooks, projects, isTimeLeft: () => true, log }, wanted);
  if (refused.length === 0) return;
  const reasons = refused.map(({ project, reason }) => `${project}: ${reason}`);
  throw new Failure({
    kind: 'permissionMissing',
    message: `Service hooks are not in place everywhere. ${firstOf(reasons, 3, 'other project')}`,
  });
}
