/** Runs at most so many operations at once; the others wait their turn, in order. */
export interface Slots {
  /** @param operation is told whether it had to wait: what was known before may not be so any more */
  run<T>(operation: (hasWaited: boolean) => Promise<T>): Promise<T>;
}

export function createSlots(limit: number): Slots {
  let taken = 0;
  const waiting: (() => void)[] = [];

  /** Whether it had to be waited for. */
  const turn = (): Promise<boolean> =>
    new Promise((resolve) => {
      if (taken < limit) {
        taken += 1;
        resolve(false);
      } else {
        waiting.push(() => {
          resolve(true);
        });
      }
    });
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else taken -= 1;
  };

  return { run: (operation) => turn().then(operation).finally(leave) };
}
