import { toFailure } from '../core/failures';
import { sweepMessage } from '../core/messages';

import type { Clock, Connections, Log, QueueHealth, Trace, WorkQueue } from './ports';

/** Sweeps are as far apart as the timer's schedule; whoever asks twice within that time gets one. */
export const SWEEP_MINUTES = 5;

/** Puts one sweep for each connection into the queue, and tells the log what waits there: alerts look at that. */
export function createEnqueueSweeps({
  connections,
  queue,
  queueHealth,
  clock,
  log,
  trace,
}: {
  connections: Connections;
  queue: WorkQueue;
  queueHealth: QueueHealth;
  clock: Clock;
  log: Log;
  trace: Pick<Trace, 'measure'>;
}): () => Promise<void> {
  const look = async (): Promise<void> => {
    try {
      const { due, oldestDueAt, dead, isWhole } = await queueHealth.look();
      const age = oldestDueAt === null ? 0 : clock.now().getTime() - oldestDueAt.getTime();
      const oldestSeconds = Math.max(0, Math.round(age / 1_000));
      log.info('The queue was looked at', { due, oldestSeconds, dead, isWhole });
      trace.measure('portcullis.queue.age', oldestSeconds);
    } catch (error) {
      // The sweeps are on their way, whatever is known of the queue.
      log.warn('The queue could not be looked at', { reason: toFailure(error).message });
    }
  };

  return async () => {
    const step = SWEEP_MINUTES * 60_000;
    const slot = new Date(Math.floor(clock.now().getTime() / step) * step).toISOString();
    for (const { id } of await connections.list()) {
      await queue.send(sweepMessage(id), { messageId: `sweep/${id}/${slot}` });
    }
    await look();
  };
}
