/** Runs at most so many operations at once; the others wait their turn, in order. */
export interface Slots {
  run<T>(operation: () => Promise<T>): Promise<T>;
}

export function createSlots(limit: number): Slots {
  let taken = 0;
  const waiting: (() => void)[] = [];

  const turn = (): Promise<void> =>
    new Promise((resolve) => {
      if (taken < limit) {
        taken += 1;
        resolve();
      } else waiting.push(resolve);
    });
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else taken -= 1;
  };

  return { run: (operation) => turn().then(operation).finally(leave) };
}
