import { randomUUID } from 'node:crypto';
import rhea, { type Message } from 'rhea';
import { z } from 'zod';
import { errors } from './broker-error';
import type { IncomingMessage, StoredMessage } from './stored-message';

/** The limit of the Standard tier, per message and per batch. */
export const MAX_MESSAGE_BYTES = 256 * 1024;
/** The message format of a batch: an envelope whose data sections are messages. */
export const BATCH_FORMAT = 0x80013700;
export const MESSAGE_STATE = { active: 0, deferred: 1, scheduled: 2 };

const LARGEST_UINT = 2 ** 32 - 1;
/** .NET's ticks: tenths of a microsecond since the year 1. */
const TICKS_PER_MILLISECOND = 10_000n;
const TICKS_AT_EPOCH = 621_355_968_000_000_000n;

/** What rhea makes of a body in data sections: one buffer or several. */
const dataBody = z.object({
  typecode: z.literal(0x75),
  content: z.union([z.instanceof(Buffer), z.array(z.instanceof(Buffer))]),
});

const incomingFields = z.object({
  message_id: z.union([z.string(), z.number(), z.instanceof(Buffer)]).nullish(),
  group_id: z.string().nullish(),
  ttl: z.number().nullish(),
  message_annotations: z
    .looseObject({ 'x-opt-scheduled-enqueue-time': z.union([z.date(), z.number()]).nullish() })
    .nullish(),
});

/**
 * What the broker needs to know of a message that was sent; the rest stays as it is.
 * @throws BrokerError decode-error, message-size-exceeded
 */
export function parseMessage(message: Message): IncomingMessage {
  const fields = incomingFields.safeParse(message);
  if (!fields.success) throw errors.malformed(z.prettifyError(fields.error));
  const { message_id: id, group_id: sessionId, ttl, message_annotations: annotations } = fields.data;
  const bytes = dataOf(message)?.length ?? 0;
  if (bytes > MAX_MESSAGE_BYTES) throw errors.messageTooLarge(bytes, MAX_MESSAGE_BYTES);
  const due = annotations?.['x-opt-scheduled-enqueue-time'];
  // Without an id the SDK's lock renewal does not work, and Azure assigns one too.
  const messageId = id ?? randomUUID();
  return {
    messageId: Buffer.isBuffer(messageId) ? messageId.toString('hex') : String(messageId),
    sessionId: sessionId ?? undefined,
    timeToLive: ttl ?? undefined,
    dueAt: due instanceof Date ? due.getTime() : (due ?? undefined),
    content: { ...message, message_id: messageId },
  };
}

/** The messages of a batch. @throws BrokerError decode-error, message-size-exceeded */
export function parseBatch(envelope: Buffer): IncomingMessage[] {
  if (envelope.length > MAX_MESSAGE_BYTES) throw errors.messageTooLarge(envelope.length, MAX_MESSAGE_BYTES);
  const body = dataBody.safeParse(rhea.message.decode(envelope)['body']);
  if (!body.success) throw errors.malformed('The batch has no data sections.');
  return [body.data.content].flat().map(decodeMessage);
}

/** A message in its encoded form. @throws BrokerError decode-error, message-size-exceeded */
export function decodeMessage(encoded: Buffer): IncomingMessage {
  return parseMessage({ body: undefined, ...rhea.message.decode(encoded) });
}

/** A message as a receiver gets it. `state` is told to those who peek. */
export function toAmqpMessage(message: StoredMessage, state?: number): Message {
  const lockedUntil = message.lock?.session?.until ?? message.lock?.until;
  return {
    ...message.content,
    durable: true,
    delivery_count: message.deliveryCount,
    ...(message.timeToLive <= LARGEST_UINT && { ttl: message.timeToLive }),
    application_properties: message.applicationProperties,
    message_annotations: {
      ...message.content.message_annotations,
      'x-opt-sequence-number': rhea.types.wrap_long(message.sequenceNumber),
      'x-opt-enqueue-sequence-number': rhea.types.wrap_long(message.sequenceNumber),
      'x-opt-enqueued-time': new Date(message.enqueuedTime),
      ...(lockedUntil !== undefined && { 'x-opt-locked-until': new Date(lockedUntil) }),
      ...(state !== undefined && { 'x-opt-message-state': rhea.types.wrap_int(state) }),
    },
  };
}

/** Milliseconds since the epoch as .NET ticks in an AMQP long. */
export function toTicks(milliseconds: number): unknown {
  const ticks = Buffer.alloc(8);
  ticks.writeBigInt64BE(BigInt(Math.round(milliseconds)) * TICKS_PER_MILLISECOND + TICKS_AT_EPOCH);
  return rhea.types.wrap_long(ticks);
}

/** The bytes of a body in data sections; undefined for any other body. */
export function dataOf(message: Message): Buffer | undefined {
  const body = dataBody.safeParse(message.body);
  return body.success ? Buffer.concat([body.data.content].flat()) : undefined;
}
