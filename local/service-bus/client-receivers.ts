import { randomUUID } from 'node:crypto';
import type { EventContext, Sender } from 'rhea';
import { z } from 'zod';
import { BrokerError, errors } from './broker-error';
import { toAmqpMessage, toTicks } from './codec';
import type { Consumer, SessionSeeker } from './dispatcher';
import type { Entity } from './entity';
import { tokenToTag } from './lock-token';
import {
  answerAttach,
  creditOf,
  flush,
  holdAttach,
  refuseAttach,
  setAttachFields,
  settleDelivery,
} from './rhea-internals';
import { type Outcome, parseSettlement, tokenOf } from './settlement';
import type { Holder, SessionLock } from './stored-message';

const SESSION_FILTER = 'com.microsoft:session-filter';
const LOCKED_UNTIL = 'com.microsoft:locked-until-utc';
const TIMEOUT = 'com.microsoft:timeout';
const DEFAULT_SESSION_TIMEOUT = 60_000;
/** snd-settle-mode `settled`: the receiver wants messages gone as they are sent (receiveAndDelete). */
const SETTLED = 1;
const OUTCOMES: readonly Outcome[] = ['accepted', 'modified', 'rejected', 'released'];

const propertyMap = z.record(z.string(), z.unknown());
/** Other SDKs describe the value of the filter; the JavaScript one does not. */
const sessionFilter = z.union([
  z.string().nullish(),
  z.object({ value: z.string().nullish() }).transform(({ value }) => value),
]);

/** A link over which a client receives. */
interface ReceiverLink {
  sender: Sender;
  entity: Entity;
  holder: Holder;
}

/**
 * Answers a client that wants to receive, at once or when a session is there for it. Returns what is to be done when
 * the link ends. The end of a link gives its session back; messages received without a session stay locked until their
 * lock ends, as in Azure, since they can still be settled by their lock token.
 */
export function serveClientReceiver(sender: Sender, entity: Entity): () => void {
  const link = { sender, entity, holder: { connection: sender.connection } };
  const filter = propertyMap.safeParse(sender.source.filter).data ?? {};
  if (SESSION_FILTER in filter) {
    const wanted = sessionFilter.safeParse(filter[SESSION_FILTER]);
    if (!wanted.success) return refuse(link, errors.malformed('The session filter is neither a string nor null.'));
    if (!entity.requiresSession) {
      return refuse(link, errors.notAllowed('A session receiver cannot be created on an entity without sessions.'));
    }
    return typeof wanted.data === 'string' ? acceptSession(link, wanted.data) : seekSession(link);
  }
  if (entity.requiresSession) {
    return refuse(
      link,
      errors.notAllowed(
        'It is not possible for an entity that requires sessions to create a non-sessionful message receiver.',
      ),
    );
  }
  setAttachFields(sender, {});
  return consume(link, undefined);
}

function refuse({ sender }: ReceiverLink, error: BrokerError): () => void {
  refuseAttach(sender, error);
  return () => undefined;
}

function acceptSession(link: ReceiverLink, sessionId: string): () => void {
  const session = link.entity.messages.acceptSession(sessionId, link.holder, () => closeLostSession(link, sessionId));
  return session ? openSession(link, session) : refuse(link, errors.sessionCannotBeLocked(sessionId));
}

/** The answer to the attach is what grants a session, so it waits until there is one. The wait is in real time. */
function seekSession(link: ReceiverLink): () => void {
  const { sender, entity } = link;
  let ended = (): void => {
    entity.dispatcher.stopSeeking(seeker);
    clearTimeout(timeout);
    // The peer gave up: AMQP wants its attach answered before its detach.
    if (sender.connection.is_open()) answerAttach(sender);
  };
  const seeker: SessionSeeker = {
    holder: link.holder,
    granted: (session) => {
      clearTimeout(timeout);
      ended = openSession(link, session);
    },
    lost: ({ sessionId }) => closeLostSession(link, sessionId),
  };
  const timeout = setTimeout(() => {
    entity.dispatcher.stopSeeking(seeker);
    ended = refuse(link, errors.noSessionInTime());
  }, sessionTimeout(sender));
  holdAttach(sender);
  entity.dispatcher.seek(seeker);
  return () => ended();
}

function sessionTimeout(sender: Sender): number {
  const given = z.number().safeParse(propertyMap.safeParse(sender.properties).data?.[TIMEOUT]);
  return given.data ?? DEFAULT_SESSION_TIMEOUT;
}

function closeLostSession({ sender }: ReceiverLink, sessionId: string): void {
  const error = errors.sessionLockLost(sessionId);
  sender.close({ condition: error.condition, description: error.message });
}

function openSession(link: ReceiverLink, session: SessionLock): () => void {
  setAttachFields(link.sender, {
    filter: { [SESSION_FILTER]: session.sessionId },
    properties: { [LOCKED_UNTIL]: toTicks(session.until) },
  });
  answerAttach(link.sender);
  const stopConsuming = consume(link, session);
  return () => {
    stopConsuming();
    link.entity.messages.releaseSession(session);
  };
}

function consume({ sender, entity, holder }: ReceiverLink, session: SessionLock | undefined): () => void {
  let draining = false;
  const consumer: Consumer = {
    holder,
    session,
    take: sender.snd_settle_mode === SETTLED,
    credit: () => creditOf(sender),
    deliver: (message) => {
      sender.send(toAmqpMessage(message), tokenToTag(message.lock?.token ?? randomUUID()));
    },
    delivered: () => {
      if (!draining) return;
      draining = false;
      sender.set_drained(true);
      flush(sender);
    },
  };
  for (const outcome of OUTCOMES) {
    sender.on(outcome, (context: EventContext) => settle(entity, outcome, context));
  }
  sender.on('sender_draining', () => (draining = true));
  sender.on('sender_flow', () => entity.dispatcher.wake());
  entity.dispatcher.add(consumer);
  return () => entity.dispatcher.remove(consumer);
}

function settle(entity: Entity, outcome: Outcome, { delivery }: EventContext): void {
  if (!delivery) return;
  try {
    entity.messages.settle(tokenOf(delivery), parseSettlement(outcome, delivery.remote_state));
    settleDelivery(delivery);
  } catch (error) {
    if (!(error instanceof BrokerError)) throw error;
    settleDelivery(delivery, error);
  }
}
