import { parseAzureDevOpsUrl, type AzureDevOpsAddress } from '../core/azure-devops-url';
import {
  isRecent,
  newestKnown,
  type ConnectionCheck,
  type ConnectionLine,
  type ConnectionNeeds,
} from '../core/connection-sight';
import { tenantOf } from '../core/entra';
import { toFailure } from '../core/failures';
import { judgeConnection, type ConnectionToJudge } from '../core/judge-connection';
import { isLoopback } from '../core/loopback';
import { patForms } from '../core/pat';
import { createSlots } from '../core/slots';
import type { Identity } from '../core/snapshot';

import { connectionNeeds, defaultNeeds } from './connection-needs';
import { renewing } from './renewing';
import type {
  Connection,
  ConnectionNetwork,
  Connections,
  Credentials,
  DoorCredential,
  Log,
  LookAtConnection,
  ProjectPat,
  SettingsStore,
} from './ports';

export interface ConnectionTest {
  /** The organization's or collection's base URL, as far as the address was understood. */
  url: string | null;
  /** False when one line is broken. */
  ok: boolean;
  /** In whose name authors will see comments; null where that was not learnt. */
  account: (Identity & { pictureUrl?: string }) | null;
  lines: ConnectionLine[];
  /** The newest REST API that both sides know; null where that was not learnt. */
  apiVersion: string | null;
}

interface Options {
  /** Whether the account is to see service hook subscriptions. */
  subscriptions: boolean;
}

/** The usual way: straight, with the system's authorities. */
export const STRAIGHT: ConnectionNetwork = { proxy: null, caCertificates: null };

export interface TestConnection {
  /** An address in any form, before anything is saved. */
  given(
    address: string,
    credential: DoorCredential,
    options: Options & { network?: ConnectionNetwork },
  ): Promise<ConnectionTest>;
  /** A connection as it is, with its own credential. What is new in its REST API is asked for from then on. */
  stored(connection: Connection, options: Options): Promise<ConnectionTest>;
  /** The same, with a network that is to take over. */
  through(connection: Connection, network: ConnectionNetwork): Promise<ConnectionTest>;
  /** The same with a credential that is to take over. */
  replacing(connection: Connection, credential: DoorCredential): Promise<ConnectionTest>;
}

interface Dependencies {
  look: LookAtConnection;
  connections: Pick<Connections, 'change'>;
  credentials: Credentials;
  settings: SettingsStore;
  log: Log;
}

/** Tells what is wrong with a connection, each cause by itself. Reads alone; the credential is in no line. */
export function createTestConnection({ look, connections, credentials, settings, log }: Dependencies): TestConnection {
  const test = async (
    place: Pick<Parameters<LookAtConnection>[0], 'url' | 'network' | 'repository' | 'project'> &
      Pick<Connection, 'kind' | 'apiVersion'>,
    credential: DoorCredential,
    needs: ConnectionNeeds,
    known?: ConnectionToJudge['known'],
  ): Promise<ConnectionTest> => {
    const insecure = insecureLine(place);
    if (insecure) return { ...nothingLearnt, url: place.url, lines: [insecure] };
    const sight = await look({ ...place, credential, subscriptions: needs.subscriptions });
    const tenant = credential.kind === 'bearer' ? tenantOf(credential.token) : undefined;
    const lines = judgeConnection({ ...place, credential: credential.kind, tenant, sight, needs, known });
    const account = sight.who.ok ? accountOf(sight.who.value) : null;
    const newest = sight.newestVersion?.ok ? sight.newestVersion.value : null;
    const apiVersion = newest !== null && isRecent(newest) ? newestKnown(newest) : null;
    return without(credential, { url: place.url, ok: isRight(lines), account, lines, apiVersion });
  };

  const testAs = async (
    { id, url, kind, network, apiVersion, organizationIds, identities, refusedWrites }: Connection,
    credential: DoorCredential,
    { subscriptions }: Options,
  ): Promise<ConnectionTest> => {
    const { needs, wrong } = await connectionNeeds(settings, id, log);
    const known = { organizationIds, identity: identities[0], refusedWrites };
    const result = await test({ url, kind, network, apiVersion }, credential, { ...needs, subscriptions }, known);
    return wrong === 0 ? result : { ...result, lines: [...result.lines, WRONG_SETTINGS] };
  };

  const testOwn = async (connection: Connection, options: Options): Promise<ConnectionTest> => {
    let credential: DoorCredential;
    try {
      credential = await credentials.read(connection, { fresh: true });
    } catch (error) {
      const what =
        connection.credential.kind === 'pat'
          ? 'The PAT of this connection could not be taken from Key Vault.'
          : 'The managed identity could not be used for this connection.';
      const message = `${what} ${toFailure(error).message}`;
      const lines: ConnectionLine[] = [{ check: 'credential', state: 'broken', message }];
      const isGone = toFailure(error).kind === 'credentialRefused';
      return { ...nothingLearnt, url: connection.url, lines: isGone ? lines.map(renewing(connection)) : lines };
    }
    const result = await testAs(connection, credential, options);
    return { ...result, lines: result.lines.map(renewing(connection)) };
  };

  /** Each project's own PAT by itself: whether it is taken, and whose it is. */
  const testProjectPats = async (connection: Connection): Promise<ConnectionLine[]> => {
    const slots = createSlots(PATS_AT_ONCE);
    return Promise.all(connection.projectPats.map((pat) => slots.run(() => testProjectPat(connection, pat))));
  };

  const testProjectPat = async (connection: Connection, pat: ProjectPat): Promise<ConnectionLine> => {
    const { url, name, network } = connection;
    const { projectId, projectName } = pat;
    const check = 'project-pat';
    const help = `portcullis pat rotate ${JSON.stringify(name)} --project ${projectId} gives it a new one.`;
    try {
      const credential = await credentials.read(connection, { projectId, fresh: true });
      if (insecureLine(connection))
        return { check, state: 'warning', message: `The PAT of project ${projectName} was not sent.` };
      const { who } = await look({ url, network, credential, subscriptions: false });
      const line: ConnectionLine = who.ok
        ? {
            check,
            state: 'ok',
            message: `The PAT of project ${projectName} is accepted; comments there are by "${who.value.identity.displayName}".`,
          }
        : who.why === 'refused' || who.why === 'anonymous'
          ? { check, state: 'broken', message: `Azure DevOps refuses the PAT of project ${projectName}.`, help }
          : { check, state: 'warning', message: `The PAT of project ${projectName} could not be tested.` };
      return without(credential, { ...nothingLearnt, url, lines: [line] }).lines[0] ?? line;
    } catch (error) {
      const message = `The PAT of project ${projectName} could not be taken from Key Vault. ${toFailure(error).message}`;
      return { check, state: 'broken', message, help };
    }
  };

  const testAll = async (connection: Connection, options: Options): Promise<ConnectionTest> => {
    const [own, ofProjects] = await Promise.all([testOwn(connection, options), testProjectPats(connection)]);
    const lines = [...own.lines, ...ofProjects];
    return { ...own, ok: isRight(lines), lines };
  };

  return {
    async given(text, credential, { subscriptions, network = STRAIGHT }) {
      const parsed = parseAzureDevOpsUrl(text);
      if (!parsed.ok) {
        const help = 'It looks like https://dev.azure.com/organization, or https://server/collection.';
        const lines: ConnectionLine[] = [{ check: 'address', state: 'broken', message: parsed.reason, help }];
        return { ...nothingLearnt, lines };
      }
      const needs = { ...defaultNeeds(), subscriptions };
      let result: ConnectionTest | undefined;
      for (const place of placesOf(parsed.address)) {
        const tested = await test({ ...place, network, apiVersion: null }, credential, needs);
        if (!isElsewhere(tested)) return tested;
        result ??= tested;
      }
      return result ?? nothingLearnt;
    },

    async stored(connection, options) {
      const tested = await testAll(connection, options);
      const { apiVersion } = tested;
      if (apiVersion !== null && apiVersion !== connection.apiVersion) {
        await connections.change(connection.id, (present) => ({ ...present, apiVersion }));
      }
      return tested;
    },

    through: (connection, network) => testAll({ ...unsaid(connection), network }, { subscriptions: false }),

    // What was refused was another PAT.
    replacing: (connection, credential) =>
      testAs({ ...unsaid(connection), refusedWrites: [] }, credential, { subscriptions: false }),
  };
}

/** Whether what is tested takes over is not known yet: which REST API is used from now on is not said. */
function unsaid(connection: Connection): Connection {
  return { ...connection, apiVersion: null };
}

const nothingLearnt: ConnectionTest = { url: null, ok: false, account: null, lines: [], apiVersion: null };

/** Each is some requests; the rate limit is left to the hooks. */
const PATS_AT_ONCE = 4;

const WRONG_SETTINGS: ConnectionLine = {
  check: 'settings',
  state: 'warning',
  message: 'Some settings of this connection are wrong, so which scopes they take is not known.',
  help: 'portcullis settings effective says what is wrong.',
};

/**
 * Where an organization or collection may be. On a Server the path does not say whether its last part is a project; where
 * nothing follows it, it may be the collection itself.
 */
function placesOf({ base, kind, project, repository }: AzureDevOpsAddress) {
  const named = project !== undefined && repository !== undefined ? { project, name: repository } : undefined;
  const first = { url: base, kind, repository: named, project: named ? undefined : project };
  if (kind === 'services' || project === undefined || named) return [first];
  return [first, { url: `${base}/${encodeURIComponent(project)}`, kind }];
}

/** A Server may answer for all of its collections, too: then there is no code. */
function isElsewhere({ lines }: ConnectionTest): boolean {
  return lines.some(({ check, state }) => state === 'broken' && ELSEWHERE.includes(check));
}

const ELSEWHERE: readonly ConnectionCheck[] = ['organization', 'azure-devops', 'licence', 'repository'];

function insecureLine({ url, network }: Pick<Connection, 'url' | 'network'>): ConnectionLine | undefined {
  const { protocol, hostname, host } = new URL(url);
  // On the way to a proxy it leaves this machine.
  if (protocol === 'https:' || (network.proxy === null && isLoopback(hostname))) return undefined;
  const message = `The credential would travel to ${host} in the clear, so it was not sent.`;
  return { check: 'address', state: 'broken', message, help: 'Give the https:// address of this server.' };
}

function accountOf({ identity, pictureUrl }: { identity: Identity; pictureUrl?: string }) {
  return { ...identity, ...(pictureUrl === undefined ? {} : { pictureUrl }) };
}

function isRight(lines: readonly ConnectionLine[]): boolean {
  return lines.every(({ state }) => state !== 'broken');
}

/** What a server says of itself or of an account may be anything, also what it was sent. */
function without(credential: DoorCredential, { url, ok, account, lines, apiVersion }: ConnectionTest): ConnectionTest {
  const forms = credential.kind === 'pat' ? patForms(credential.pat) : [credential.token];
  const clean = (text: string): string => forms.reduce((left, form) => left.replaceAll(form, '***'), text);
  return {
    url: url && clean(url),
    ok,
    apiVersion,
    account: account && {
      id: account.id,
      displayName: clean(account.displayName),
      uniqueName: clean(account.uniqueName),
      ...(account.pictureUrl === undefined ? {} : { pictureUrl: clean(account.pictureUrl) }),
    },
    lines: lines.map(({ message, help, ...line }) => ({
      ...line,
      message: clean(message),
      ...(help === undefined ? {} : { help: clean(help) }),
    })),
  };
}
