import { createHmac } from 'node:crypto';

import { Failure } from '../../core/failures';
import { forgetPerson, type Forget } from '../../core/forget-person';
import { findPerson, isNameable, type Person } from '../../core/person';
import { partsOf, type Part } from './parts';

import type { Clock, PersonalField, PersonalRow, PersonalRows, Principal } from '../ports';

/** Answers come well within what whoever asks waits for. */
const SLICE_MS = 15_000;
const MOST_PLACES = 500;
const PSEUDONYM_LENGTH = 12;

/** Where a person is named, and what became of it; `missed`: somebody else wrote the row in that moment. */
export interface Place {
  table: string;
  row: string;
  connectionId: string | null;
  at: Date | null;
  column: string;
  what: string;
  outcome: 'replace' | 'delete' | 'keep' | 'later' | 'missed';
  said: readonly Part[];
}

export interface PeopleSlice {
  places: Place[];
  /** Where the next slice begins; null after the last. */
  cursor: PeopleCursor | null;
}

export interface PeopleCursor {
  table: string;
  from?: string | undefined;
}

export interface People {
  /** Who is meant. Throws `superseded` when several may be. */
  find(identities: readonly string[]): Promise<{ person: Person; pseudonym: string }>;
  pseudonymOf(person: Person): Promise<string>;
  /**
   * A slice of what is kept of a person, told (`look`), or forgotten, too. Safe to repeat: what is forgotten is not found
   * again.
   *
   * @param by whoever asks: nobody takes their own name out of the audit log
   */
  work(
    person: Person,
    options: { cursor: PeopleCursor | null; act: 'look' | 'forget'; by: Principal },
  ): Promise<PeopleSlice>;
}

export function createPeople({ personalRows, clock }: { personalRows: PersonalRows; clock: Clock }): People {
  const pseudonymOf = async ({ canonical }: Person): Promise<string> => {
    const key = Buffer.from(await personalRows.readKey(), 'hex');
    return `person-${createHmac('sha256', key).update(canonical).digest('hex').slice(0, PSEUDONYM_LENGTH)}`;
  };

  return {
    pseudonymOf,
    find: async (identities) => {
      const unfit = identities.find((each) => !isNameable(each));
      if (unfit !== undefined) {
        const message = `'${unfit}' names nobody: give an object id of Entra, an id of Azure DevOps, a mail address or account name, or a whole name.`;
        throw new Failure({ kind: 'notFound', message });
      }
      const found = findPerson(identities, await personalRows.known());
      if (found.kind === 'one') return { person: found.person, pseudonym: await pseudonymOf(found.person) };
      const message = `Several people may be meant, with the object ids ${found.ids.join(', ')}: name one of them by that.`;
      throw new Failure({ kind: 'superseded', message });
    },
    work: async (person, { cursor, act, by }) => {
      const pseudonym = await pseudonymOf(person);
      const forget = forgetPerson(person, pseudonym);
      if (act === 'forget') assertOther(forget, by);
      const end = clock.now().getTime() + SLICE_MS;
      const places: Place[] = [];
      const isFull = (): boolean => places.length >= MOST_PLACES || clock.now().getTime() >= end;
      let next: PeopleCursor | null = cursor ?? tableAfter(personalRows.tables, undefined);
      do {
        if (next === null) break;
        const { table }: PeopleCursor = next;
        const page = await personalRows.read(table, next.from);
        for (const row of page.rows) places.push(...(await workOnRow(row, forget, act)));
        next = page.next === undefined ? tableAfter(personalRows.tables, table) : { table, from: page.next };
      } while (!isFull());
      return { places, cursor: next };
    },
  };
}

function tableAfter(tables: readonly string[], table: string | undefined): PeopleCursor | null {
  const following = tables[table === undefined ? 0 : tables.indexOf(table) + 1];
  return following === undefined || (table !== undefined && !tables.includes(table)) ? null : { table: following };
}

/** Else an administrator could undo by themselves that the audit log tells what they did. */
function assertOther(forget: Forget, { id, name }: Principal): void {
  if (forget('id', id) === id && forget('name', name, { isAbout: true }) === name && forget('text', name) === name)
    return;
  const message =
    'Nobody takes their own name out of the audit log, and asking for it would write it there again: have another administrator of the deployment do this.';
  throw new Failure({ kind: 'superseded', message });
}

type Text = PersonalField & { text: string };

async function workOnRow(row: PersonalRow, forget: Forget, act: 'look' | 'forget'): Promise<Place[]> {
  const isNamed = ({ shape, text }: Text): boolean => forget(shape, text) !== text;
  // An id says whose the name beside it is, and details say whom a subject means.
  const hasId = row.texts.some((text) => text.shape === 'id' && isNamed(text));
  const hasWord = row.texts.some((text) => (text.shape === 'json' || text.shape === 'text') && isNamed(text));
  const fresh = (text: Text): string =>
    forget(text.shape, text.text, { isAbout: text.shape === 'name' ? hasId : hasWord });
  const named = row.texts.filter((text) => fresh(text) !== text.text);
  if (named.length === 0) return [];

  const isDeleted = !row.isOfNobody && named.some(({ forget: treatment }) => treatment === 'delete');
  const outcomeOf = ({ forget: treatment }: Text): Place['outcome'] => {
    if (isDeleted) return 'delete';
    if (treatment === 'replace') return row.isUnderWay ? 'later' : 'replace';
    return 'keep';
  };
  const replaced = named.filter((text) => outcomeOf(text) === 'replace');
  let isMissed = false;
  if (act === 'forget' && isDeleted) await row.remove();
  if (act === 'forget' && replaced.length > 0) {
    isMissed = !(await row.rewrite(Object.fromEntries(replaced.map((text) => [text.column, fresh(text)]))));
  }
  const { table, row: keys, connectionId, at } = row;
  return named.map((text) => {
    const outcome = outcomeOf(text);
    return {
      table,
      row: keys,
      connectionId,
      at,
      column: text.column,
      what: text.what,
      outcome: isMissed && outcome === 'replace' ? 'missed' : outcome,
      said: partsOf(text.shape, text.text, forget),
    };
  });
}
