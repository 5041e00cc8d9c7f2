/** Runs at most so many operations at once; the others wait their turn, in order. */
export interface Slots {
  /** Throws the signal's reason when it is aborted before the turn comes. */
  run<T>(signal: AbortSignal, operation: () => Promise<T>): Promise<T>;
}

export function createSlots(limit: number): Slots {
  let taken = 0;
  const waiting = new Set<() => void>();

  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const begin = (): void => {
        waiting.delete(begin);
        signal.removeEventListener('abort', leave);
        taken += 1;
        resolve();
      };
      const leave = (): void => {
        waiting.delete(begin);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      if (signal.aborted) leave();
      else if (taken < limit) begin();
      else {
        waiting.add(begin);
        signal.addEventListener('abort', leave, { once: true });
      }
    });

  return {
    run: async (signal, operation) => {
      await turn(signal);
      try {
        return await operation();
      } finally {
        taken -= 1;
        const [next] = waiting;
        next?.();
      }
    },
  };
}
