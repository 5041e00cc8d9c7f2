import { sweepMessage } from '../core/messages';

import type { Clock, Connections, WorkQueue } from './ports';

/** Sweeps are as far apart as the timer's schedule; whoever asks twice within that time gets one. */
export const SWEEP_MINUTES = 5;

/** Puts one sweep for each connection into the queue. */
export function createEnqueueSweeps({
  connections,
  queue,
  clock,
}: {
  connections: Connections;
  queue: WorkQueue;
  clock: Clock;
}): () => Promise<void> {
  return async () => {
    const step = SWEEP_MINUTES * 60_000;
    const slot = new Date(Math.floor(clock.now().getTime() / step) * step).toISOString();
    for (const { id } of await connections.list()) {
      await queue.send(sweepMessage(id), { messageId: `sweep/${id}/${slot}` });
    }
  };
}
