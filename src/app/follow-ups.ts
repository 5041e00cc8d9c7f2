import { settlingTime } from '../core/coverage';
import type { Failure } from '../core/failures';
import { pullRequestMessage, subjectOf, type PullRequestMessage } from '../core/messages';
import { retryDelay } from '../core/retry-delay';
import type { PullRequestKey } from '../core/snapshot';

import { hookAtOf, type Delivery } from './delivery';
import type { Clock, Ledger, Log, PendingRetry, WorkQueue } from './ports';

/** Whoever looks by a clock that is a little behind would find that the verdict still holds, and look no more. */
const CLOCK_DIFFERENCE_SECONDS = 1;

interface Dependencies {
  queue: WorkQueue;
  ledger: Ledger;
  clock: Clock;
  log: Log;
}

type About = Pick<PullRequestMessage, 'connectionId' | 'repositoryId' | 'pullRequestId' | 'thorough'>;

/** The messages that working on a message leaves for later. Equal reasons make equal ids, which the broker folds. */
export function createFollowUps({ queue, ledger, clock, log }: Dependencies) {
  const kind = ({ thorough }: About): string => (thorough ? '/thorough' : '');

  return {
    /** One more look at what this message tells of, shared by all messages of these seconds. */
    async settle(about: About, enqueuedAt: Date): Promise<void> {
      const due = settlingTime(enqueuedAt);
      const messageId = `settle/${subjectOf(about)}/${due.toISOString()}${kind(about)}`;
      const dueIn = (due.getTime() - enqueuedAt.getTime()) / 1_000;
      await queue.send(pullRequestMessage(about, 'settle', about.thorough), { messageId, dueIn });
    },
    /** The next evaluation after one that began just before; a service hook may be waiting for it since `hookAt`. */
    async next(about: About, afterEvaluation: string, dueIn: number, hookAt: Date | undefined): Promise<void> {
      const messageId = `next/${subjectOf(about)}/${afterEvaluation}${kind(about)}`;
      await queue.send(pullRequestMessage(about, 'next', about.thorough), { messageId, dueIn, hookAt });
    },
    /** A look when an evaluation stops to hold although nothing happens. */
    async until(key: PullRequestKey, validUntil: Date): Promise<void> {
      const messageId = `until/${subjectOf(key)}/${validUntil.toISOString()}`;
      const dueIn = Math.max(0, (validUntil.getTime() - clock.now().getTime()) / 1_000 + CLOCK_DIFFERENCE_SECONDS);
      await queue.send(pullRequestMessage(key, 'until'), { messageId, dueIn });
    },
    /**
     * Asks a service that is busy or down again later, and not by the broker's redelivery, which comes at once. Sent
     * before it is noted: after a crash in between, sending it again is folded.
     *
     * @param pending the retry that the ledger knew of: another message that ran into the same trouble goes on with its
     * chain, so that a pull request has one, however many messages come
     * @returns what was sent
     */
    async retry(
      message: PullRequestMessage,
      delivery: Delivery,
      failure: Failure,
      pending: PendingRetry | undefined,
    ): Promise<{ chain: string; attempt: number }> {
      const { connectionId, repositoryId, pullRequestId } = message;
      const chain = message.chain ?? pending?.chain ?? delivery.messageId;
      const noted = pending?.chain === chain ? pending.attempt : 0;
      // The message that left what is pending is delivered again: its process died before it was completed.
      const isAgain = noted === message.attempt + 1 && (message.chain ?? delivery.messageId) === chain;
      const attempt = isAgain ? noted : Math.max(message.attempt, noted) + 1;
      const dueIn = retryDelay(attempt - 1, failure.retryAfterSeconds);
      // Other messages are left to it, and one of them may have asked for everything to be compared.
      const retry: PullRequestMessage = { ...message, cause: 'retry', thorough: true, attempt, chain };
      const messageId = `retry/${subjectOf(message)}/${chain}/${attempt}`;
      await queue.send(retry, { messageId, dueIn, hookAt: hookAtOf(message, delivery) });
      const fields = { connectionId, repositoryId, pullRequestId, attempt, dueIn };
      log.warn('A pull request could not be judged yet; it is tried again later', {
        ...fields,
        kind: failure.kind,
        reason: failure.message,
      });
      try {
        await ledger.postpone(message, { dueAt: new Date(clock.now().getTime() + dueIn * 1_000), attempt, chain });
      } catch (error) {
        // The retry is on its way; without the note other messages try as well, which costs requests and nothing else.
        log.warn('The pending retry could not be noted', {
          ...fields,
          failure: error instanceof Error ? error.message : '',
        });
      }
      return { chain, attempt };
    },
  };
}
