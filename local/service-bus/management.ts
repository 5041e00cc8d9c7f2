import rhea, { type Connection, type Message } from 'rhea';
import { z } from 'zod';
import { BrokerError, errors } from './broker-error';
import { decodeMessage, toAmqpMessage } from './codec';
import type { Entity } from './entity';
import { bytesToUuid, uuidToBytes } from './lock-token';
import { peekMessages } from './peek';
import type { Reply } from './request-response';
import type { Settlement } from './stored-message';

/** AMQP type codes of array elements. */
const TIMESTAMP = 0x83;
const LONG = 0x81;

const bytes = z.instanceof(Buffer);
/** rhea leaves longs beyond 2^53 as bytes; ours never get there, so such a number names nothing. */
const sequenceNumber = z.union([z.number(), bytes.transform(() => -1)]);
const sessionId = z.string();
const body = {
  lockTokens: z.object({ 'lock-tokens': z.array(bytes) }),
  session: z.object({ 'session-id': sessionId }),
  setState: z.object({ 'session-id': sessionId, 'session-state': bytes.nullish() }),
  schedule: z.object({ messages: z.array(z.object({ message: bytes })) }),
  sequenceNumbers: z.object({ 'sequence-numbers': z.array(sequenceNumber) }),
  peek: z.object({
    'from-sequence-number': sequenceNumber,
    'message-count': z.number(),
    'session-id': sessionId.nullish(),
  }),
  receive: z.object({
    'sequence-numbers': z.array(sequenceNumber),
    'receiver-settle-mode': z.number().nullish(),
    'session-id': sessionId.nullish(),
  }),
  disposition: z.object({
    'lock-tokens': z.array(bytes),
    'disposition-status': z.enum(['completed', 'abandoned', 'defered', 'suspended']),
    'deadletter-reason': z.string().nullish(),
    'deadletter-description': z.string().nullish(),
    'properties-to-modify': z.record(z.string(), z.unknown()).nullish(),
  }),
  sessions: z.object({ skip: z.number(), top: z.number() }),
};

/** A request to an entity's $management node. */
export interface ManagementRequest {
  entity: Entity;
  connection: Connection;
  message: Message;
}

type Operation = (request: ManagementRequest) => Reply;

const operations: Record<string, Operation> = {
  'renew-lock': renewLocks,
  'renew-session-lock': renewSessionLock,
  'get-session-state': getSessionState,
  'set-session-state': setSessionState,
  'schedule-message': scheduleMessages,
  'cancel-scheduled-message': cancelScheduledMessages,
  'peek-message': peek,
  'receive-by-sequence-number': receiveDeferred,
  'update-disposition': updateDisposition,
  'get-message-sessions': getMessageSessions,
};

/** Carries out a request to a $management node; whatever is wrong becomes the status of the answer. */
export function answerManagement(request: ManagementRequest): Reply {
  const name = String(request.message.application_properties?.['operation']).replace('com.microsoft:', '');
  try {
    const operation = operations[name];
    if (!operation) throw errors.notImplemented(`The local broker does not know the operation ${name}.`);
    return operation(request);
  } catch (error) {
    if (error instanceof z.ZodError) return failed(errors.notAllowed(z.prettifyError(error)));
    if (error instanceof BrokerError) return failed(error);
    throw error;
  }
}

function succeeded(reply?: unknown, statusCode = 200): Reply {
  return { applicationProperties: { statusCode, statusDescription: 'OK' }, body: reply };
}

function failed(error: BrokerError): Reply {
  const statusCodes = new Map([
    ['com.microsoft:message-lock-lost', 410],
    ['com.microsoft:session-lock-lost', 410],
    ['com.microsoft:message-not-found', 404],
    ['amqp:not-implemented', 501],
  ]);
  return {
    applicationProperties: {
      statusCode: statusCodes.get(error.condition) ?? 400,
      statusDescription: error.message,
      errorCondition: error.condition,
    },
  };
}

function renewLocks({ entity, message }: ManagementRequest): Reply {
  const tokens = body.lockTokens.parse(message.body)['lock-tokens'];
  const expirations = tokens.map((token) => entity.messages.renew(bytesToUuid(token)));
  return succeeded({ expirations: rhea.types.wrap_array(expirations, TIMESTAMP, undefined) });
}

function renewSessionLock({ entity, connection, message }: ManagementRequest): Reply {
  const { sessions } = entity.messages;
  const session = sessions.heldOn(body.session.parse(message.body)['session-id'], connection);
  return succeeded({ expiration: new Date(sessions.renew(session)) });
}

function getSessionState({ entity, connection, message }: ManagementRequest): Reply {
  const { sessions } = entity.messages;
  const session = sessions.heldOn(body.session.parse(message.body)['session-id'], connection);
  return succeeded({ 'session-state': sessions.state(session.sessionId) ?? null });
}

function setSessionState({ entity, connection, message }: ManagementRequest): Reply {
  const { sessions } = entity.messages;
  const fields = body.setState.parse(message.body);
  const session = sessions.heldOn(fields['session-id'], connection);
  sessions.setState(session.sessionId, fields['session-state'] ?? undefined);
  return succeeded();
}

function scheduleMessages({ entity, message }: ManagementRequest): Reply {
  const { messages } = body.schedule.parse(message.body);
  const numbers = entity.store.send(messages.map((entry) => decodeMessage(entry.message)));
  return succeeded({ 'sequence-numbers': rhea.types.wrap_array(numbers, LONG, undefined) });
}

function cancelScheduledMessages({ entity, message }: ManagementRequest): Reply {
  entity.store.cancelScheduled(body.sequenceNumbers.parse(message.body)['sequence-numbers']);
  return succeeded();
}

function peek({ entity, message }: ManagementRequest): Reply {
  const fields = body.peek.parse(message.body);
  const messages = peekMessages(entity, {
    from: fields['from-sequence-number'],
    count: fields['message-count'],
    sessionId: fields['session-id'] ?? undefined,
  });
  if (messages.length === 0) return succeeded(undefined, 204);
  return succeeded({ messages: messages.map((peeked) => ({ message: rhea.message.encode(peeked) })) });
}

function receiveDeferred({ entity, connection, message }: ManagementRequest): Reply {
  const fields = body.receive.parse(message.body);
  const wanted = fields['session-id'] ?? undefined;
  const session = wanted === undefined ? undefined : entity.messages.sessions.heldOn(wanted, connection);
  const take = fields['receiver-settle-mode'] === 0;
  const messages = entity.messages.receiveDeferred(fields['sequence-numbers'], { connection }, session, take);
  return succeeded({
    messages: messages.map((deferred) => ({
      message: rhea.message.encode(toAmqpMessage(deferred)),
      ...(deferred.lock && { 'lock-token': rhea.types.wrap_uuid(uuidToBytes(deferred.lock.token)) }),
    })),
  });
}

function updateDisposition({ entity, message }: ManagementRequest): Reply {
  const fields = body.disposition.parse(message.body);
  const settlement = readSettlement(fields);
  for (const token of fields['lock-tokens']) entity.messages.settle(bytesToUuid(token), settlement);
  return succeeded();
}

function readSettlement(fields: z.infer<typeof body.disposition>): Settlement {
  const properties = fields['properties-to-modify'] ?? {};
  const reason = fields['deadletter-reason'];
  const description = fields['deadletter-description'];
  switch (fields['disposition-status']) {
    case 'completed':
      return { kind: 'complete' };
    case 'abandoned':
      return { kind: 'abandon', properties };
    case 'defered':
      return { kind: 'defer', properties };
    case 'suspended':
      return {
        kind: 'deadLetter',
        properties: {
          ...properties,
          ...(reason && { DeadLetterReason: reason }),
          ...(description && { DeadLetterErrorDescription: description }),
        },
      };
  }
}

function getMessageSessions({ entity, message }: ManagementRequest): Reply {
  const { skip, top } = body.sessions.parse(message.body);
  const ids = entity.messages.sessionsWithMessages().slice(skip, skip + top);
  return ids.length === 0 ? succeeded(undefined, 204) : succeeded({ skip: skip + ids.length, 'sessions-ids': ids });
}
