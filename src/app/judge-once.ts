import { Failure, toFailure } from '../core/failures';
import type { PullRequestMessage } from '../core/messages';
import type { Identity, PullRequestKey } from '../core/snapshot';
import { nameOf } from '../core/verdict';

import { applyJudgement } from './apply-judgement';
import { evaluatePullRequest, type EvaluationResult } from './evaluate-pull-request';
import type {
  AzureDevOps,
  Clock,
  Connection,
  Connections,
  Credentials,
  DoorCredential,
  FinishedEvaluation,
  Ledger,
  LedgerState,
  Log,
  ProjectPat,
  SettingsStore,
} from './ports';
import { noteWrites, rememberWrites } from './note-writes';
import { ownPatsOf, postingAs, refusalOfProject } from './own-pats';
import { projectDoor } from './project-door';
import { readSettings } from './read-settings';
import { expiryNotice } from './warn-of-expiry';
import { withCredential } from './with-credential';

export interface Judged {
  result: EvaluationResult;
  /** How many writes it took. */
  writes: number;
}

export interface JudgeOnceDependencies {
  connections: Connections;
  credentials: Credentials;
  settings: SettingsStore;
  ledger: Ledger;
  /** The door to a connection with a credential; doors are kept, so that connections to the host are used again. */
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
  clock: Clock;
  log: Log;
}

/** Judges with the credential that is used in the pull request's project. Throws what keeps it from being judged. */
export async function judgeOnce(
  dependencies: JudgeOnceDependencies,
  connection: Connection,
  message: PullRequestMessage,
  state: LedgerState,
  evaluationId: string,
): Promise<Judged> {
  const { credentials, connect } = dependencies;
  const ownPats = ownPatsOf(dependencies);
  const own = await ownPats.of(connection, message.repositoryId);
  const of = postingAs(connection, own);
  try {
    return await withCredential(
      credentials,
      connection,
      (credential) => {
        const door = projectDoor(dependencies, connection, connect(connection, credential), own);
        return judgeWith(dependencies, door, of, message, state, evaluationId, own);
      },
      { projectId: own?.projectId },
    );
  } catch (error) {
    if (toFailure(error).kind === 'superseded') ownPats.forget(connection, message.repositoryId);
    throw refusalOfProject(error, connection, own);
  }
}

/** Only its author may edit a comment: what is refused may be the text of an account that the PAT belonged to before. */
async function judgeWith(
  dependencies: JudgeOnceDependencies,
  azureDevOps: AzureDevOps,
  connection: Connection,
  message: PullRequestMessage,
  state: LedgerState,
  evaluationId: string,
  own: ProjectPat | undefined,
): Promise<Judged> {
  const { connections } = dependencies;
  const { door, noted } = noteWrites(azureDevOps);
  try {
    const judged = await judgeAs(dependencies, door, connection, message, state, evaluationId, own);
    await rememberWrites(connections, connection, own, noted);
    return judged;
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'permissionMissing') throw error;
    const { identity } = await azureDevOps.readMyself();
    if (identity.id === connection.identities[0]?.id) {
      await rememberWrites(connections, connection, own, noted);
      throw error;
    }
    const present = await savePresentIdentity(connections, connection, identity, own);
    const again = noteWrites(azureDevOps);
    const judged = await judgeAs(dependencies, again.door, present, message, state, evaluationId, own);
    await rememberWrites(connections, connection, own, again.noted);
    return judged;
  }
}

async function judgeAs(
  { settings, connections, ledger, clock, log }: JudgeOnceDependencies,
  azureDevOps: AzureDevOps,
  connection: Connection,
  message: PullRequestMessage,
  state: LedgerState,
  evaluationId: string,
  own: ProjectPat | undefined,
): Promise<Judged> {
  const myId = connection.identities[0]?.id ?? '';
  const { finished, newestIntent } = state;
  // An evaluation that began later and did not finish may have written something: then everything is compared again.
  const isLatest = finished !== undefined && newestIntent?.evaluationId === finished.evaluationId;
  const holds = isLatest && (finished.validUntil === null || finished.validUntil > clock.now());
  const { connectionId, repositoryId, pullRequestId } = message;
  const key: PullRequestKey = { connectionId, repositoryId, pullRequestId };
  const result = await evaluatePullRequest({
    key,
    settings: await readSettings(settings, key, log),
    azureDevOps,
    clock,
    myId,
    isOurs: ({ comments }) => connection.identities.some(({ id }) => id === comments[0]?.author.id),
    knownInputs: holds && !message.thorough ? finished.inputs : undefined,
  });
  if (result.kind !== 'judged') return { result, writes: 0 };
  const { writes, writtenBy, unadded } = await applyJudgement({
    azureDevOps,
    key,
    judgement: result.judgement,
    standing: result.standing,
    myId,
    identities: connection.identities.map(({ id }) => id),
    notice: expiryNotice(connection, result.judgement.details.project.id),
    fence: () => assertNobodyElse(ledger, key, evaluationId),
  });
  if (unadded.length > 0) log.warn('Reviewers could not be added', { ...key, unadded: unadded.length });
  if (writtenBy && writtenBy.id !== myId) await savePresentIdentity(connections, connection, writtenBy, own);
  return { result, writes };
}

/** A session's lock can be lost while its message is worked on: then somebody else has begun, and writes what is right. */
async function assertNobodyElse(ledger: Ledger, key: PullRequestKey, evaluationId: string): Promise<void> {
  const { newestIntent } = await ledger.read(key);
  if (newestIntent?.evaluationId === evaluationId) return;
  throw new Failure({
    kind: 'superseded',
    message: `Another evaluation of pull request ${key.pullRequestId} has begun meanwhile.`,
  });
}

/** The PAT is now another account's: from here on that one is us, and the former one's summary is replaced. */
async function savePresentIdentity(
  connections: Connections,
  connection: Connection,
  identity: Identity,
  own: ProjectPat | undefined,
): Promise<Connection> {
  const first = (each: Connection): Connection => {
    const former = each.identities.filter(({ id }) => id !== identity.id);
    return { ...each, identities: [identity, ...former] };
  };
  const changed = await connections.change(connection.id, (present) => {
    if (!own) return present.identities[0]?.id === identity.id ? undefined : first(present);
    const isKnown = present.identities.some(({ id }) => id === identity.id);
    const projectPats = present.projectPats.map((each) =>
      each.projectId === own.projectId ? { ...each, accountId: identity.id } : each,
    );
    return { ...present, projectPats, identities: isKnown ? present.identities : [...present.identities, identity] };
  });
  return first(changed ?? connection);
}

/** What the ledger keeps of it. */
export function finishedEvaluation(
  { result }: Judged,
  begun: { evaluationId: string; beganAt: Date },
  state: LedgerState,
): FinishedEvaluation {
  switch (result.kind) {
    case 'unchanged':
      return { ...(state.finished ?? nothingJudged), ...begun, inputs: result.inputs, listed: result.listed };
    case 'inactive':
      return {
        ...nothingJudged,
        ...begun,
        inputs: result.inputs,
        listed: result.listed,
        iterationId: result.iteration.id,
        sourceCommit: result.iteration.sourceCommit,
        description: `pull request is ${result.details.status}`,
      };
    case 'judged': {
      const { iteration, verdict, evaluation, validUntil, waitsFor } = result.judgement;
      return {
        ...begun,
        inputs: result.inputs,
        listed: result.listed,
        comparedAt: begun.beganAt,
        iterationId: iteration.id,
        sourceCommit: iteration.sourceCommit,
        ...verdict,
        outcomes: evaluation.outcomes.map((outcome) => ({ gate: nameOf(outcome), state: outcome.state })),
        validUntil,
        waitsFor,
      };
    }
  }
}

const nothingJudged = {
  iterationId: null,
  sourceCommit: '',
  state: 'notApplicable' as const,
  description: '',
  outcomes: [],
  validUntil: null,
  waitsFor: [],
  listed: '',
  comparedAt: null,
};
