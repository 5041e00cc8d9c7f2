import type { Outcome, State } from '../../core/gate';
import type { PullRequestKey } from '../../core/snapshot';

/** What the ledger keeps of the newest finished evaluation. */
export interface FinishedEvaluation {
  evaluationId: string;
  /** The intent row's `Timestamp`, by Table Storage's clock. */
  beganAt: Date;
  /** A hash of everything the evaluation depended on; equal inputs need no second evaluation. */
  inputs: string;
  iterationId: number | null;
  sourceCommit: string;
  state: State;
  description: string;
  /** Gates by name, those of components as `component/gate`. */
  outcomes: { gate: string; state: Outcome['state'] }[];
  validUntil: Date | null;
  /** Numbers of open pull requests that it waits for; absent in what a former release wrote. */
  waitsFor?: number[];
  /** `listedFingerprint` of the pull request as it was read. */
  listed: string;
  /** When the last evaluation began that compared everything that stands in Azure DevOps, comments included. */
  comparedAt: Date | null;
}

/** One retry at a time is pending for a pull request; until it is due, its other messages wait for it. */
export interface PendingRetry {
  /** By the clock of the worker that left it. */
  dueAt: Date;
  attempt: number;
  /** The id of the message that began the chain. */
  chain: string;
}

/** What the ledger tells a sweep of a pull request. */
export interface LedgerEntry {
  repositoryId: string;
  pullRequestId: number;
  /** Empty while nothing was judged. */
  listed: string;
  comparedAt: Date | null;
  /** Numbers of pull requests that were open when it was judged, and that it waits for. */
  waitsFor: number[];
  /** When the newest evaluation began, if it did not finish: it is under way, or failed, or died. Null if it did. */
  unfinishedSince: Date | null;
  /** When anything was written about the pull request last. */
  touchedAt: Date;
}

export interface LedgerState {
  finished: FinishedEvaluation | undefined;
  /** The newest intent, finished or not. */
  newestIntent: { evaluationId: string; beganAt: Date } | undefined;
  retry: PendingRetry | undefined;
}

export interface Ledger {
  read(key: PullRequestKey): Promise<LedgerState>;
  /** Writes the intent row and reads its `Timestamp` back. */
  begin(key: PullRequestKey, evaluationId: string): Promise<Date>;
  /** Takes back an intent under which nothing was read. */
  withdraw(key: PullRequestKey, evaluationId: string): Promise<void>;
  /** Notes the pending retry, in place of an earlier one. */
  postpone(key: PullRequestKey, retry: PendingRetry): Promise<void>;
  /** What stands about a connection's pull requests, in no order. */
  list(connectionId: string): Promise<LedgerEntry[]>;
  /** Drops what stands about a pull request, unless something was written since. */
  forget(key: PullRequestKey, untouchedSince: Date): Promise<void>;
  /** Writes the done row, unless a newer evaluation has; drops older intents and the pending retry. False when another
   * evaluation began later than this one. */
  finish(key: PullRequestKey, evaluation: FinishedEvaluation): Promise<boolean>;
}
