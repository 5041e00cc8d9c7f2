import { createSlots } from './slots';

const never = new AbortController().signal;

test('runs no more at once than there are slots, the others in order', async () => {
  const slots = createSlots(2);
  const begun: number[] = [];
  const finish: (() => void)[] = [];
  const runs = [0, 1, 2, 3].map((index) =>
    slots.run(never, () => {
      begun.push(index);
      return new Promise<number>((resolve) => {
        finish[index] = () => {
          resolve(index);
        };
      });
    }),
  );
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  finish[1]?.();
  expect(await runs[1]).toBe(1);
  await new Promise(setImmediate);
  expect(begun).toEqual([0, 1, 2]);
  finish[0]?.();
  finish[2]?.();
  await runs[0];
  await new Promise(setImmediate);
  finish[3]?.();
  expect(await Promise.all(runs)).toEqual([0, 1, 2, 3]);
});

test('frees the slot of an operation that fails, and forgets who no longer waits', async () => {
  const slots = createSlots(1);
  const impatient = new AbortController();
  let fail: (error: Error) => void = () => undefined;
  const failing = slots.run(never, () => new Promise((_resolve, reject) => (fail = reject)));
  await Promise.resolve();
  const left = slots.run(impatient.signal, () => Promise.resolve('never begun'));
  impatient.abort(new Error('enough'));
  await expect(left).rejects.toThrow('enough');
  await expect(slots.run(impatient.signal, () => Promise.resolve())).rejects.toThrow('enough');

  fail(new Error('broken'));
  await expect(failing).rejects.toThrow('broken');
  expect(await slots.run(never, () => Promise.resolve('next'))).toBe('next');
});
