import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stateSchema, type State } from './state-model';

export interface StateStore {
  readonly state: State;
  /** Says that `state` changed; it is written soon, many changes in one write. */
  changed(): void;
  /** Writes what is not yet written. */
  flush(): Promise<void>;
}

/** A burst of changes (a push, its iteration, its threads) becomes one write. */
const WRITE_AFTER_MS = 200;
/** A big organization takes long to write out: so many times as long nothing is written then. */
const REST = 20;

/** Opens `state.json` in the data directory, or begins with what `seed` returns. */
export function openStateStore(dataDirectory: string, seed: () => State): StateStore {
  const file = join(dataDirectory, 'state.json');
  const state = existsSync(file) ? stateSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : seed();
  let timer: NodeJS.Timeout | undefined;
  let dirty = true;
  let writing: Promise<void> = Promise.resolve();
  let lastTook = 0;

  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(async () => {
      if (!dirty) return;
      dirty = false;
      // A rename is atomic: a process killed in the middle leaves the former state, never half of one.
      const began = performance.now();
      const text = JSON.stringify(state);
      lastTook = performance.now() - began;
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    });
    return writing;
  };

  return {
    state,
    changed() {
      dirty = true;
      timer ??= setTimeout(
        () => {
          write().catch((error: unknown) =>
            console.error(`The simulator's state could not be written: ${String(error)}`),
          );
        },
        Math.max(WRITE_AFTER_MS, REST * lastTook),
      );
    },
    flush: write,
  };
}
