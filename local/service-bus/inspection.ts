import type { Message } from 'rhea';
import { dataOf } from './codec';
import type { QueueStore } from './queue-store';
import type { IncomingMessage, StoredMessage } from './stored-message';

export interface InspectedMessage {
  sequenceNumber: number;
  messageId: string;
  sessionId: string | null;
  state: 'active' | 'locked' | 'deferred' | 'scheduled' | 'deadLettered';
  /** The body parsed as JSON, or as text where it is none. */
  body: unknown;
  applicationProperties: Record<string, unknown>;
  /** Real time; null while scheduled. */
  enqueuedTimeUtc: Date | null;
  /** When a scheduled message becomes active, on the local clock; else null. */
  dueTimeUtc: Date | null;
  /** Deliveries that failed. */
  deliveryCount: number;
  deadLetterReason: string | null;
  deadLetterErrorDescription: string | null;
}

/** A queue as it is now. Messages expired by the local clock are not in it. */
export interface QueueInspection {
  /** Messages that a receiver would get now, or as soon as their session is free. */
  active: number;
  /** Messages that a receiver holds. */
  locked: number;
  deferred: number;
  scheduled: number;
  deadLettered: number;
  /** Active, locked, deferred and scheduled messages, in the order of their sequence numbers. */
  messages: InspectedMessage[];
  deadLetters: InspectedMessage[];
  /** Ids of the sessions that a receiver holds, with or without messages. */
  sessionsHeld: string[];
}

export function inspectQueue(store: QueueStore): QueueInspection {
  const scheduled = store.scheduledMessages().map(({ incoming, sequenceNumber, dueAt }) => ({
    ...describe(incoming, sequenceNumber),
    state: 'scheduled' as const,
    enqueuedTimeUtc: null,
    dueTimeUtc: new Date(dueAt),
    deliveryCount: 0,
  }));
  const stored = store.main.messages().map((message) => describeStored(message, stateOf(message)));
  const deadLetters = store.deadLetters.messages().map((message) => describeStored(message, 'deadLettered'));
  const messages = [...stored, ...scheduled].sort((a, b) => a.sequenceNumber - b.sequenceNumber);
  const count = (state: InspectedMessage['state']): number => messages.filter((m) => m.state === state).length;
  return {
    active: count('active'),
    locked: count('locked'),
    deferred: count('deferred'),
    scheduled: scheduled.length,
    deadLettered: deadLetters.length,
    messages,
    deadLetters,
    sessionsHeld: store.main.sessions.ids(),
  };
}

function stateOf(message: StoredMessage): InspectedMessage['state'] {
  return message.lock ? 'locked' : message.state;
}

function describeStored(message: StoredMessage, state: InspectedMessage['state']): InspectedMessage {
  const { applicationProperties: properties } = message;
  return {
    ...describe(message, message.sequenceNumber),
    state,
    applicationProperties: properties,
    enqueuedTimeUtc: new Date(message.enqueuedTime),
    dueTimeUtc: null,
    deliveryCount: message.deliveryCount,
    deadLetterReason: textOf(properties['DeadLetterReason']),
    deadLetterErrorDescription: textOf(properties['DeadLetterErrorDescription']),
  };
}

function describe(
  { messageId, sessionId, content }: Pick<IncomingMessage, 'messageId' | 'sessionId' | 'content'>,
  sequenceNumber: number,
) {
  return {
    sequenceNumber,
    messageId,
    sessionId: sessionId ?? null,
    body: readBody(content),
    applicationProperties: { ...content.application_properties },
    deadLetterReason: null,
    deadLetterErrorDescription: null,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function readBody(content: Message): unknown {
  const text = dataOf(content)?.toString('utf8');
  if (text === undefined) return content.body;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
