import type { ServiceBusClient } from '@azure/service-bus';

import type { QueueHealth } from '../app/ports';
import { Failure } from '../core/failures';
import { WORK_QUEUE } from '../core/work-queue-name';
import { bounded } from './bounded';
import { describeAnswer, parseRestAnswer } from './rest-answers';
import { cutOff, hostOf, openServiceBus, type ServiceBusNamespace } from './service-bus-link';

/** Somebody waits for the answer, and connecting takes its time. */
const GIVE_UP_MS = 8_000;
/** Less than whoever asks waits for. */
const REACH_MS = 4_000;
/** The service's own. */
const PAGE = 250;
/** Beyond, there are enough to say that there are too many. */
const MOST = 2_000;
/** With those that wait for their time: a freeze that begins or ends leaves one for each pull request, weeks before. */
const MOST_LOOKED_AT = 20_000;
/** Less than giving up: what was seen by then is told. */
const LOOK_MS = 5_000;

/**
 * What waits in queue `work` and in its dead-letter queue, by peeking: nothing is locked or taken. It takes the right to
 * receive, which the deployment's identity has for its triggers; counting as the portal does would take managing the queue.
 */
export function queueHealth(serviceBus: ServiceBusNamespace): QueueHealth {
  const host = hostOf(serviceBus);

  /** A connection of its own, as this is done seldom: one that is in use would not show what a new one runs into. */
  const withClient = async <T>(
    giveUpMs: number,
    use: (client: ServiceBusClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const client = openServiceBus(serviceBus, giveUpMs);
    try {
      return await bounded(giveUpMs, async (signal) => use(await client, signal));
    } finally {
      void cutOff(client);
    }
  };

  return {
    look: async () => {
      try {
        return await withClient(GIVE_UP_MS, async (client, signal) => {
          const [waiting, dead] = await Promise.all([peek(client, signal), peek(client, signal, 'deadLetter')]);
          return {
            due: waiting.count,
            oldestDueAt: waiting.oldest,
            dead: dead.count,
            isWhole: waiting.isWhole && dead.isWhole,
          };
        });
      } catch (error) {
        throw queueFailure(error, host, 'looked into', 'Receiver');
      }
    },
    reach: async (link) => {
      try {
        await withClient(REACH_MS, async (client, abortSignal) => {
          // An empty batch asks the link for its limits, which opens it.
          if (link === 'send') await client.createSender(WORK_QUEUE).createMessageBatch({ abortSignal });
          else await client.createReceiver(WORK_QUEUE).peekMessages(1, { abortSignal });
        });
      } catch (error) {
        if (link === 'send') throw queueFailure(error, host, 'reached to send', 'Sender');
        throw queueFailure(error, host, 'reached to receive', 'Receiver');
      }
    },
  };
}

interface Peeked {
  count: number;
  oldest: Date | null;
  isWhole: boolean;
}

/** Counts what is due. The broker tells what was scheduled long ago first, however much that is. */
async function peek(client: ServiceBusClient, abortSignal: AbortSignal, subQueueType?: 'deadLetter'): Promise<Peeked> {
  const receiver = client.createReceiver(WORK_QUEUE, subQueueType === undefined ? {} : { subQueueType });
  const until = performance.now() + LOOK_MS;
  let [lookedAt, count, oldest] = [0, 0, Infinity];
  const told = (isWhole: boolean): Peeked => ({
    count,
    oldest: oldest === Infinity ? null : new Date(oldest),
    isWhole,
  });
  for (;;) {
    const page = await receiver.peekMessages(PAGE, { abortSignal });
    if (page.length === 0) return told(true);
    lookedAt += page.length;
    // A message that waits for its time is enqueued only then.
    const due = page.filter(({ state }) => state !== 'scheduled' && state !== 'deferred');
    count += due.length;
    oldest = Math.min(oldest, ...due.map(({ enqueuedTimeUtc }) => enqueuedTimeUtc?.getTime() ?? Infinity));
    if (count >= MOST || lookedAt >= MOST_LOOKED_AT || performance.now() > until) return told(false);
  }
}

function queueFailure(error: unknown, host: string, what: string, role: 'Receiver' | 'Sender'): Failure {
  const { code } = parseRestAnswer(error);
  const advice =
    code === 'UnauthorizedAccess'
      ? `give the deployment’s identity the role Azure Service Bus Data ${role} on the queue`
      : code === 'MessagingEntityNotFound'
        ? 'the queue is missing: deploy the infrastructure again'
        : 'look whether it can be reached from where Portcullis runs';
  return new Failure({
    kind: 'unavailable',
    message: `Queue ${WORK_QUEUE} of Service Bus at ${host} could not be ${what} (${describeAnswer(error)}); ${advice}.`,
  });
}
