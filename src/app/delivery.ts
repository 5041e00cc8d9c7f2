import type { PullRequestMessage } from '../core/messages';
import { HOOK_AT } from '../core/work-queue-name';

/** What the broker says about a message. */
export interface Delivery {
  messageId: string;
  sessionId: string;
  /** By the broker's clock. */
  enqueuedAt: Date;
  /** When the service hook came that this goes back to, if the message says so. */
  hookAt?: Date;
}

/**
 * Reads the trigger's metadata. The Functions host parses its strings as JSON on the way, so a time comes as text or as a
 * Date, and an id that looks like a number would come as one.
 */
export function deliveryOf(metadata: Record<string, unknown>): Delivery {
  const enqueued = metadata['enqueuedTimeUtc'];
  const enqueuedAt = enqueued instanceof Date ? enqueued : new Date(typeof enqueued === 'string' ? enqueued : NaN);
  if (Number.isNaN(enqueuedAt.getTime())) throw new Error('The trigger did not say when the message was enqueued.');
  const hookAt = saidHookAt(metadata['applicationProperties']);
  return {
    messageId: text(metadata['messageId']),
    sessionId: text(metadata['sessionId']),
    enqueuedAt,
    ...(hookAt ? { hookAt } : {}),
  };
}

/** Since when a service hook waits for what comes of a message; undefined where none does. */
export function hookAtOf({ cause }: Pick<PullRequestMessage, 'cause'>, delivery: Delivery): Date | undefined {
  return cause === 'hook' ? delivery.enqueuedAt : delivery.hookAt;
}

function saidHookAt(properties: unknown): Date | undefined {
  if (typeof properties !== 'object' || properties === null) return undefined;
  const said = new Map<string, unknown>(Object.entries(properties)).get(HOOK_AT);
  const time = new Date(typeof said === 'string' ? said : NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
