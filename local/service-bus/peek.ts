import type { Message } from 'rhea';
import { MESSAGE_STATE, toAmqpMessage } from './codec';
import type { Entity } from './entity';
import type { ScheduledMessage, StoredMessage } from './stored-message';

interface PeekRange {
  /** The first sequence number of interest. */
  from: number;
  count: number;
  /** Of one session only. */
  sessionId: string | undefined;
}

/** Messages by sequence number, whether they can be received, are deferred, or wait for their time. Holds nothing. */
export function peekMessages(entity: Entity, { from, count, sessionId }: PeekRange): Message[] {
  const stored = entity.messages.messages().map((message) => ({ message, state: MESSAGE_STATE[message.state] }));
  const scheduled = entity.isDeadLetterQueue ? [] : entity.store.scheduledMessages();
  return [...stored, ...scheduled.map((message) => ({ message: asStored(message), state: MESSAGE_STATE.scheduled }))]
    .filter(({ message }) => message.sequenceNumber >= from)
    .filter(({ message }) => sessionId === undefined || message.sessionId === sessionId)
    .sort((a, b) => a.message.sequenceNumber - b.message.sequenceNumber)
    .slice(0, count)
    .map(({ message, state }) => toAmqpMessage({ ...message, lock: undefined }, state));
}

function asStored({ incoming, sequenceNumber }: ScheduledMessage): StoredMessage {
  return {
    sequenceNumber,
    messageId: incoming.messageId,
    sessionId: incoming.sessionId,
    timeToLive: incoming.timeToLive ?? Infinity,
    enqueuedTime: Date.now(),
    expiresAt: Infinity,
    content: incoming.content,
    applicationProperties: { ...incoming.content.application_properties },
    deliveryCount: 0,
    state: 'active',
    lock: undefined,
  };
}
