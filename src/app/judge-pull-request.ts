import { coverageOf, settlingTime, spacingLeft } from '../core/coverage';
import { Failure, toFailure } from '../core/failures';
import { pullRequestMessage, sessionId, type Message } from '../core/messages';
import type { PullRequestKey } from '../core/snapshot';

import { applyJudgement } from './apply-judgement';
import type { Delivery } from './delivery';
import { evaluatePullRequest, type EvaluationResult } from './evaluate-pull-request';
import type {
  AzureDevOps,
  Clock,
  Connection,
  Connections,
  Ledger,
  LedgerState,
  Log,
  Secrets,
  SettingsStore,
  WorkQueue,
} from './ports';
import { readSettings } from './read-settings';
import type { RecordUnjudged } from './record-unjudged';

export interface JudgeDependencies {
  connections: Connections;
  secrets: Secrets;
  settings: SettingsStore;
  ledger: Ledger;
  queue: WorkQueue;
  /** The door to a connection with a PAT; doors are kept, so that connections to the host are used again. */
  connect: (connection: Connection, pat: string) => AzureDevOps;
  recordUnjudged: RecordUnjudged;
  newEvaluationId: () => string;
  clock: Clock & { sleep(seconds: number): Promise<void> };
  log: Log;
}

/**
 * Works on one message of a pull request's session: decides whether it needs an evaluation at all, judges, writes, and
 * notes it in the ledger. Returns when the message is done with; throws when it must be delivered again.
 */
export function createJudgePullRequest(
  dependencies: JudgeDependencies,
): (message: Message, delivery: Delivery) => Promise<void> {
  const { connections, ledger, queue, recordUnjudged, clock, log } = dependencies;

  /** One more look at what this message tells of, shared by all messages of these seconds. */
  const leaveSettling = async (key: PullRequestKey, enqueuedAt: Date): Promise<void> => {
    const due = settlingTime(enqueuedAt);
    const messageId = `settle/${sessionId(key)}/${due.toISOString()}`;
    await queue.send(pullRequestMessage(key, 'settle'), {
      messageId,
      dueIn: (due.getTime() - enqueuedAt.getTime()) / 1_000,
    });
  };

  const leaveNext = async (key: PullRequestKey, afterEvaluation: string, dueIn: number): Promise<void> => {
    const messageId = `next/${sessionId(key)}/${afterEvaluation}`;
    await queue.send(pullRequestMessage(key, 'next'), { messageId, dueIn });
  };

  /** Begins an evaluation; undefined when one began just before and this message's share is left to later ones. */
  const begin = async (message: Message, delivery: Delivery, state: LedgerState) => {
    const evaluationId = dependencies.newEvaluationId();
    const beganAt = await ledger.begin(message, evaluationId);
    const wait = spacingLeft(beganAt, state.newestIntent?.beganAt);
    if (wait === 0 || !state.newestIntent) return { evaluationId, beganAt };
    if (message.cause === 'next') {
      // Due by another clock than the table's: the rest is waited for here, as a second message of this id would be a duplicate.
      await ledger.withdraw(message, evaluationId);
      await clock.sleep(wait);
      return { evaluationId, beganAt: await ledger.begin(message, evaluationId) };
    }
    await leaveSettling(message, delivery.enqueuedAt);
    await leaveNext(message, state.newestIntent.evaluationId, wait);
    await ledger.withdraw(message, evaluationId);
    return undefined;
  };

  return async (message, delivery) => {
    const key: PullRequestKey = {
      connectionId: message.connectionId,
      repositoryId: message.repositoryId,
      pullRequestId: message.pullRequestId,
    };
    const fields = { ...key, messageId: delivery.messageId, cause: message.cause };
    const connection = await connections.find(key.connectionId);
    if (!connection) {
      await recordUnjudged({ key, delivery, message, failure: unknownConnection(key) });
      return;
    }
    const state = await ledger.read(key);
    const coverage = coverageOf(delivery.enqueuedAt, state.finished?.beganAt);
    if (coverage !== 'uncovered') {
      if (coverage === 'settling') await leaveSettling(key, delivery.enqueuedAt);
      log.info('A message was covered by an earlier evaluation', { ...fields, coverage });
      return;
    }
    const begun = await begin(message, delivery, state);
    if (!begun) {
      log.info('A message was put off: another evaluation began less than three seconds before', fields);
      return;
    }
    try {
      const result = await judgeWithFreshPat(dependencies, connection, key, state);
      await ledger.finish(key, finishedEvaluation(result, begun, state));
      log.info('A pull request was judged', { ...fields, evaluationId: begun.evaluationId, ...told(result) });
    } catch (error) {
      const failure = toFailure(error);
      switch (failure.kind) {
        case 'superseded':
          await leaveNext(key, begun.evaluationId, 3);
          log.info('A pull request was pushed to while it was judged; it is judged again', fields);
          return;
        case 'credentialRefused':
        case 'permissionMissing':
        case 'notFound':
          await recordUnjudged({ key, delivery, message, failure, connection });
          return;
        case 'rateLimited':
        case 'unavailable':
        case 'unexpected':
          log.error('A pull request could not be judged; the message will be delivered again', {
            ...fields,
            kind: failure.kind,
            reason: failure.message,
          });
          throw error;
      }
    }
  };
}

type Finished = Parameters<Ledger['finish']>[1];
type Judged = { result: EvaluationResult; writes: number };

/** A refused PAT may have been rotated within the cache's five minutes: the vault is asked once more before giving up. */
async function judgeWithFreshPat(
  dependencies: JudgeDependencies,
  connection: Connection,
  key: PullRequestKey,
  state: LedgerState,
): Promise<Judged> {
  const { secrets, connect } = dependencies;
  const pat = await secrets.readPat(connection.id);
  try {
    return await judgeOnce(dependencies, connect(connection, pat), connection, key, state);
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== 'credentialRefused') throw error;
    const fresh = await secrets.readPat(connection.id, { fresh: true });
    if (fresh === pat) throw error;
    return judgeOnce(dependencies, connect(connection, fresh), connection, key, state);
  }
}

async function judgeOnce(
  { settings, connections, clock }: JudgeDependencies,
  azureDevOps: AzureDevOps,
  connection: Connection,
  key: PullRequestKey,
  state: LedgerState,
): Promise<Judged> {
  const myId = connection.identities[0]?.id ?? '';
  const { finished, newestIntent } = state;
  // An evaluation that began later and did not finish may have written something: then everything is compared again.
  const isLatest = finished !== undefined && newestIntent?.evaluationId === finished.evaluationId;
  const holds = isLatest && (finished.validUntil === null || finished.validUntil > clock.now());
  const result = await evaluatePullRequest({
    key,
    settings: await readSettings(settings, key),
    azureDevOps,
    clock,
    myId,
    knownInputs: holds ? finished.inputs : undefined,
  });
  if (result.kind !== 'judged') return { result, writes: 0 };
  const { writes, writtenBy } = await applyJudgement(azureDevOps, connection, myId, key, result.judgement);
  if (writtenBy && writtenBy.id !== myId) {
    // The PAT is now another account's: from here on that one is us, and the former one's summary is replaced.
    const former = connection.identities.filter(({ id }) => id !== writtenBy.id);
    await connections.save({ ...connection, identities: [writtenBy, ...former] });
  }
  return { result, writes };
}

function finishedEvaluation(
  { result }: Judged,
  begun: { evaluationId: string; beganAt: Date },
  state: LedgerState,
): Finished {
  switch (result.kind) {
    case 'unchanged':
      return { ...(state.finished ?? nothingJudged), ...begun, inputs: result.inputs };
    case 'inactive':
      return {
        ...nothingJudged,
        ...begun,
        inputs: result.inputs,
        iterationId: result.iteration.id,
        sourceCommit: result.iteration.sourceCommit,
        description: `pull request is ${result.details.status}`,
      };
    case 'judged': {
      const { iteration, verdict, evaluation, validUntil } = result.judgement;
      return {
        ...begun,
        inputs: result.inputs,
        iterationId: iteration.id,
        sourceCommit: iteration.sourceCommit,
        ...verdict,
        outcomes: evaluation.outcomes.map(({ gate, state: outcomeState }) => ({ gate, state: outcomeState })),
        validUntil,
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
};

function told({ result, writes }: Judged): Record<string, unknown> {
  if (result.kind !== 'judged') return { result: result.kind, writes };
  const { iteration, verdict } = result.judgement;
  return {
    result: result.kind,
    writes,
    iteration: iteration.id,
    state: verdict.state,
    description: verdict.description,
  };
}

function unknownConnection(key: PullRequestKey): Failure {
  return new Failure({
    kind: 'notFound',
    message: `The connection ${key.connectionId} does not exist any more; delete its service hooks in Azure DevOps.`,
  });
}
