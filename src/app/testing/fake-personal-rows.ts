import type { KnownName } from '../../core/person';
import type { PersonalRow, PersonalRows } from '../ports';

import type { Wire } from './wire';

type Texts = PersonalRow['texts'];

export interface FakePersonalRows {
  port: PersonalRows;
  known: KnownName[];
  /** Somebody has written a row; each table gives two at once. */
  put(table: string, row: string, texts: Texts, more?: Partial<Pick<PersonalRow, 'isUnderWay' | 'isOfNobody'>>): void;
  /** What the rows say now. */
  recorded: { texts(): Record<string, Record<string, string>> };
  /** Whoever writes next finds that somebody else was faster. */
  loseNextRace(): void;
}

const PAGE = 2;

export function createFakePersonalRows(wire: Wire): FakePersonalRows {
  const rows = new Map<string, { table: string; row: PersonalRow }>();
  let isRaceLost = false;
  const fake: FakePersonalRows = {
    known: [],
    port: {
      tables: ['Settings', 'Access', 'Audit'],
      known: () => wire.call('people.known', () => structuredClone(fake.known)),
      readKey: () => wire.call('people.key', () => 'ab'.repeat(32)),
      read: (table, from) =>
        wire.call('people.read', () => {
          const keys = [...rows.keys()].sort().filter((key) => rows.get(key)?.table === table && key > (from ?? ''));
          const page = keys.slice(0, PAGE);
          const next = keys.length > PAGE ? page.at(-1) : undefined;
          return { rows: page.flatMap((key) => rows.get(key)?.row ?? []), next };
        }),
    },
    put: (table, row, texts, { isUnderWay = false, isOfNobody = false } = {}) => {
      const key = `${table}/${row}`;
      rows.set(key, {
        table,
        row: {
          table,
          row,
          connectionId: null,
          at: null,
          texts,
          isUnderWay,
          isOfNobody,
          rewrite: (wanted) =>
            wire.call('people.rewrite', () => {
              if (isRaceLost) {
                isRaceLost = false;
                return false;
              }
              const changed = texts.map((text) => ({ ...text, text: wanted[text.column] ?? text.text }));
              fake.put(table, row, changed, { isUnderWay, isOfNobody });
              return true;
            }),
          remove: () =>
            wire.call('people.remove', () => {
              rows.delete(key);
            }),
        },
      });
    },
    recorded: {
      texts: () =>
        Object.fromEntries(
          [...rows].map(([key, { row }]) => [
            key,
            Object.fromEntries(row.texts.map(({ column, text }) => [column, text])),
          ]),
        ),
    },
    loseNextRace: () => {
      isRaceLost = true;
    },
  };
  return fake;
}
