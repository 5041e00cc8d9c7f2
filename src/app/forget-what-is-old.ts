import { toFailure } from '../core/failures';

import type { Aging, Clock, Connections, KeptRows, Log, OldRows, Orphans } from './ports';

const DAY_MS = 86_400_000;
/** Beyond the 50 newest of a connection they go at once (azure/operations-table.ts). */
const OPERATION_DAYS = 90;
/** Of a pull request that stays active and quiet for so long, one more evaluation is the price. */
const LEDGER_DAYS = 180;
/** Time to bring back a table of connections that somebody lost. */
const ORPHAN_DAYS = 30;
/** What is left over goes the next day: well within the ten minutes of an invocation. */
const LONGEST_RUN_MS = 4 * 60_000;

interface Dependencies {
  oldRows: OldRows;
  orphans: Orphans;
  connections: Pick<Connections, 'find'>;
  kept: { rows: KeptRows };
  retention: { auditDays: number; deadLetterDays: number };
  /** App settings that do not say what they should. */
  wrong: readonly string[];
  clock: Clock;
  log: Log;
}

/** Deletes what nobody needs any more, once a day: bounded, safe to repeat, and each kind whatever becomes of the others. */
export function createForgetWhatIsOld(dependencies: Dependencies): () => Promise<void> {
  const { oldRows, orphans, connections, kept, retention, wrong, clock, log } = dependencies;

  return async () => {
    const began = clock.now();
    const isTimeLeft = (): boolean => clock.now().getTime() - began.getTime() < LONGEST_RUN_MS;
    const daysAgo = (days: number): Date => new Date(began.getTime() - days * DAY_MS);
    const counts: Record<string, number> = {};
    let isWhole = true;

    const attempt = async (what: string, remove: () => Promise<{ removed: number; isWhole: boolean }>) => {
      try {
        const done = await remove();
        counts[what] = (counts[what] ?? 0) + done.removed;
        isWhole &&= done.isWhole;
      } catch (error) {
        isWhole = false;
        const { kind, message } = toFailure(error);
        log.error('What is old could not be deleted; the next day tries again', { of: what, kind, reason: message });
      }
    };

    for (const reason of wrong) log.warn('An app setting is wrong; its default holds', { reason });
    const days: Record<Aging, number> = {
      audit: retention.auditDays,
      deadLetters: retention.deadLetterDays,
      operations: OPERATION_DAYS,
      ledger: LEDGER_DAYS,
    };
    for (const aging of ['audit', 'deadLetters', 'operations', 'ledger'] as const) {
      await attempt(aging, () => oldRows.remove(aging, daysAgo(days[aging]), { isTimeLeft }));
    }
    await attempt('orphans', async () => {
      const old = (await orphans.list()).filter(({ since }) => since < daysAgo(ORPHAN_DAYS));
      const done = { removed: 0, isWhole: true };
      for (const { connectionId } of old) {
        // Somebody may have brought it back since: its settings are what closes its gates.
        if (await connections.find(connectionId)) continue;
        const { removed, isWhole: isAll } = await kept.rows.remove(connectionId, { isTimeLeft });
        done.removed += removed;
        done.isWhole &&= isAll;
      }
      return done;
    });
    log.info('What is old was deleted', { ...counts, isWhole, durationMs: clock.now().getTime() - began.getTime() });
  };
}
