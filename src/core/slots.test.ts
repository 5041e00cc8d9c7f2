import { createSlots } from './slots';

/** Operations that go on until they are told to end. */
function createOperations(limit: number) {
  const slots = createSlots(limit);
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  return {
    begun,
    run: (name: string): Promise<string> =>
      slots.run(
        () =>
          new Promise((resolve, reject) => {
            begun.push(name);
            ends.set(name, (error) => {
              if (error) reject(error);
              else resolve(`${name} is done`);
            });
          }),
      ),
    /** Ends it, and lets whoever waits take notice. */
    end: async (name: string, error?: Error): Promise<void> => {
      ends.get(name)?.(error);
      await new Promise(setImmediate);
    },
  };
}

test('so many run at once; the others wait their turn, in order', async () => {
  const { run, end, begun } = createOperations(2);
  const all = ['a', 'b', 'c', 'd', 'e'].map(run);
  await new Promise(setImmediate);
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  await end('a');
  await end('c');
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
  await end('d');
  await end('e');
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `${name} is done`));
});

test('a failure is told to who asked for it, and gives its slot on', async () => {
  const { run, end, begun } = createOperations(1);
  const failing = run('a');
  const next = run('b');
  await new Promise(setImmediate);
  await Promise.all([expect(failing).rejects.toThrow('oops'), end('a', new Error('oops'))]);
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(await next).toBe('b is done');
});

test('one that throws before it begins to wait does so, too', async () => {
  const slots = createSlots(1);
  const failing = slots.run(() => {
    throw new Error('at once');
  });
  await expect(failing).rejects.toThrow('at once');
  expect(await slots.run(async () => 'next')).toBe('next');
});

test('slots that are free again are as many as before', async () => {
  const { run, end, begun } = createOperations(2);
  const first = [run('a'), run('b')];
  await new Promise(setImmediate);
  await end('a');
  await end('b');
  await Promise.all(first);
  const second = ['c', 'd', 'e'].map(run);
  await new Promise(setImmediate);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  await end('c');
  await end('d');
  await end('e');
  expect(await Promise.all(second)).toHaveLength(3);
});

test('who waited is told so', async () => {
  const slots = createSlots(1);
  const told = await Promise.all([1, 2, 3].map(() => slots.run(async (hasWaited) => hasWaited)));
  expect(told).toEqual([false, true, true]);
  expect(await slots.run(async (hasWaited) => hasWaited)).toBe(false);
});
