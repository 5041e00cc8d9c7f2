/** What the broker says about a message. */
export interface Delivery {
  messageId: string;
  sessionId: string;
  /** By the broker's clock. */
  enqueuedAt: Date;
}

/**
 * Reads the trigger's metadata. The Functions host parses its strings as JSON on the way, so a time comes as text or as a
 * Date, and an id that looks like a number would come as one.
 */
export function deliveryOf(metadata: Record<string, unknown>): Delivery {
  const enqueued = metadata['enqueuedTimeUtc'];
  const enqueuedAt = enqueued instanceof Date ? enqueued : new Date(typeof enqueued === 'string' ? enqueued : NaN);
  if (Number.isNaN(enqueuedAt.getTime())) throw new Error('The trigger did not say when the message was enqueued.');
  return { messageId: text(metadata['messageId']), sessionId: text(metadata['sessionId']), enqueuedAt };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
