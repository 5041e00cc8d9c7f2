import { messageSchema, type PullRequestMessage, type SweepMessage } from '../core/messages';

import { deliveryOf, type Delivery } from './delivery';
import type { DeadLetters, Log } from './ports';
import { referenceOf } from './record-unjudged';

interface Dependencies {
  judge: (message: PullRequestMessage, delivery: Delivery) => Promise<void>;
  sweep: (message: SweepMessage, delivery: Delivery) => Promise<void>;
  deadLetters: DeadLetters;
  log: Log;
}

/** Parses a message of the queue and has it worked on. One that nobody can read is recorded, and done with. */
export function createWorkOnMessage({
  judge,
  sweep,
  deadLetters,
  log,
}: Dependencies): (body: unknown, metadata: Record<string, unknown>) => Promise<void> {
  return async (body, metadata) => {
    const delivery = deliveryOf(metadata);
    const message = messageSchema.safeParse(body);
    if (message.success) {
      if (message.data.kind === 'sweep') await sweep(message.data, delivery);
      else await judge(message.data, delivery);
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
