import { coverageOf, SPACING_SECONDS, spacingLeft } from '../core/coverage';
import { Failure, isTransient, toFailure } from '../core/failures';
import type { PullRequestMessage } from '../core/messages';
import { createSlots } from '../core/slots';
import type { PullRequestKey } from '../core/snapshot';

import type { BrokenConnections } from './broken-connections';
import { hookAtOf, type Delivery } from './delivery';
import { createFollowUps } from './follow-ups';
import { finishedEvaluation, judgeOnce, type JudgeOnceDependencies } from './judge-once';
import { idsOf, measureJudged, shownOf, told, took } from './judged-fields';
import { ownPatsOf } from './own-pats';
import type { Clock, Connection, Ledger, LedgerState, Log, PendingRetry, Trace, WorkQueue } from './ports';
import type { RecordUnjudged } from './record-unjudged';

/** From the fourth attempt on, the pull request says that it could not be judged; retrying goes on. */
const TELLING_ATTEMPT = 3;

/** One account serves a whole connection, and Azure DevOps limits what an account may ask for. */
const MOST_AT_ONCE = 8;

const LEFT = 'A message was left: its connection is broken, or being disconnected';

const GONE = 'A message was dropped: its connection is being disconnected, or was';

export interface JudgeDependencies extends JudgeOnceDependencies {
  ledger: Ledger;
  queue: WorkQueue;
  brokenConnections: BrokenConnections;
  recordUnjudged: RecordUnjudged;
  newEvaluationId: () => string;
  clock: Clock & { sleep(seconds: number): Promise<void> };
  log: Log;
  trace: Pick<Trace, 'span' | 'measure' | 'spent'>;
}

/** What was learnt before working on a message failed. */
interface Seen {
  connection?: Connection | undefined;
  retry?: PendingRetry | undefined;
}

/**
 * Works on one message of a pull request's session: decides whether it needs an evaluation at all, judges, writes, and
 * notes it in the ledger. Returns when the message is done with; throws when it must be delivered again.
 */
export function createJudgePullRequest(
  dependencies: JudgeDependencies,
): (message: PullRequestMessage, delivery: Delivery) => Promise<void> {
  const { connections, ledger, queue, brokenConnections, recordUnjudged, clock, log, trace } = dependencies;
  const followUps = createFollowUps({ queue, ledger, clock, log });
  const ownPats = ownPatsOf(dependencies);
  const slots = new Map<string, ReturnType<typeof createSlots>>();

  const slotsOf = (connectionId: string) => {
    const known = slots.get(connectionId) ?? createSlots(MOST_AT_ONCE);
    slots.set(connectionId, known);
    return known;
  };

  /** Begins an evaluation; undefined when one began just before and this message's share is left to later ones. */
  const begin = async (message: PullRequestMessage, delivery: Delivery, state: LedgerState) => {
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
    await followUps.settle(message, delivery.enqueuedAt);
    await followUps.next(message, state.newestIntent.evaluationId, wait, hookAtOf(message, delivery));
    await ledger.withdraw(message, evaluationId);
    return undefined;
  };

  /** One evaluation without an end says already that something may stand half written; more of them would only pile up. */
  const forgetEarlier = async (key: PullRequestKey, { newestIntent, finished }: LedgerState): Promise<void> => {
    if (!newestIntent || newestIntent.evaluationId === finished?.evaluationId) return;
    // The next failure does it as well; what is to be told is why this evaluation failed.
    await ledger.withdraw(key, newestIntent.evaluationId).catch(() => undefined);
  };

  /** The connection as it is by now, where the pull request's project has a PAT of its own: that one may well work. */
  const withOwnPat = async ({ id }: Connection, repositoryId: string): Promise<Connection | undefined> => {
    const present = await connections.find(id);
    return present && (await ownPats.of(present, repositoryId)) ? present : undefined;
  };

  /**
   * Judges when it is this evaluation's turn; undefined when the connection broke while it waited for it. A refused
   * credential is noted before the next one's turn, which would run into it as well.
   */
  const judgeInTurn = (connection: Connection, message: PullRequestMessage, state: LedgerState, evaluationId: string) =>
    slotsOf(connection.id).run(async (hasWaited) => {
      const probed = connection.broken ? undefined : await brokenConnections.probeAgain(connection, hasWaited);
      const working = probed ?? (await withOwnPat(connection, message.repositoryId));
      if (!working || working.state === 'leaving') return undefined;
      try {
        return await trace.span('evaluate', 'internal', idsOf(message, evaluationId), (span) =>
          judgeOnce(dependencies, working, message, state, evaluationId).then((judged) => {
            span.set(shownOf(judged));
            return judged;
          }),
        );
      } catch (error) {
        const failure = toFailure(error);
        if (failure.kind === 'credentialRefused') await brokenConnections.note(connection, failure);
        throw error;
      }
    });

  /** Judges if nobody has since the message was enqueued. Throws what keeps it from being judged. */
  const judge = async (message: PullRequestMessage, delivery: Delivery, connection: Connection, seen: Seen) => {
    const key = keyOf(message);
    const fields = { ...key, messageId: delivery.messageId, cause: message.cause };
    const startedAt = clock.now();
    const state = await ledger.read(key);
    seen.retry = state.retry;
    /** Azure DevOps may answer with what was true before the hook: one more look, unless this one comes late enough. */
    const settleUnlessLater = async (lookedAt: Date): Promise<void> => {
      if (message.cause !== 'hook' || coverageOf(delivery.enqueuedAt, lookedAt) === 'covered') return;
      await followUps.settle(message, delivery.enqueuedAt);
    };
    const leaveToRetry = async (dueAt: Date): Promise<void> => {
      log.debug('A message was left to the retry that is pending', { ...fields, dueAt: dueAt.toISOString() });
      await settleUnlessLater(dueAt);
    };
    if (state.retry && state.retry.dueAt > clock.now()) {
      // Here it is: what this evaluation leaves must not wait for it any more.
      if (message.chain === state.retry.chain && message.attempt === state.retry.attempt)
        await ledger.postpone(key, { ...state.retry, dueAt: clock.now() });
      else return leaveToRetry(state.retry.dueAt);
    }
    const { finished } = state;
    const coverage = coverageOf(
      delivery.enqueuedAt,
      message.thorough ? (finished?.comparedAt ?? undefined) : finished?.beganAt,
    );
    if (coverage !== 'uncovered') {
      if (coverage === 'settling') await followUps.settle(message, delivery.enqueuedAt);
      log.debug('A message tells nothing that was not seen', { ...fields, coverage });
      return;
    }
    const begun = await begin(message, delivery, state);
    if (!begun) {
      log.debug('A message was put off: another evaluation began less than three seconds before', fields);
      return;
    }
    try {
      const judged = await judgeInTurn(connection, message, state, begun.evaluationId);
      if (!judged) {
        await ledger.withdraw(key, begun.evaluationId);
        log.info(LEFT, fields);
        return;
      }
      const evaluation = finishedEvaluation(judged, begun, state);
      // Sent first: once the evaluation is done, this message counts as seen and does not come here again.
      // One for each end will do: after a freeze of weeks, what every look of every hour left would come at once.
      const isScheduled = finished?.validUntil?.getTime() === evaluation.validUntil?.getTime();
      if (evaluation.validUntil && !isScheduled) await followUps.until(key, evaluation.validUntil);
      const isAlone = await ledger.finish(key, evaluation);
      // Two may have written the same; whoever looks next, at everything, folds what is double.
      if (!isAlone && judged.writes > 0)
        await followUps.next({ ...message, thorough: true }, begun.evaluationId, SPACING_SECONDS, undefined);
      const times = took(message, delivery, startedAt, clock.now());
      log.info('A pull request was judged', {
        ...fields,
        evaluationId: begun.evaluationId,
        ...told(judged, state),
        ...times,
        ...trace.spent(),
      });
      measureJudged(trace, judged, times);
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'superseded') {
        await forgetEarlier(key, state);
        throw error;
      }
      await followUps.next(message, begun.evaluationId, SPACING_SECONDS, hookAtOf(message, delivery));
      log.info('A pull request was pushed to while it was judged; it is judged again', {
        ...fields,
        reason: error.message,
      });
    }
    await settleUnlessLater(begun.beganAt);
  };

  const settleFailure = async (
    message: PullRequestMessage,
    delivery: Delivery,
    { connection, retry }: Seen,
    error: unknown,
  ): Promise<void> => {
    const key = keyOf(message);
    const failure = toFailure(error);
    let { chain } = message;
    if (isTransient(failure)) {
      const next = await followUps.retry(message, delivery, failure, retry);
      if (next.attempt <= TELLING_ATTEMPT) return;
      ({ chain } = next);
    } else if (failure.kind === 'unexpected') {
      log.error('A pull request could not be judged; the message will be delivered again', {
        ...key,
        messageId: delivery.messageId,
        reason: failure.message,
      });
      throw error;
    }
    const recorded = chain === undefined ? message : { ...message, chain };
    await recordUnjudged({ key, delivery, message: recorded, failure, ...(connection ? { connection } : {}) });
  };

  return async (message, delivery) => {
    const key = keyOf(message);
    const seen: Seen = {};
    try {
      seen.connection = await connections.find(key.connectionId);
      if (seen.connection?.state !== 'connected') {
        // What it left in the queue when it was disconnected comes when it is due, and is done with.
        log.info(GONE, { ...key, messageId: delivery.messageId });
        return;
      }
      const probed = await brokenConnections.probe(seen.connection);
      const working = probed ?? (await withOwnPat(seen.connection, message.repositoryId));
      if (working) await judge(message, delivery, working, seen);
      else log.info(LEFT, { ...key, messageId: delivery.messageId });
    } catch (error) {
      await settleFailure(message, delivery, seen, error);
    }
  };
}

function keyOf({ connectionId, repositoryId, pullRequestId }: PullRequestMessage): PullRequestKey {
  return { connectionId, repositoryId, pullRequestId };
}
