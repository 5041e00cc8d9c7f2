import type { AzureDevOps, Trace } from '../app/ports';

/** The door to Azure DevOps, each of whose reads and writes a trace shows by its name. */
export function shownDoor<Door extends AzureDevOps>(door: Door, trace: Pick<Trace, 'span'>): Door {
  return new Proxy(door, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function' || typeof name === 'symbol') return member;
      return (...given: unknown[]): Promise<unknown> =>
        trace.span(name, 'internal', {}, async () => Reflect.apply(member, target, given) as unknown);
    },
  });
}
