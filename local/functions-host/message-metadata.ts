import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { TypedData } from './core-module';

/** As the host sends it: text as text (the library parses it as JSON where it can), nothing as nothing, the rest as JSON. */
function toTypedData(value: unknown): TypedData {
  if (value === undefined || value === null) return {};
  if (typeof value === 'string') return { string: value };
  return { json: JSON.stringify(value) };
}

const offsetTime = (date: Date | undefined): string | undefined => date?.toISOString().replace('Z', '+00:00');

/** The body as the trigger hands it over: always text, parsed as JSON by the library where that is possible. */
export function toTriggerInput(message: ServiceBusReceivedMessage): TypedData {
  const body: unknown = message.body;
  if (Buffer.isBuffer(body)) return { string: body.toString('utf8') };
  return { string: typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body) };
}

/**
 * The trigger's metadata under the names of the .NET extension; the library lower-cases each first letter, also within
 * the application properties. The delivery count is .NET's, which begins at 1.
 */
export function toTriggerMetadata(message: ServiceBusReceivedMessage): Record<string, TypedData> {
  const values: Record<string, unknown> = {
    MessageId: message.messageId,
    SessionId: message.sessionId,
    DeliveryCount: (message.deliveryCount ?? 0) + 1,
    EnqueuedTimeUtc: message.enqueuedTimeUtc?.toISOString(),
    EnqueuedTime: offsetTime(message.enqueuedTimeUtc),
    ExpiresAtUtc: message.expiresAtUtc?.toISOString(),
    ExpiresAt: offsetTime(message.expiresAtUtc),
    LockToken: message.lockToken,
    ContentType: message.contentType,
    CorrelationId: message.correlationId,
    Subject: message.subject,
    Label: message.subject,
    To: message.to,
    ReplyTo: message.replyTo,
    ReplyToSessionId: message.replyToSessionId,
    PartitionKey: message.partitionKey,
    ApplicationProperties: message.applicationProperties ?? {},
    UserProperties: message.applicationProperties ?? {},
    DeadLetterSource: message.deadLetterSource,
  };
  const metadata = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toTypedData(value)]));
  // A 64-bit number: as digits, for JSON.stringify would write an object.
  if (message.sequenceNumber !== undefined) metadata['SequenceNumber'] = { json: message.sequenceNumber.toString() };
  return metadata;
}
