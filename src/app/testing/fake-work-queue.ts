import { sessionOf, type Message } from '../../core/messages';
import { HOOK_AT } from '../../core/work-queue-name';
import type { LaterQueue, WorkQueue } from '../ports';

import type { TestClock } from './test-clock';
import type { Wire } from './wire';

/** A function of the app that a trigger calls with a message's body and metadata. */
export type Consumer = (body: unknown, metadata: Record<string, unknown>) => Promise<void>;

interface Queued {
  messageId: string;
  body: unknown;
  session: string;
  /** A scheduled message is enqueued when it is due. */
  enqueuedAt: Date;
  deliveries: number;
  applicationProperties: Record<string, string>;
}

export interface FakeWorkQueue {
  port: WorkQueue & LaterQueue;
  recorded: {
    /** Every message that was taken, in the order they were sent; `dueIn` in seconds. */
    sent: readonly { messageId: string; message: Message; dueIn: number }[];
    /** What was sent again under an id that was taken already. */
    duplicates: readonly string[];
    pending(): { messageId: string; enqueuedAt: Date }[];
  };
  /** Sends anything at all, past the wire; false when the id was taken already. */
  put(
    body: unknown,
    options: { messageId: string; session: string; dueIn?: number; applicationProperties?: Record<string, string> },
  ): boolean;
  /**
   * Delivers what is due, or becomes due within `seconds`, moving the clock: each session in order, one message at a time.
   * A message whose consumer throws comes again at once; when its process died, after its lock has expired; after ten
   * deliveries it goes to `deadLetter`.
   */
  drain(consumers: { work: Consumer; deadLetter: Consumer }, seconds?: number): Promise<void>;
}

const MOST_DELIVERIES = 10;
const LOCK_SECONDS = 30;
/** The broker remembers ids this long; a message sent again later is taken again. */
const DUPLICATE_WINDOW_SECONDS = 10 * 60;
/** No test needs as many; reaching it means that messages beget messages for ever. */
const MOST_ROUNDS = 2_000;

export function createFakeWorkQueue(wire: Wire, clock: TestClock): FakeWorkQueue {
  const queue: Queued[] = [];
  const dead: Queued[] = [];
  const takenAt = new Map<string, number>();
  const lockedUntil = new Map<string, Date>();
  const sent: { messageId: string; message: Message; dueIn: number }[] = [];
  const duplicates: string[] = [];

  const put: FakeWorkQueue['put'] = (body, { messageId, session, dueIn = 0, applicationProperties = {} }) => {
    const now = clock.now().getTime();
    const taken = takenAt.get(messageId);
    if (taken !== undefined && now - taken < DUPLICATE_WINDOW_SECONDS * 1_000) {
      duplicates.push(messageId);
      return false;
    }
    takenAt.set(messageId, now);
    const enqueuedAt = new Date(now + dueIn * 1_000);
    queue.push({ messageId, body: structuredClone(body), session, enqueuedAt, deliveries: 0, applicationProperties });
    return true;
  };
  const dueAt = ({ session, enqueuedAt }: Queued): Date => {
    const unlocked = lockedUntil.get(session);
    return unlocked && unlocked > enqueuedAt ? unlocked : enqueuedAt;
  };
  /** The message that is due first; of those that are due together, the one that was enqueued first. */
  const nextOf = (messages: readonly Queued[]): Queued | undefined =>
    messages.reduce<Queued | undefined>((first, message) => {
      if (!first) return message;
      const order =
        dueAt(message).getTime() - dueAt(first).getTime() || message.enqueuedAt.getTime() - first.enqueuedAt.getTime();
      return order < 0 ? message : first;
    }, undefined);
  const remove = (from: Queued[], message: Queued): void => {
    from.splice(from.indexOf(message), 1);
  };
  const metadataOf = ({ messageId, session, enqueuedAt, applicationProperties }: Queued): Record<string, unknown> => ({
    messageId,
    sessionId: session,
    enqueuedTimeUtc: enqueuedAt.toISOString(),
    applicationProperties,
  });
  /** Has a consumer work; false when the message comes again. A process that died cannot complete what it was given. */
  const isDone = async (message: Queued, work: () => Promise<void>): Promise<boolean> => {
    let threw = false;
    try {
      await work();
    } catch {
      threw = true;
    }
    if (!wire.isDead) return !threw;
    lockedUntil.set(message.session, new Date(clock.now().getTime() + LOCK_SECONDS * 1_000));
    wire.restart();
    return false;
  };
  const deliver = async (message: Queued, work: Consumer): Promise<void> => {
    message.deliveries += 1;
    if (await isDone(message, () => work(structuredClone(message.body), metadataOf(message)))) {
      remove(queue, message);
    } else if (message.deliveries === MOST_DELIVERIES) {
      remove(queue, message);
      dead.push(message);
    }
  };
  const deliverDead = async (message: Queued, deadLetter: Consumer): Promise<void> => {
    const applicationProperties = {
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deadLetterErrorDescription: `The message could not be consumed after ${MOST_DELIVERIES} deliveries.`,
    };
    const metadata = { ...metadataOf(message), applicationProperties };
    if (await isDone(message, () => deadLetter(structuredClone(message.body), metadata))) remove(dead, message);
  };

  return {
    put,
    port: {
      send: (message, { messageId, dueIn = 0, hookAt }) =>
        wire.call('queue.send', () => {
          const applicationProperties: Record<string, string> = hookAt ? { [HOOK_AT]: hookAt.toISOString() } : {};
          const isNew = put(message, { messageId, session: sessionOf(message), dueIn, applicationProperties });
          if (isNew) sent.push({ messageId, message: structuredClone(message), dueIn });
        }),
      sendLater: (body, { messageId, sessionId, dueIn }) =>
        wire.call('queue.sendLater', () => {
          put(body, { messageId, session: sessionId, dueIn });
        }),
    },
    recorded: {
      sent,
      duplicates,
      pending: () => queue.map(({ messageId, enqueuedAt }) => ({ messageId, enqueuedAt })),
    },
    drain: async ({ work, deadLetter }, seconds = Infinity) => {
      const end = clock.now().getTime() + seconds * 1_000;
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const [letter] = dead;
        if (letter) await deliverDead(letter, deadLetter);
        const message = nextOf(queue);
        if (message && dueAt(message).getTime() <= end) {
          clock.advanceTo(dueAt(message));
          await deliver(message, work);
        } else if (!letter) {
          return;
        }
      }
      throw new Error(`The queue was not empty after ${MOST_ROUNDS} rounds.`);
    },
  };
}
