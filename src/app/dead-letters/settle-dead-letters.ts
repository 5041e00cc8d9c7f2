import { Failure, toFailure } from '../../core/failures';
import { pullRequestMessage, type Message } from '../../core/messages';
import { createSlots } from '../../core/slots';
import type { Connections, DeadLetters, Log, StoredDeadLetter, WorkQueue } from '../ports';

import { contentOf } from './what-it-is';

export type SettledState =
  /** Its message is in the queue again, and the record is gone. */
  | 'sent'
  | 'dropped'
  /** There is no such record, or it is of a connection that whoever asks has nothing to do with. */
  | 'unknown'
  | 'unreadable'
  /** Its connection is gone, or is being disconnected. */
  | 'gone'
  /** Something could not be reached; asked for again, it goes on. */
  | 'failed';

export interface SettledDeadLetter {
  reference: string;
  state: SettledState;
  /** A sentence, where there is something to say. */
  message: string | null;
}

/** Those of one connection, or of all. */
type Settle = (references: readonly string[], connectionId?: string) => Promise<SettledDeadLetter[]>;

export interface SettleDeadLetters {
  /** Sends the messages again, each once, and removes the records of those that were sent. */
  replay: Settle;
  drop: Settle;
}

interface Dependencies {
  deadLetters: DeadLetters;
  connections: Connections;
  queue: WorkQueue;
  log: Log;
}

const AT_ONCE = 8;
/**
 * What is sent waits this long: the record is removed before the worker can run into the same trouble, which it would
 * record under the same reference, and that one has to stay.
 */
const DUE_IN_SECONDS = 10;

export function createSettleDeadLetters(dependencies: Dependencies): SettleDeadLetters {
  const { deadLetters, connections, queue, log } = dependencies;

  const replayOne = async (letter: StoredDeadLetter): Promise<Settled> => {
    const { reference } = letter;
    const content = contentOf(letter);
    if (content.kind === 'newer') {
      const message = `It was written by a newer release (schema version ${content.schemaVersion}), which this one cannot read: replay it once that release is deployed again.`;
      return { state: 'unreadable', message };
    }
    if (content.kind === 'unreadable') {
      const message = `Its body is no message of Portcullis: portcullis dead-letters show ${reference} prints it, portcullis dead-letters drop ${reference} removes it.`;
      return { state: 'unreadable', message };
    }
    const connection = await connections.find(content.message.connectionId);
    if (connection?.state !== 'connected') {
      const what = connection ? `Connection ${connection.name} is being disconnected` : 'Its connection is gone';
      return { state: 'gone', message: `${what}: portcullis dead-letters drop ${reference} removes it.` };
    }
    // Of the record, so that the broker folds what is sent twice: by two people at once, or again after a crash.
    const messageId = `replay/${reference}/${letter.recordedAt.toISOString()}`;
    await queue.send(again(content.message), { messageId, dueIn: DUE_IN_SECONDS });
    try {
      await deadLetters.remove(letter);
    } catch (error) {
      const message = `It was sent, but its record stays: ${sentenceOf(error)}`;
      return { state: 'sent', message };
    }
    return { state: 'sent', message: null };
  };

  const dropOne = async (letter: StoredDeadLetter): Promise<Settled> => {
    // Whoever was faster removed what was to be removed.
    await deadLetters.remove(letter);
    return { state: 'dropped', message: null };
  };

  const sentenceOf = (error: unknown): string => {
    if (error instanceof Failure) return error.message;
    log.error('A dead letter could not be settled', { reason: toFailure(error).message });
    return 'Something went wrong in Portcullis; its log says what.';
  };

  const settle = (
    references: readonly string[],
    connectionId: string | undefined,
    act: (letter: StoredDeadLetter) => Promise<Settled>,
  ): Promise<SettledDeadLetter[]> => {
    const slots = createSlots(AT_ONCE);
    const one = async (reference: string): Promise<SettledDeadLetter> => {
      try {
        const letter = await deadLetters.find(reference);
        const isTheirs = connectionId === undefined || letter?.key?.connectionId === connectionId;
        if (letter && isTheirs) return { reference, ...(await act(letter)) };
        const message = `There is no dead letter ${reference}${connectionId === undefined ? '' : ' of this connection'}; it may be settled already.`;
        return { reference, state: 'unknown', message };
      } catch (error) {
        return { reference, state: 'failed', message: sentenceOf(error) };
      }
    };
    return Promise.all([...new Set(references)].map((reference) => slots.run(() => one(reference))));
  };

  return {
    replay: (references, connectionId) => settle(references, connectionId, replayOne),
    drop: (references, connectionId) => settle(references, connectionId, dropOne),
  };
}

type Settled = Omit<SettledDeadLetter, 'reference'>;

/**
 * The message as it was, but for a retry's place in its chain: the ledger waits for no such retry any more. A pull
 * request is looked at in full, as its status says what is in this record. No hook began this: it is not timed as one.
 */
function again(message: Message): Message {
  return message.kind === 'pullRequest' ? pullRequestMessage(message, 'sweep', true) : message;
}
