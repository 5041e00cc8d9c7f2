import { randomBytes } from 'node:crypto';

import { parseAzureDevOpsUrl } from '../core/azure-devops-url';
import { isSameConnectionName, nameOfAddress } from '../core/connection-name';
import { Failure, toFailure } from '../core/failures';
import { sweepMessage } from '../core/messages';
import { SETTINGS_SCHEMA_VERSION } from '../settings';

import { newHookSecret } from './hooks/hook-secret';
import type {
  AzureDevOps,
  Connection,
  ConnectionNetwork,
  ConnectionPlace,
  Connections,
  DeploymentIdentity,
  DoorCredential,
  Log,
  Secrets,
  SettingsStore,
  WorkQueue,
} from './ports';
import type { ConnectionTest, TestConnection } from './test-connection';

export interface ConnectionRequest {
  /** In any form: of the organization or collection, or of a page or repository in it. */
  address: string;
  /** As core/connection-name.ts allows it. Absent: what the organization is called in its address. */
  name?: string | undefined;
  description: string;
  labels: readonly string[];
  credential:
    | { kind: 'pat'; pat: string; expiresOn: Date }
    | { kind: 'managedIdentity' }
    /** A PAT that stands in the vault, as what `id` names, and as its candidate. */
    | { kind: 'vault'; expiresOn: Date };
  /** Where Azure DevOps reaches this app, without a trailing slash. */
  publicUrl: string;
  /** The way there, where it is not the usual one. */
  network: ConnectionNetwork;
  /**
   * That it had before its row was lost, so that hooks, secrets and rows that are left are its own again; or under which
   * whoever asks has written the vault.
   */
  id?: string | undefined;
  /** A new connection's phase. */
  phase: 'shadow' | 'enforce';
  /** Connect although something is broken, as long as the credential is taken: an organization without repositories, say. */
  force: boolean;
}

/** Nothing is saved unless there is a connection. */
export interface Established {
  connection: Connection | null;
  test: ConnectionTest;
  /** Settings of a former connection with this id are there, and count: the phase that was asked for does not. */
  keepsSettings: boolean;
}

export type EstablishConnection = (request: ConnectionRequest) => Promise<Established>;

interface Dependencies {
  testConnection: TestConnection;
  connections: Connections;
  secrets: Secrets;
  settings: SettingsStore;
  identity: DeploymentIdentity;
  queue: WorkQueue;
  connect: (connection: ConnectionPlace, credential: DoorCredential) => AzureDevOps;
  log: Log;
}

/**
 * Connects an organization or a collection that is not connected yet: tests it, then keeps the PAT and a password for its
 * hooks in the vault, the row, and a first settings document, and has its active pull requests judged. Its hooks and
 * policies are other commands. Throws
 * `superseded` for a name or an organization that is taken.
 */
export function createEstablishConnection(dependencies: Dependencies): EstablishConnection {
  const { testConnection, connections, secrets, settings, queue, connect, log } = dependencies;

  /** What its lines would be about cannot be learnt without a token. */
  const test = async ({ address, network }: ConnectionRequest, credential: GivenCredential): Promise<Tested> => {
    try {
      const door = await doorCredential(dependencies.identity, address, credential);
      return { door, test: await testConnection.given(address, door, { subscriptions: false, network }) };
    } catch (error) {
      const { message, kind } = toFailure(error);
      if (kind !== 'credentialRefused') throw error;
      const lines = [{ check: 'credential', state: 'broken', message } as const];
      return { door: undefined, test: { url: null, ok: false, account: null, lines, apiVersion: null } };
    }
  };

  return async (request) => {
    const id = request.id ?? newConnectionId();
    const credential = await credentialOf(dependencies, id, request.credential);
    const { door, test: tested } = await test(request, credential);
    const { url, account, ok, apiVersion } = tested;
    const { network } = request;
    if (!door || url === null || account === null || !(ok || request.force))
      return { connection: null, test: tested, keepsSettings: false };
    const name = request.name ?? nameOfAddress(url);
    const { organizationIds } = await connect({ url, network, apiVersion }, door).readMyself();
    // As the test tells it: what a server says of itself may hold what it was sent.
    const identity = { id: account.id, displayName: account.displayName, uniqueName: account.uniqueName };
    const wanted = { id: request.id, name, organizationIds };
    mustBeFree(wanted, await connections.list());
    // One that cannot be read is in no list.
    if (request.id !== undefined && (await connections.find(request.id))) throw takenId(request.id);
    const connection: Connection = {
      id,
      name,
      kind: kindOf(request.address),
      url,
      organizationIds,
      identities: [identity],
      broken: null,
      description: request.description,
      labels: [...new Set(request.labels)],
      credential:
        credential.kind === 'pat' ? { kind: 'pat', expiresOn: credential.expiresOn } : { kind: 'managedIdentity' },
      projectPats: [],
      state: 'connected',
      publicUrl: request.publicUrl,
      expiryWarnings: [],
      refusedWrites: [],
      network,
      apiVersion,
    };
    // The row last: what is found there works. Secrets of an attempt that died before are nobody's, and harmless.
    if (credential.kind === 'pat') await secrets.savePat(id, credential.pat, credential.expiresOn);
    // Hooks that are left come with the password that is left.
    const isKept = request.id !== undefined && (await secrets.readHookSecrets(id, { fresh: true })).length > 0;
    if (!isKept) await secrets.saveHookSecret(id, newHookSecret());
    const scope = { kind: 'connection', connectionId: connection.id } as const;
    const by = {
      savedBy: 'Portcullis',
      note: 'when the organization was connected',
      documentSchemaVersion: SETTINGS_SCHEMA_VERSION,
    };
    // What is left of an id that is given again stays.
    const isNew = await settings.save(scope, { phase: request.phase }, by, null);
    await connections.save(connection);
    try {
      // Of two who ask for the same at the same time, none stays: either of them may have been first.
      mustBeFree(
        wanted,
        (await connections.list()).filter(({ id }) => id !== connection.id),
      );
    } catch (error) {
      await connections.remove(connection.id);
      throw error;
    }
    // What is open already is judged at once; without this, by the next sweep.
    await queue.send(sweepMessage(connection.id, true), { messageId: `sweep/${connection.id}/connected` });
    log.info('An organization was connected', { connectionId: connection.id, account: identity.id });
    return { connection, test: tested, keepsSettings: !isNew };
  };
}

type GivenCredential = Exclude<ConnectionRequest['credential'], { kind: 'vault' }>;

/** Nobody can guess one. */
export function newConnectionId(): string {
  return `connection-${randomBytes(6).toString('hex')}`;
}

/**
 * What is given, or what stands in the vault. It is taken from there only for an id that no connection has, and while it is
 * a candidate, too: nobody has a PAT that is another connection's, or was forgotten there, sent to an address of their own.
 */
async function credentialOf(
  { connections, secrets }: Pick<Dependencies, 'connections' | 'secrets'>,
  id: string,
  given: ConnectionRequest['credential'],
): Promise<GivenCredential> {
  if (given.kind !== 'vault') return given;
  if (await connections.find(id)) throw takenId(id);
  const [stored, candidate] = await Promise.all([secrets.readStoredPat(id), secrets.readCandidatePat(id)]);
  if (stored === undefined || stored.pat !== candidate) throw notInVault();
  return { kind: 'pat', pat: stored.pat, expiresOn: given.expiresOn };
}

function notInVault(): Failure {
  const message =
    'The PAT of the new connection is not in the Key Vault that Portcullis reads: was it written into another one? Call ' +
    'portcullis connect again.';
  return new Failure({ kind: 'superseded', message });
}

interface Tested {
  /** Undefined where there is no token for the managed identity. */
  door: DoorCredential | undefined;
  test: ConnectionTest;
}

async function doorCredential(
  identity: DeploymentIdentity,
  address: string,
  credential: GivenCredential,
): Promise<DoorCredential> {
  if (credential.kind === 'pat') return { kind: 'pat', pat: credential.pat };
  const parsed = parseAzureDevOpsUrl(address);
  // What is wrong with an address, the test tells; a token would not help.
  return { kind: 'bearer', token: parsed.ok ? await identity.readToken(parsed.address.base) : '' };
}

/** A test that succeeded understood the address. */
function kindOf(address: string): Connection['kind'] {
  const parsed = parseAzureDevOpsUrl(address);
  return parsed.ok ? parsed.address.kind : 'server';
}

interface Wanted extends Pick<Connection, 'name' | 'organizationIds'> {
  id: string | undefined;
}

function mustBeFree({ id, name, organizationIds }: Wanted, all: Connection[]): void {
  const same = all.find((each) => each.organizationIds.some((id) => organizationIds.includes(id)));
  if (same?.state === 'leaving') {
    const message = `This organization is being disconnected, as ${same.name}: portcullis disconnect ${same.name} ends that first.`;
    throw new Failure({ kind: 'superseded', message });
  }
  if (same) {
    const message =
      `This organization is connected already, as ${same.name}. portcullis pat rotate ${same.name} gives it a new PAT, ` +
      `portcullis test ${same.name} tells what is wrong with it.`;
    throw new Failure({ kind: 'superseded', message });
  }
  // An id may not be another's name, as commands take either.
  if (id !== undefined && all.some((each) => each.id === id || isSameConnectionName(each.name, id))) throw takenId(id);
  const taken = all.find((each) => isSameConnectionName(each.name, name) || each.id === name.toLowerCase());
  if (!taken) return;
  const message = `There is a connection ${taken.name} already, to ${taken.url}: choose another --name.`;
  throw new Failure({ kind: 'superseded', message });
}

function takenId(id: string): Failure {
  return new Failure({
    kind: 'superseded',
    message: `There is a connection with the id ${id}, or of that name, already.`,
  });
}
