export interface Background {
  run(key: string, work: () => Promise<void>): void;
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>;
}

/** A push to a target branch merges every pull request into it anew: git must not be started a hundred times at once. */
const AT_ONCE = 3;

/** Work that goes on after an answer was sent: in order for one key, a few side by side for different ones. */
export function createBackground(): Background {
  const chains = new Map<string, Promise<void>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const limited = async (work: () => Promise<void>): Promise<void> => {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      await work();
    } finally {
      const next = waiting.shift();
      // A place is handed on, so that nobody comes in between.
      if (next) next();
      else running -= 1;
    }
  };

  return {
    run(key, work) {
      const former = chains.get(key) ?? Promise.resolve();
      const next = former
        // The answer that asked for this work goes first.
        .then(() => new Promise<void>((resolve) => setImmediate(resolve)))
        .then(() => limited(work))
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
