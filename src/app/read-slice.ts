import { isTransient, toFailure } from '../core/failures';
import type { Read } from '../core/snapshot';

/**
 * Reads a slice into a value or a failure that its gates turn into their `error`. What stops the whole evaluation (a
 * refused credential) or may heal by waiting (a busy service) is thrown instead: nothing is judged on it.
 */
export async function readSlice<T>(read: Promise<T>): Promise<Read<T>> {
  try {
    return { ok: true, value: await read };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind === 'credentialRefused' || failure.kind === 'superseded' || isTransient(failure)) throw failure;
    return { ok: false, failure };
  }
}

/** Reads when it is first asked for, and answers the same to whoever asks again. */
export function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => (reading ??= read());
}

/** As `once`, for each argument. */
export function onceEach<T>(read: (of: string) => Promise<T>): (of: string) => Promise<T> {
  const readings = new Map<string, Promise<T>>();
  return (of) => {
    const reading = readings.get(of) ?? read(of);
    readings.set(of, reading);
    return reading;
  };
}
