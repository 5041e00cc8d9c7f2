/** Thrown when an operation was given up; adapters turn it into a sentence of their own. */
export class GivenUp extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GivenUp';
  }
}

/**
 * Runs an operation for at most `milliseconds`, and no longer than any of the `outer` signals lets it; then aborts its
 * signal and throws `GivenUp`, whatever the operation does about it: the SDKs honour the signal in most places but not in
 * all (tokens, locks, links being opened).
 */
export async function bounded<T>(
  milliseconds: number,
  operation: (signal: AbortSignal) => Promise<T>,
  outer: readonly AbortSignal[] = [],
): Promise<T> {
  const controller = new AbortController();
  let giveUp: (message: string) => void = () => undefined;
  const givenUp = new Promise<never>((_resolve, reject) => {
    giveUp = (message) => {
      reject(new GivenUp(message));
      controller.abort();
    };
  });
  // AbortSignal.any would leave something behind on signals that outlive the operation by far.
  const stop = (): void => {
    giveUp('stopped before an answer came');
  };
  const timer = setTimeout(() => {
    giveUp(`no answer within ${milliseconds / 1000} s`);
  }, milliseconds);
  try {
    for (const signal of outer) {
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop);
    }
    return await Promise.race([givenUp, controller.signal.aborted ? givenUp : operation(controller.signal)]);
  } finally {
    clearTimeout(timer);
    for (const signal of outer) signal.removeEventListener('abort', stop);
  }
}
