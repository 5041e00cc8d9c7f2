import type { Message } from '../../core/messages';
import { createSlots } from '../../core/slots';
import type { Connections, DeadLetters, Ledger, StoredDeadLetter } from '../ports';

import { kindOf } from './what-it-is';

export interface DeadLetterFilter {
  connectionId?: string | undefined;
  pullRequestId?: number | undefined;
  /** Recorded then or later. */
  since?: Date | undefined;
  /** Recorded earlier. */
  until?: Date | undefined;
}

export interface ListedDeadLetter {
  letter: StoredDeadLetter;
  kind: Message['kind'] | 'unknown';
  /** Null where the record names none, or it is gone. */
  connection: { id: string; name: string } | null;
  /** Whether the pull request has a verdict from after it; null where that cannot be told, and for what is about none. */
  judgedSince: boolean | null;
}

export interface DeadLetterPage {
  letters: ListedDeadLetter[];
  /** Where the next page begins; null on the last one. */
  next: string | null;
  /** False: there are more records than were looked at, and newer ones may be among those. */
  isWhole: boolean;
}

export interface ListDeadLetters {
  /** Newest first. `after`: the `next` of the page before. */
  page(filter: DeadLetterFilter, options: { after?: string | undefined; limit: number }): Promise<DeadLetterPage>;
  /** One of them; undefined also for one of another connection than the one that is given. */
  find(reference: string, connectionId?: string): Promise<ListedDeadLetter | undefined>;
}

interface Dependencies {
  deadLetters: DeadLetters;
  ledger: Ledger;
  connections: Connections;
}

/** Records have the order of their references, so that the newest are known once all are read. */
const MOST_READ = 5_000;
const AT_ONCE = 16;

export function createListDeadLetters({ deadLetters, ledger, connections }: Dependencies): ListDeadLetters {
  const told = async (letters: readonly StoredDeadLetter[]): Promise<ListedDeadLetter[]> => {
    const slots = createSlots(AT_ONCE);
    const known = await connections.list();
    return Promise.all(
      letters.map(async (letter) => {
        const found = known.find(({ id }) => id === letter.key?.connectionId);
        return {
          letter,
          kind: kindOf(letter),
          connection: found ? { id: found.id, name: found.name } : null,
          judgedSince: await slots.run(() => wasJudgedSince(ledger, letter)),
        };
      }),
    );
  };

  return {
    page: async ({ connectionId, pullRequestId, since, until }, { after, limit }) => {
      const all = await deadLetters.list(MOST_READ, connectionId);
      const wanted = all
        .filter(({ key, recordedAt }) => {
          if (connectionId !== undefined && key?.connectionId !== connectionId) return false;
          if (pullRequestId !== undefined && key?.pullRequestId !== pullRequestId) return false;
          return (since === undefined || recordedAt >= since) && (until === undefined || recordedAt < until);
        })
        .sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1))
        .filter((letter) => after === undefined || placeOf(letter) < after);
      const page = wanted.slice(0, limit);
      const last = page.at(-1);
      return {
        letters: await told(page),
        next: last && wanted.length > limit ? placeOf(last) : null,
        isWhole: all.length < MOST_READ,
      };
    },
    find: async (reference, connectionId) => {
      const letter = await deadLetters.find(reference);
      if (!letter || (connectionId !== undefined && letter.key?.connectionId !== connectionId)) return undefined;
      return (await told([letter]))[0];
    },
  };
}

/** Later ones come later in the order of text, and no two are equal. */
function placeOf({ recordedAt, reference }: StoredDeadLetter): string {
  return `${recordedAt.toISOString()}_${reference}`;
}

/** Both times are Table Storage's. What was told on the pull request after the last verdict still stands there. */
async function wasJudgedSince(ledger: Ledger, { key, recordedAt }: StoredDeadLetter): Promise<boolean | null> {
  if (!key) return null;
  try {
    const { finished, newestIntent } = await ledger.read(key);
    if (!finished || finished.beganAt <= recordedAt) return false;
    const isTold = newestIntent?.evaluationId.startsWith('told-') ?? false;
    return !(isTold && newestIntent && newestIntent.beganAt > finished.beganAt);
  } catch {
    return null;
  }
}
