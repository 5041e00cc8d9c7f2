/**
 * Shifts this process' `Date` by the local environment's clock: for worker processes only, whose clock is on the other
 * side of an IPC channel and whose code reads the time as any code does.
 */

const RealDate = globalThis.Date;
let offset = 0;

/** How far `Date` runs ahead of real time, in milliseconds. Takes effect at once; the first call replaces `Date`. */
export function shiftDate(milliseconds: number): void {
  offset = milliseconds;
  if (globalThis.Date !== RealDate) return;
  const now = (): number => RealDate.now() + offset;
  const shifted = new Proxy(RealDate, {
    construct(target, parameters: unknown[], newTarget): Date {
      const made: unknown = Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget);
      if (!(made instanceof RealDate)) throw new TypeError('Not a Date.');
      return made;
    },
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver): unknown => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
  globalThis.Date = shifted;
  // A date made by Node itself has this constructor too.
  RealDate.prototype.constructor = shifted;
}
