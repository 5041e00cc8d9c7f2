import { bounded } from './bounded';

const hang = (): Promise<never> => new Promise(() => undefined);

test('passes on what the operation answers or throws', async () => {
  expect(await bounded(1_000, () => Promise.resolve(1))).toBe(1);
  await expect(bounded(1_000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('gives up in time, tells the operation, and does not wait for it', async () => {
  let told: AbortSignal | undefined;
  const operation = (signal: AbortSignal): Promise<never> => {
    told = signal;
    return hang();
  };
  await expect(bounded(10, operation)).rejects.toThrow('no answer within 0.01 s');
  expect(told?.aborted).toBe(true);
});

test('stops with an outer signal, before or during the operation', async () => {
  const outer = new AbortController();
  const waiting = bounded(60_000, hang, [outer.signal]);
  outer.abort();
  await expect(waiting).rejects.toThrow('stopped before');
  const operation = jest.fn(hang);
  await expect(bounded(60_000, operation, [outer.signal])).rejects.toThrow('stopped before');
  expect(operation).not.toHaveBeenCalled();
});
