import { coverageOf, settlingTime, SPACING_SECONDS, spacingLeft } from '../core/coverage';
import { Failure, isTransient, toFailure } from '../core/failures';
import { pullRequestMessage, sessionId, type Message } from '../core/messages';
import { retryDelay } from '../core/retry-delay';
import type { PullRequestKey } from '../core/snapshot';

import type { Delivery } from './delivery';
import { finishedEvaluation, judgeOnce, told, type JudgeOnceDependencies } from './judge-once';
import type { Clock, Connection, Connections, Ledger, LedgerState, Log, WorkQueue } from './ports';
import type { RecordUnjudged } from './record-unjudged';

/** From the fourth attempt on, the pull request says that it could not be judged; retrying goes on. */
const TELLING_ATTEMPT = 3;

export interface JudgeDependencies extends JudgeOnceDependencies {
  connections: Connections;
  ledger: Ledger;
  queue: WorkQueue;
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

  /** A service that is busy or down is asked again later, and not by the broker's redelivery, which comes at once. */
  const leaveRetry = async (message: Message, delivery: Delivery, failure: Failure): Promise<void> => {
    const chain = message.chain ?? delivery.messageId;
    const attempt = message.attempt + 1;
    const dueIn = retryDelay(message.attempt, failure.retryAfterSeconds);
    const retry: Message = { ...message, cause: 'retry', attempt, chain };
    await queue.send(retry, { messageId: `retry/${sessionId(message)}/${chain}/${attempt}`, dueIn });
    log.warn('A pull request could not be judged yet; it is tried again later', {
      connectionId: message.connectionId,
      repositoryId: message.repositoryId,
      pullRequestId: message.pullRequestId,
      attempt,
      dueIn,
      kind: failure.kind,
      reason: failure.message,
    });
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

  /** Judges if nobody has since the message was enqueued. Throws what keeps it from being judged. */
  const judge = async (message: Message, delivery: Delivery, connection: Connection): Promise<void> => {
    const key = keyOf(message);
    const fields = { ...key, messageId: delivery.messageId, cause: message.cause };
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
      const judged = await judgeOnce(dependencies, connection, key, state);
      await ledger.finish(key, finishedEvaluation(judged, begun, state));
      log.info('A pull request was judged', { ...fields, evaluationId: begun.evaluationId, ...told(judged) });
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'superseded') throw error;
      await leaveNext(key, begun.evaluationId, SPACING_SECONDS);
      log.info('A pull request was pushed to while it was judged; it is judged again', fields);
    }
  };

  return async (message, delivery) => {
    const key = keyOf(message);
    let connection: Connection | undefined;
    try {
      connection = await connections.find(key.connectionId);
      if (!connection) throw unknownConnection(key);
      await judge(message, delivery, connection);
    } catch (error) {
      const failure = toFailure(error);
      if (isTransient(failure)) {
        await leaveRetry(message, delivery, failure);
        if (message.attempt !== TELLING_ATTEMPT) return;
      } else if (failure.kind === 'unexpected') {
        log.error('A pull request could not be judged; the message will be delivered again', {
          ...key,
          messageId: delivery.messageId,
          reason: failure.message,
        });
        throw error;
      }
      await recordUnjudged({ key, delivery, message, failure, ...(connection ? { connection } : {}) });
    }
  };
}

function keyOf({ connectionId, repositoryId, pullRequestId }: Message): PullRequestKey {
  return { connectionId, repositoryId, pullRequestId };
}

function unknownConnection(key: PullRequestKey): Failure {
  return new Failure({
    kind: 'notFound',
    message: `The connection ${key.connectionId} does not exist any more; delete its service hooks in Azure DevOps.`,
  });
}
