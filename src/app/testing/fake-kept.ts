import type { KeptMessages, KeptRows, KeptSecret, KeptSecrets } from '../ports';

import type { Wire } from './wire';

export interface FakeKept {
  rows: KeptRows;
  secrets: KeptSecrets;
  messages: KeptMessages;
  /** What there is of each connection; a test changes it as it likes. */
  of(connectionId: string): { rows: number; secrets: KeptSecret[]; scheduled: number };
  /** Whether the vault keeps what is deleted. */
  isPurgeProtected: boolean;
}

/** How many rows a slice has time for. */
const ROWS_A_SLICE = 100;

export function createFakeKept(wire: Wire): FakeKept {
  const kept = new Map<string, { rows: number; secrets: KeptSecret[]; scheduled: number }>();
  const of: FakeKept['of'] = (connectionId) => {
    const known = kept.get(connectionId) ?? { rows: 0, secrets: [], scheduled: 0 };
    kept.set(connectionId, known);
    return known;
  };
  const fake: FakeKept = {
    of,
    isPurgeProtected: false,
    rows: {
      count: (id) => wire.call('rows.count', () => (of(id).rows > 0 ? { Ledger: of(id).rows } : {})),
      remove: (id) =>
        wire.call('rows.remove', () => {
          const removed = Math.min(ROWS_A_SLICE, of(id).rows);
          of(id).rows -= removed;
          return { removed, isWhole: of(id).rows === 0 };
        }),
    },
    secrets: {
      list: (id) => wire.call('keptSecrets.list', () => structuredClone(of(id).secrets)),
      remove: (id) =>
        wire.call('keptSecrets.remove', () => {
          const purgedOn = new Date('2027-06-01T00:00:00Z');
          of(id).secrets = fake.isPurgeProtected
            ? of(id).secrets.map(({ name }) => ({ name, state: 'deleted', purgedOn }))
            : [];
          return structuredClone(of(id).secrets);
        }),
    },
    messages: {
      count: (id) => wire.call('messages.count', () => ({ scheduled: of(id).scheduled, waiting: 0 })),
      cancel: (id) =>
        wire.call('messages.cancel', () => {
          const { scheduled } = of(id);
          of(id).scheduled = 0;
          return scheduled;
        }),
    },
  };
  return fake;
}
