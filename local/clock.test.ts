import { createLocalClock } from './clock';

test('advancing fires due timers in the order of their times, before it returns', () => {
  const clock = createLocalClock();
  const fired: string[] = [];
  clock.at(clock.now() + 60_000, () => fired.push('one minute'));
  clock.at(clock.now() + 30_000, () => fired.push('half a minute'));
  const cancel = clock.at(clock.now() + 40_000, () => fired.push('cancelled'));
  cancel();
  clock.advance(59_000);
  expect(fired).toEqual(['half a minute']);
  clock.advance(2_000);
  expect(fired).toEqual(['half a minute', 'one minute']);
});

test('listeners learn the offset after each advance', () => {
  const clock = createLocalClock(1_000);
  const offsets: number[] = [];
  const stop = clock.onAdvance((offset) => offsets.push(offset));
  clock.advance(500);
  stop();
  clock.advance(500);
  expect(offsets).toEqual([1_500]);
  expect(clock.offset()).toBe(2_000);
});
