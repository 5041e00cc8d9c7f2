export interface Background {
  run(key: string, work: () => Promise<void>): void;
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>;
}

/** Work that goes on after an answer was sent: in order for one key, side by side for different ones. */
export function createBackground(): Background {
  const chains = new Map<string, Promise<void>>();
  return {
    run(key, work) {
      const former = chains.get(key) ?? Promise.resolve();
      const next = former
        // The answer that asked for this work goes first.
        .then(() => new Promise<void>((resolve) => setImmediate(resolve)))
        .then(work)
        .catch((error: unknown) => console.error(`Azure DevOps simulator: ${key}: ${String(error)}`))
        .finally(() => {
          if (chains.get(key) === next) chains.delete(key);
        });
      chains.set(key, next);
    },
    async idle() {
      while (chains.size > 0) await Promise.all(chains.values());
    },
  };
}
