/**
 * A time as .NET writes it: seven digits of a second, zeros at the end left out. The digits that a JavaScript clock lacks
 * count up, so that two things in one millisecond keep their order.
 */
export function createTimestamps(now: () => number): () => string {
  let ticks = 0;
  return () => {
    ticks = (ticks + 1) % 10_000;
    const text = `${new Date(now()).toISOString().slice(0, -1)}${String(ticks).padStart(4, '0')}`;
    return `${text.replace(/\.?0+$/, '')}Z`;
  };
}
