import type { Clock } from '../app/ports';
import type { ReadSecret, StoredSecret } from './secret-client';

/** How long a value counts without asking again. */
const FRESH_MS = 5 * 60_000;
/** How long a value is served while the vault itself fails. */
const STALE_MS = 60 * 60_000;
/** While the vault fails it is asked this often only: each question may cost its whole time limit. */
const PAUSE_MS = 15_000;
/** With a value at hand nobody waits long for a vault that hangs; without one, longer. */
const WAIT_WITH_VALUE_MS = 1_000;
const WAIT_MS = 2_800;
/** More names than any deployment has; a stream of made-up ones must not pile up. */
const MOST_ENTRIES = 1_000;

interface Entry {
  /** When it was asked for, or saved, among all questions. */
  turn: number;
  /** Undefined: there is no such secret. */
  secret: StoredSecret | undefined;
  readAt: number;
  /** No question to the vault before this. */
  notBefore: number;
}

interface Question {
  turn: number;
  answer: ReturnType<ReadSecret>;
}

export interface SecretCache {
  /** The secret, undefined when there is none. `fresh` asks the vault in any case and never serves an old value. */
  read(name: string, options?: { fresh?: boolean }): Promise<StoredSecret | undefined>;
  put(name: string, secret: StoredSecret): void;
  forget(name: string): void;
}

/**
 * Keeps secrets in memory. Concurrent reads of one name share one request. Only a vault that fails (`vaultFailed`) lets
 * an old value live on; one that says that the secret is gone, disabled or forbidden is believed at once.
 */
export function secretCache(readSecret: ReadSecret, clock: Clock): SecretCache {
  const entries = new Map<string, Entry>();
  const pending = new Map<string, Question>();
  const now = (): number => clock.now().getTime();
  let turns = 0;
  const nextTurn = (): number => (turns += 1);

  /** Whoever wants it fresh does not join a question that began before: its answer may be older than what is asked for. */
  const ask = (name: string, wait: number, fresh: boolean): Question => {
    const underWay = pending.get(name);
    if (underWay !== undefined && !fresh) return underWay;
    const answer = readSecret(name, wait).finally(() => {
      if (pending.get(name) === question) pending.delete(name);
    });
    const question = { turn: nextTurn(), answer };
    pending.set(name, question);
    return question;
  };

  const keep = (name: string, secret: StoredSecret | undefined, turn: number): void => {
    if (entries.size >= MOST_ENTRIES) entries.clear();
    entries.set(name, { turn, secret, readAt: now(), notBefore: 0 });
  };

  return {
    read: async (name, options) => {
      const known = entries.get(name);
      const age = known === undefined ? Infinity : now() - known.readAt;
      const mayServe = options?.fresh !== true && age < STALE_MS;
      if (known !== undefined && mayServe && (age < FRESH_MS || now() < known.notBefore)) return known.secret;

      const question = ask(name, mayServe ? WAIT_WITH_VALUE_MS : WAIT_MS, options?.fresh === true);
      const answer = await question.answer;
      const present = entries.get(name);
      // Saved, or answered to one who asked at the same time or later.
      if (present !== undefined && present.turn >= question.turn) return present.secret;
      if (answer.kind === 'answered') {
        keep(name, answer.secret, question.turn);
        return answer.secret;
      }
      if (!answer.vaultFailed) entries.delete(name);
      else if (known !== undefined) known.notBefore = now() + PAUSE_MS;
      if (known !== undefined && mayServe && answer.vaultFailed) return known.secret;
      throw answer.failure;
    },
    put: (name, secret) => {
      pending.delete(name);
      keep(name, secret, nextTurn());
    },
    forget: (name) => {
      pending.delete(name);
      entries.delete(name);
    },
  };
}
