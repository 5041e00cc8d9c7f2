import type { Delivery } from 'rhea';
import { z } from 'zod';
import { errors } from './broker-error';
import { tagToToken } from './lock-token';
import type { Settlement } from './stored-message';

const properties = z.record(z.string(), z.unknown());
const modified = z.object({ undeliverable_here: z.boolean().nullish(), message_annotations: properties.nullish() });
const rejected = z.object({
  error: z
    .object({ condition: z.string().nullish(), description: z.string().nullish(), info: properties.nullish() })
    .nullish(),
});

export type Outcome = 'accepted' | 'modified' | 'rejected' | 'released';

/** What a client's AMQP outcome means for the message. */
export function parseSettlement(outcome: Outcome, state: unknown): Settlement {
  switch (outcome) {
    case 'accepted':
      return { kind: 'complete' };
    case 'released':
      return { kind: 'release' };
    case 'modified': {
      const fields = modified.safeParse(state).data;
      return { kind: fields?.undeliverable_here ? 'defer' : 'abandon', properties: fields?.message_annotations ?? {} };
    }
    case 'rejected': {
      const error = rejected.safeParse(state).data?.error;
      const description = error?.description ? { DeadLetterErrorDescription: error.description } : {};
      return { kind: 'deadLetter', properties: { ...description, ...error?.info } };
    }
  }
}

/** The lock token under which a delivery was made. */
export function tokenOf(delivery: Delivery): string {
  if (Buffer.isBuffer(delivery.tag) && delivery.tag.length === 16) return tagToToken(delivery.tag);
  throw errors.messageLockLost();
}
