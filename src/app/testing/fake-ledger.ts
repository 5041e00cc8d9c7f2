import { sessionId } from '../../core/messages';
import type { PullRequestKey } from '../../core/snapshot';
import type { FinishedEvaluation, Ledger, LedgerState, PendingRetry } from '../ports';

import type { TestClock } from './test-clock';
import type { Wire } from './wire';

interface Rows {
  intents: Map<string, Date>;
  done: FinishedEvaluation | undefined;
  retry: PendingRetry | undefined;
  key: PullRequestKey;
  touchedAt: Date | undefined;
}

export interface FakeLedger {
  port: Ledger;
  recorded: {
    /** As `read` would answer. */
    state(key: PullRequestKey): LedgerState;
    /** The evaluations whose intent row stands, in the order they began. */
    intents(key: PullRequestKey): string[];
  };
}

/**
 * @param skewSeconds how far the table's clock runs ahead of everybody else's
 */
export function createFakeLedger(wire: Wire, clock: TestClock, skewSeconds = 0): FakeLedger {
  const partitions = new Map<string, Rows>();
  const partitionOf = (key: PullRequestKey): string => `${key.connectionId} ${sessionId(key)}`;
  const rowsOf = (key: PullRequestKey): Rows => {
    const partition = partitionOf(key);
    const rows = partitions.get(partition) ?? {
      intents: new Map<string, Date>(),
      done: undefined,
      retry: undefined,
      key,
      touchedAt: undefined,
    };
    partitions.set(partition, rows);
    return rows;
  };
  const timestamp = (): Date => new Date(clock.now().getTime() + skewSeconds * 1_000);
  const stateOf = (key: PullRequestKey): LedgerState => {
    const { intents, done, retry } = rowsOf(key);
    const began = [...intents].map(([evaluationId, beganAt]) => ({ evaluationId, beganAt }));
    if (done) began.push({ evaluationId: done.evaluationId, beganAt: done.beganAt });
    const newestIntent = began.reduce<LedgerState['newestIntent']>(
      (newest, intent) => (newest === undefined || intent.beganAt > newest.beganAt ? intent : newest),
      undefined,
    );
    return { finished: done, newestIntent, retry };
  };

  return {
    port: {
      read: (key) => wire.call('ledger.read', () => structuredClone(stateOf(key))),
      begin: (key, evaluationId) =>
        wire.call('ledger.begin', () => {
          if (!/^[0-9A-Za-z][\w.-]{0,127}$/.test(evaluationId)) throw new Error(`${evaluationId} is no row key.`);
          const { intents } = rowsOf(key);
          const beganAt = intents.get(evaluationId) ?? timestamp();
          intents.set(evaluationId, beganAt);
          rowsOf(key).touchedAt = timestamp();
          return beganAt;
        }),
      withdraw: (key, evaluationId) =>
        wire.call('ledger.withdraw', () => {
          rowsOf(key).intents.delete(evaluationId);
        }),
      postpone: (key, retry) =>
        wire.call('ledger.postpone', () => {
          rowsOf(key).retry = retry;
          rowsOf(key).touchedAt = timestamp();
        }),
      list: (connectionId) =>
        wire.call('ledger.list', () =>
          [...partitions.values()].flatMap(({ key, done, touchedAt }) => {
            const { newestIntent } = stateOf(key);
            if (touchedAt === undefined || key.connectionId !== connectionId || !newestIntent) return [];
            return {
              repositoryId: key.repositoryId,
              pullRequestId: key.pullRequestId,
              listed: done?.listed ?? '',
              comparedAt: done?.comparedAt ?? null,
              waitsFor: done?.waitsFor ?? [],
              unfinishedSince: newestIntent.evaluationId === done?.evaluationId ? null : newestIntent.beganAt,
              touchedAt,
            };
          }),
        ),
      forget: (key, untouchedSince) =>
        wire.call('ledger.forget', () => {
          const { touchedAt } = rowsOf(key);
          if (touchedAt !== undefined && touchedAt <= untouchedSince) partitions.delete(partitionOf(key));
        }),
      finish: (key, evaluation) =>
        wire.call('ledger.finish', () => {
          const rows = rowsOf(key);
          if (rows.done && rows.done.beganAt >= evaluation.beganAt) return rows.done.beganAt <= evaluation.beganAt;
          const isAlone = [...rows.intents.values()].every((beganAt) => beganAt <= evaluation.beganAt);
          rows.done = structuredClone(evaluation);
          rows.touchedAt = timestamp();
          rows.retry = undefined;
          for (const [id, beganAt] of rows.intents) {
            if (beganAt < evaluation.beganAt) rows.intents.delete(id);
          }
          return isAlone;
        }),
    },
    recorded: {
      state: (key) => structuredClone(stateOf(key)),
      intents: (key) =>
        [...rowsOf(key).intents]
          .sort(([, a], [, b]) => a.getTime() - b.getTime())
          .map(([evaluationId]) => evaluationId),
    },
  };
}
