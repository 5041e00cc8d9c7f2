import type { ConnectionLine } from '../core/connection-sight';
import { Failure } from '../core/failures';
import { sweepMessage } from '../core/messages';
import { firstOf } from '../core/phrase';
import type { Identity } from '../core/snapshot';

import { withEnd, withIdentityFirst, withProjectPat } from './connection-pats';
import { projectPatOf } from './credentials';
import type {
  AzureDevOps,
  Clock,
  Connection,
  Connections,
  Credentials,
  DoorCredential,
  Log,
  Secrets,
  WorkQueue,
} from './ports';
import type { ConnectionTest, TestConnection } from './test-connection';

export interface RotationRequest {
  pat: string;
  expiresOn: Date;
  /** By name or id: the PAT is for this project alone. */
  project?: string | undefined;
  /** Also when something is broken, as long as the PAT is taken by this organization. */
  force: boolean;
  /** Whether the new PAT may be another account's than the former one. */
  otherAccount: boolean;
  /** Only tested: nothing is written. */
  isTrial?: boolean;
}

export interface Rotation {
  /** Unless it is `rotated`, nothing was changed; `fit` is what a trial ends with. */
  outcome: 'rotated' | 'fit' | 'broken' | 'otherAccount';
  test: ConnectionTest;
  project: { id: string; name: string } | null;
  /** What was in the vault: of a project there may have been none, and who corrects a date gives the same again. */
  former: 'none' | 'same' | 'other';
  /** Whose PAT it was so far, where that is somebody else. */
  formerAccount: Identity | null;
  expiresOn: Date;
}

export type RotatePat = (connection: Connection, request: RotationRequest) => Promise<Rotation>;

interface Dependencies {
  testConnection: TestConnection;
  connections: Connections;
  secrets: Secrets;
  credentials: Credentials;
  queue: WorkQueue;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
  clock: Clock;
  log: Log;
}

/** Without these nothing would work afterwards, whoever insists. */
const NEEDED: readonly ConnectionLine['check'][] = ['organization', 'credential', 'anonymous', 'version'];

/**
 * Replaces the PAT of a connection, or gives a project one of its own or another one: tested before it takes over. The former
 * one stays good until its owner revokes it, so that whoever has it in memory goes on.
 */
export function createRotatePat(dependencies: Dependencies): RotatePat {
  const { testConnection, connections, secrets, credentials, queue, connect, clock, log } = dependencies;

  /** The project, and what is wrong with the PAT there. */
  const lookAtProject = async (connection: Connection, pat: string, wanted: string): Promise<Seen> => {
    const azureDevOps = connect(connection, { kind: 'pat', pat });
    const named = wanted.toLowerCase();
    const project = (await azureDevOps.readProjects()).find(
      ({ id, name }) => id.toLowerCase() === named || name.toLowerCase() === named,
    );
    if (!project) return { project: null, lacking: [], trouble: `The account of this PAT sees no project ${wanted}.` };
    const seen = await azureDevOps.readRepositories(project.id);
    if (seen.length === 0) {
      const trouble = `The account of this PAT sees no repository of project ${project.name}.`;
      return { project, lacking: [], trouble };
    }
    const ids = new Set(seen.map(({ id }) => id));
    const known = await Promise.all([undefined, project.id].map((as) => readSoFar(connection, project.id, as)));
    const unseen = known.flat().filter(({ id, isDisabled }) => !isDisabled && !ids.has(id));
    return { project, lacking: [...new Set(unseen.map(({ name }) => name))].sort(), trouble: null };
  };

  /** What is seen so far, with the connection's credential or the project's former PAT; nothing, where that is refused. */
  const readSoFar = async (connection: Connection, projectId: string, as: string | undefined) => {
    const own = projectPatOf(connection, as);
    if (as !== undefined && !own) return [];
    try {
      const credential = await credentials.read(connection, { projectId: as });
      return await connect(connection, credential).readRepositories(projectId);
    } catch {
      return [];
    }
  };

  /** Of two that replace it at once, the row tells of the one whose PAT is in the vault. */
  const assertInVault = async (connection: Connection, pat: string, projectId: string | undefined): Promise<void> => {
    const stored = await secrets.readStoredPat(connection.id, projectId);
    if (stored?.pat === pat) return;
    const expiresOn = stored?.expiresOn ?? null;
    await connections.change(connection.id, (present) => withEnd(present, projectId, expiresOn));
    const message = `Somebody else replaced the PAT at the same time, and theirs is the one that is used: connection ${connection.name} has not got yours.`;
    throw new Failure({ kind: 'superseded', message });
  };

  return async (connection, request) => {
    const { pat, expiresOn } = request;
    mustTakePat(connection, request.project);
    const tested = await testConnection.replacing(asSeenFrom(connection, request.project), { kind: 'pat', pat });
    const { account } = tested;
    const seen =
      request.project === undefined || !account
        ? { project: null, lacking: [], trouble: null }
        : await lookAtProject(connection, pat, request.project);
    const test = withTrouble(tested, seen.trouble ?? lackingText(seen));
    const formerAccount = formerAccountOf(connection, seen.project?.id);
    const isOther = account !== null && formerAccount !== undefined && formerAccount.id !== account.id;
    const rotation = {
      test,
      project: seen.project,
      former: formerPat(await secrets.readStoredPat(connection.id, seen.project?.id), pat),
      formerAccount: isOther ? formerAccount : null,
      expiresOn,
    };
    if (!account || seen.trouble !== null || !mayTakeOver(test, request.force)) {
      return { ...rotation, outcome: 'broken' };
    }
    if (isOther && !request.otherAccount) return { ...rotation, outcome: 'otherAccount' };
    if (request.isTrial) return { ...rotation, outcome: 'fit' };

    const projectId = seen.project?.id;
    await secrets.savePat(connection.id, pat, expiresOn, projectId);
    // Before the row says that all is well: after a crash in between, the next probe or rotation does it again.
    const part = projectId === undefined ? {} : { projectId };
    await queue.send(sweepMessage(connection.id, true, part), {
      messageId: `sweep/${connection.id}/rotated/${clock.now().toISOString()}`,
    });
    const changed = await connections.change(connection.id, (present) =>
      seen.project
        ? withProjectPat(present, seen.project, expiresOn, account)
        : {
            ...withIdentityFirst(present, account),
            credential: { kind: 'pat', expiresOn },
            broken: null,
            refusedWrites: [],
          },
    );
    if (!changed) throw new Failure({ kind: 'notFound', message: `Connection ${connection.name} was disconnected.` });
    await assertInVault(connection, pat, projectId);
    log.info('A PAT was replaced', { connectionId: connection.id, ...part, account: account.id, isOther });
    return { ...rotation, outcome: 'rotated' };
  };
}

function formerPat(stored: { pat: string } | undefined, pat: string): Rotation['former'] {
  if (!stored) return 'none';
  return stored.pat === pat ? 'same' : 'other';
}

interface Seen {
  project: { id: string; name: string } | null;
  /** Repositories of the project, by name, that others see and the account of the PAT does not. */
  lacking: string[];
  /** A sentence: nothing would work there. */
  trouble: string | null;
}

const MOST_NAMED = 5;

function lackingText({ project, lacking }: Seen): string | null {
  if (lacking.length === 0) return null;
  return `The account of this PAT may not read ${firstOf(lacking, MOST_NAMED)} of project ${project?.name ?? ''}: pull requests there would not be judged.`;
}

/** The row has room for so many. */
const MOST_PROJECT_PATS = 100;

function mustTakePat({ name, credential, state, projectPats }: Connection, project: string | undefined): void {
  if (state === 'leaving') {
    throw new Failure({ kind: 'superseded', message: `Connection ${name} is being disconnected: it takes no PAT.` });
  }
  const wanted = project?.toLowerCase();
  const hasOne = projectPats.some((each) => each.projectId === wanted || each.projectName.toLowerCase() === wanted);
  if (project !== undefined && !hasOne && projectPats.length >= MOST_PROJECT_PATS) {
    const message = `Connection ${name} has ${MOST_PROJECT_PATS} PATs of projects, which is the most: let the PAT of the connection see more projects.`;
    throw new Failure({ kind: 'superseded', message });
  }
  if (credential.kind === 'pat' || project !== undefined) return;
  throw new Failure({
    kind: 'notFound',
    message: `Connection ${name} uses the managed identity, so there is no PAT to replace; with --project, a project gets one of its own.`,
  });
}

function withTrouble(tested: ConnectionTest, trouble: string | null): ConnectionTest {
  if (trouble === null) return tested;
  const help =
    'Look for a typing error in the name, and whether the account has Read on the repositories of the project.';
  const line: ConnectionLine = { check: 'repository', state: 'broken', message: trouble, help };
  return { ...tested, ok: false, lines: [...tested.lines.filter(({ check }) => check !== 'repository'), line] };
}

function mayTakeOver({ ok, lines }: ConnectionTest, force: boolean): boolean {
  return ok || (force && !lines.some(({ check, state }) => state === 'broken' && NEEDED.includes(check)));
}

/** With the account that is to be replaced as the known one: that of a project may be another. */
function asSeenFrom(connection: Connection, project: string | undefined): Connection {
  if (project === undefined) return connection;
  const named = project.toLowerCase();
  const pat = connection.projectPats.find(
    (each) => each.projectId === named || each.projectName.toLowerCase() === named,
  );
  return { ...connection, identities: connection.identities.filter(({ id }) => id === pat?.accountId) };
}

/** Undefined where there is none yet, or nobody knows. */
function formerAccountOf({ identities, projectPats }: Connection, projectId: string | undefined): Identity | undefined {
  if (projectId === undefined) return identities[0];
  const known = projectPats.find((each) => each.projectId === projectId)?.accountId;
  return identities.find(({ id }) => id === known);
}
