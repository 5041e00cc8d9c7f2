import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus';
import { z } from 'zod';

import type { KeptMessages } from '../app/ports';
import { Failure } from '../core/failures';
import { WORK_QUEUE } from '../core/work-queue-name';
import { bounded } from './bounded';
import { describeAnswer } from './rest-answers';
import { openServiceBus, hostOf, type ServiceBusNamespace } from './service-bus-link';

const GIVE_UP_MS = 15_000;
const CLOSE_MS = 2_000;
const PAGE = 250;
/** Beyond, the queue is so full that the rest is left to come when it is due. */
const MOST_PAGES = 200;

/** All that is asked of a message: also of one that a newer release wrote. */
const bodySchema = z.looseObject({ connectionId: z.string(), operationId: z.string().optional() });

/**
 * The messages of a connection in the queue `work`, seen by peeking, which takes none out. Those that are next are not
 * taken either: the worker has their sessions, and is done with them in a moment.
 */
export function keptMessages(namespace: ServiceBusNamespace): KeptMessages {
  const host = hostOf(namespace);

  /** A connection of its own, as this is done hardly ever. */
  const withClient = async <T>(use: (client: ServiceBusClient) => Promise<T>): Promise<T> => {
    const client = openServiceBus(namespace, GIVE_UP_MS);
    try {
      return await bounded(GIVE_UP_MS, async () => use(await client));
    } catch (error) {
      throw new Failure({
        kind: 'unavailable',
        message: `The queue ${WORK_QUEUE} of Service Bus at ${host} could not be looked through (${describeAnswer(error)}): the deployment's identity needs the roles Azure Service Bus Data Receiver and Sender.`,
      });
    } finally {
      await bounded(CLOSE_MS, async () => (await client).close()).catch(() => undefined);
    }
  };

  return {
    count: (connectionId) =>
      withClient(async (client) => {
        const ours = await peek(client, connectionId);
        const scheduled = ours.filter(isScheduled).length;
        return { scheduled, waiting: ours.length - scheduled };
      }),
    cancel: (connectionId, keptOperationId) =>
      withClient(async (client) => {
        const numbers = (await peek(client, connectionId))
          .filter((message) => isScheduled(message) && operationOf(message) !== keptOperationId)
          .flatMap(({ sequenceNumber }) => (sequenceNumber ? [sequenceNumber] : []));
        const sender = client.createSender(WORK_QUEUE);
        // One by one: one that has become due meanwhile would have the others refused, too.
        let cancelled = 0;
        for (const number of numbers) {
          try {
            await sender.cancelScheduledMessages(number);
            cancelled += 1;
          } catch (error) {
            if (!isGone(error)) throw error;
          }
        }
        return cancelled;
      }),
  };
}

async function peek(client: ServiceBusClient, connectionId: string): Promise<ServiceBusReceivedMessage[]> {
  const receiver = client.createReceiver(WORK_QUEUE);
  const found: ServiceBusReceivedMessage[] = [];
  let from: ServiceBusReceivedMessage['sequenceNumber'];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const messages = await receiver.peekMessages(PAGE, from === undefined ? {} : { fromSequenceNumber: from });
    found.push(...messages.filter(({ body }) => bodySchema.safeParse(body).data?.connectionId === connectionId));
    const last = messages.at(-1)?.sequenceNumber;
    if (last === undefined) break;
    from = last.add(1);
  }
  return found;
}

function isScheduled({ state }: ServiceBusReceivedMessage): boolean {
  return state === 'scheduled';
}

function operationOf({ body }: ServiceBusReceivedMessage): string | undefined {
  return bodySchema.safeParse(body).data?.operationId;
}

function isGone(error: unknown): boolean {
  return z.object({ code: z.literal('MessageNotFound') }).safeParse(error).success;
}
