import { setTimeout } from 'node:timers/promises';

import type { Clock } from '../app/ports';

export const systemClock: Clock & { sleep(seconds: number): Promise<void> } = {
  now: () => new Date(),
  sleep: (seconds) => setTimeout(seconds * 1_000),
};
