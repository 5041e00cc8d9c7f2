import {
  messageSchema,
  newerVersion,
  type OperationMessage,
  type PullRequestMessage,
  type SweepMessage,
} from '../core/messages';

import { deliveryOf, type Delivery } from './delivery';
import type { DeadLetters, LaterQueue, Log } from './ports';
import { referenceOf } from './record-unjudged';

/** A message of a newer release waits this long for that release to be deployed again. */
const LATER_SECONDS = 5 * 60;

interface Dependencies {
  judge: (message: PullRequestMessage, delivery: Delivery) => Promise<void>;
  sweep: (message: SweepMessage, delivery: Delivery) => Promise<void>;
  operate: (message: OperationMessage) => Promise<void>;
  deadLetters: DeadLetters;
  queue: LaterQueue;
  log: Log;
}

/**
 * Parses a message of the queue and has it worked on. One of a newer release is put off, which keeps it from the dead
 * letters until that release is there; one that nobody can read is recorded, and done with.
 */
export function createWorkOnMessage({
  judge,
  sweep,
  operate,
  deadLetters,
  queue,
  log,
}: Dependencies): (body: unknown, metadata: Record<string, unknown>) => Promise<void> {
  return async (body, metadata) => {
    const delivery = deliveryOf(metadata);
    const message = messageSchema.safeParse(body);
    if (message.success) {
      switch (message.data.kind) {
        case 'sweep':
          return sweep(message.data, delivery);
        case 'operation':
          return operate(message.data);
        case 'pullRequest':
          return judge(message.data, delivery);
      }
    }
    const version = newerVersion(body);
    if (version !== undefined) {
      const { messageId, sessionId, enqueuedAt } = delivery;
      log.warn('A message of a newer release was put off', { messageId, sessionId, schemaVersion: version });
      const first = messageId.replace(/^later\/[^/]*\//, '');
      const later = `later/${enqueuedAt.toISOString()}/${first}`;
      await queue.sendLater(body, { messageId: later, sessionId, dueIn: LATER_SECONDS });
      return;
    }
    const reference = referenceOf(delivery.messageId);
    const description = message.error.issues.map(({ path, message: text }) => `${path.join('.')}: ${text}`).join('; ');
    log.error('A message is not one of ours and was recorded', {
      messageId: delivery.messageId,
      reference,
      description,
    });
    await deadLetters.record({
      reference,
      reason: 'malformed',
      description,
      messageId: delivery.messageId,
      sessionId: delivery.sessionId,
      enqueuedAt: delivery.enqueuedAt,
      body: JSON.stringify(body ?? null),
      key: null,
    });
  };
}
