import { createTally } from './tally';

test('what waits side by side counts once, and what waits one after the other twice', async () => {
  let now = 0;
  const tally = createTally(() => now);
  const ends: (() => void)[] = [];
  const waits = Array.from({ length: 2 }, () => tally.pause(() => new Promise<void>((resolve) => ends.push(resolve))));
  now = 300;
  ends[0]?.();
  await waits[0];
  now = 500;
  ends[1]?.();
  await waits[1];
  now = 1_000;
  const refused = tally.pause(() => {
    now = 1_250;
    return Promise.reject(new Error('enough'));
  });
  await expect(refused).rejects.toThrow('enough');
  tally.request();
  tally.request();
  expect(tally.spent()).toEqual({ requests: 2, rateLimitDelayMs: 750 });
});
