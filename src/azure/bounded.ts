/** Thrown when an operation was given up; adapters turn it into a sentence of their own. */
export class GivenUp extends Error {
  constructor(readonly milliseconds: number) {
    super(`no answer within ${milliseconds / 1000} s`);
    this.name = 'GivenUp';
  }
}

/**
 * Runs an operation for at most `milliseconds`, then aborts its signal and throws `GivenUp`.
 *
 * The SDKs honour the signal in most places but not in all (tokens, locks, links being opened), so the clock runs beside
 * them as well.
 */
export async function bounded<T>(milliseconds: number, operation: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new GivenUp(milliseconds));
      controller.abort();
    }, milliseconds);
  });
  try {
    return await Promise.race([operation(controller.signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}
