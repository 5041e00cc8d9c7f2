import type { Operations, StoredOperation } from '../ports';

import type { Wire } from './wire';

export interface FakeOperations {
  port: Operations;
  recorded: { all(): StoredOperation[] };
}

export function createFakeOperations(wire: Wire): FakeOperations {
  const rows = new Map<string, StoredOperation>();
  let writes = 0;
  const all = (): StoredOperation[] => structuredClone([...rows.values()].reverse());
  const newEtag = (): string => `etag-${(writes += 1)}`;
  return {
    port: {
      add: (operation) =>
        wire.call('operations.add', () => {
          rows.set(operation.id, structuredClone({ ...operation, etag: newEtag() }));
        }),
      find: (connectionId, id) =>
        wire.call('operations.find', () => all().find((each) => each.connectionId === connectionId && each.id === id)),
      list: (connectionId) =>
        wire.call('operations.list', () => all().filter((each) => each.connectionId === connectionId)),
      replace: (operation) =>
        wire.call('operations.replace', () => {
          if (rows.get(operation.id)?.etag !== operation.etag) return false;
          rows.set(operation.id, structuredClone({ ...operation, etag: newEtag() }));
          return true;
        }),
      removeAll: (connectionId) =>
        wire.call('operations.removeAll', () => {
          for (const { id } of all().filter((each) => each.connectionId === connectionId)) rows.delete(id);
        }),
    },
    recorded: { all },
  };
}
