import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { ServiceBusMessage } from '@azure/service-bus';

import type { Clock, LaterQueue, Trace, WorkQueue } from '../app/ports';
import { Failure } from '../core/failures';
import { sessionOf } from '../core/messages';
import { carriedProperties } from '../core/trace-context';
import { bounded } from './bounded';
import { describeAnswer, parseRestAnswer } from './rest-answers';
import { serviceBusLinks, type Link, type ServiceBusNamespace } from './service-bus-link';
import { createSlots } from './slots';
import { HOOK_AT, WORK_QUEUE } from '../core/work-queue-name';

/** A hook is answered within 4 s; this leaves time for the rest. */
const GIVE_UP_MS = 3_400;
/** More at once only fill the same connection's window. */
const MOST_AT_ONCE = 200;
const LONGEST_MESSAGE_ID = 128;
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 100;
/** A link that has worked answers in milliseconds: one that stays silent this long has died unnoticed, as idle ones do. */
const PROVEN_LINK_MS = 1_200;
/** A link that a send has used for less than this has not shown that it is silent: others may go on with it. */
const FAIR_CHANCE_MS = 1_000;

/** Refusals that come over a healthy link: a new link would be refused as well. */
const REFUSALS: readonly (string | undefined)[] = [
  'MessageSizeExceeded',
  'MessagingEntityDisabled',
  'MessagingEntityNotFound',
  'QuotaExceeded',
  'UnauthorizedAccess',
];
const BUSY: readonly (string | undefined)[] = ['ServiceBusy'];

const SENDING = {
  'messaging.system': 'servicebus',
  'messaging.operation.type': 'send',
  'messaging.destination.name': WORK_QUEUE,
};

interface Sending {
  messageId: string;
  sessionId: string;
  /** Seconds. */
  dueIn?: number;
  hookAt?: Date | undefined;
}

export interface ServiceBusQueue extends WorkQueue, LaterQueue {
  /** Starts loading the library and connecting, without waiting and without ever throwing. */
  warm(): void;
  /** Closes the connection; a send afterwards opens a new one. */
  close(): Promise<void>;
}

/**
 * The queue `work`. Sends share one connection. A send is given up after 3.4 s, retries included, and throws
 * `unavailable` (`mayHaveApplied` when no answer came; sending again with the same `messageId` is safe then, as the
 * broker folds duplicates). A link that failed or stayed silent is dropped, so that the next send starts afresh.
 */
export function serviceBusQueue(options: {
  serviceBus: ServiceBusNamespace;
  clock: Clock;
  trace?: Pick<Trace, 'context' | 'span'>;
}): ServiceBusQueue {
  const { trace } = options;
  const links = serviceBusLinks(options.serviceBus, GIVE_UP_MS);
  const slots = createSlots(MOST_AT_ONCE);

  /** Uses the current link, and another one if that fails while there is time: the broker folds what came twice. */
  const withLink = async (
    signal: AbortSignal,
    use: (link: Link, signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    const until = performance.now() + GIVE_UP_MS;
    for (let attempt = 1; ; attempt += 1) {
      const link = links.current();
      const begun = performance.now();
      try {
        // The library does not see its signal everywhere: a slot must not stay taken for it.
        await bounded(link.proven ? PROVEN_LINK_MS : GIVE_UP_MS, (inner) => use(link, inner), [signal, link.dropped]);
        link.proven = true;
        return;
      } catch (error) {
        const { code } = parseRestAnswer(error);
        if (REFUSALS.includes(code)) throw error;
        const wasDropped = link.dropped.aborted;
        const failed = !signal.aborted && !BUSY.includes(code);
        if (failed || performance.now() - begun >= FAIR_CHANCE_MS) links.drop(link);
        const pause = wasDropped ? 0 : FIRST_PAUSE_MS * 2 ** (attempt - 1);
        if (signal.aborted || attempt >= ATTEMPTS || performance.now() + pause + FAIR_CHANCE_MS > until) throw error;
        await delay(pause, undefined, { signal });
      }
    }
  };

  const inTime = (use: (link: Link, signal: AbortSignal) => Promise<void>): Promise<void> =>
    bounded(GIVE_UP_MS, (signal) => slots.run(signal, () => withLink(signal, use)));

  const sendNow = async (body: unknown, { messageId, sessionId, dueIn, hookAt }: Sending): Promise<void> => {
    const outgoing: ServiceBusMessage = {
      body,
      contentType: 'application/json',
      applicationProperties: {
        ...carriedProperties(trace?.context(), dueIn),
        ...(hookAt ? { [HOOK_AT]: hookAt.toISOString() } : {}),
      },
      messageId: shortId(messageId),
      sessionId,
      ...(dueIn === undefined
        ? {}
        : { scheduledEnqueueTimeUtc: new Date(options.clock.now().getTime() + dueIn * 1_000) }),
    };
    try {
      await inTime(async (link, abortSignal) => (await link.sender).sendMessages(outgoing, { abortSignal }));
    } catch (error) {
      throw sendFailure(error, links.host);
    }
  };

  const send = (body: unknown, sending: Sending): Promise<void> => {
    const work = (): Promise<void> => sendNow(body, sending);
    const attributes = { ...SENDING, 'messaging.message.id': shortId(sending.messageId) };
    return trace ? trace.span(`send ${WORK_QUEUE}`, 'producer', attributes, work) : work();
  };

  return {
    send: (message, options) => send(message, { ...options, sessionId: sessionOf(message) }),
    sendLater: send,
    warm: () => {
      links.current();
    },
    close: () => links.close(),
  };
}

/** Service Bus takes 128 characters; a longer id keeps its beginning for people and a hash for the broker. */
function shortId(messageId: string): string {
  if (messageId.length <= LONGEST_MESSAGE_ID) return messageId;
  const hash = createHash('sha256').update(messageId).digest('hex');
  return `${messageId.slice(0, LONGEST_MESSAGE_ID - hash.length - 1)}#${hash}`;
}

function sendFailure(error: unknown, host: string): Failure {
  const { code } = parseRestAnswer(error);
  return new Failure({
    kind: 'unavailable',
    message: `The message could not be put into queue ${WORK_QUEUE} of Service Bus at ${host} (${describe(error, code)}); ${advice(code)}.`,
    mayHaveApplied: !REFUSALS.includes(code) && !BUSY.includes(code),
  });
}

/** The library calls most network errors GeneralError; what the network said is in the text, which quotes no message. */
function describe(error: unknown, code: string | undefined): string {
  if (code !== 'GeneralError' || !(error instanceof Error)) return describeAnswer(error);
  return error.message.split('\n', 1)[0]?.slice(0, 200) ?? code;
}

function advice(code: string | undefined): string {
  switch (code) {
    case 'UnauthorizedAccess':
      return 'give the deployment’s identity the role Azure Service Bus Data Sender on the queue';
    case 'MessagingEntityNotFound':
      return 'the queue is missing: deploy the infrastructure again';
    case 'MessagingEntityDisabled':
      return 'the queue is disabled: enable it in the portal';
    default:
      return 'it is tried again later';
  }
}
