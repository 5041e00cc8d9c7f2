import type { KnownName, Person } from '../../core/person';

import type { Principal } from '../ports';
import { createFakePersonalRows } from '../testing/fake-personal-rows';
import { createWorld } from '../testing/world';

import { adviceOn } from './advice';
import { createPeople, type PeopleCursor, type Place } from './people';

const ann = 'a1000000-0000-4000-8000-000000000001';
const olga: Principal = {
  id: 'a1000000-0000-4000-8000-000000000002',
  name: 'Olga (olga@x.example)',
  kind: 'person',
};
const known: KnownName[] = [
  { id: ann, of: 'entra', name: 'Ann (ann@x.example)' },
  { id: 'local', of: 'entra', name: 'local administrator' },
];
const id = { column: 'id', shape: 'id', forget: 'replace', what: '' } as const;
const key = { column: 'key', shape: 'id', forget: 'delete', what: '' } as const;
const text = { column: 'text', shape: 'text', forget: 'replace', what: '' } as const;
const document = { column: 'document', shape: 'json', forget: 'keep', what: '' } as const;

function given() {
  const world = createWorld();
  const rows = createFakePersonalRows(world.wire);
  rows.known.push(...known);
  const people = createPeople({ personalRows: rows.port, clock: world.clock });
  const all = async (person: Person, act: 'look' | 'forget', by = olga): Promise<Place[]> => {
    const places: Place[] = [];
    let cursor: PeopleCursor | null = null;
    do {
      const slice: Awaited<ReturnType<typeof people.work>> = await people.work(person, { cursor, act, by });
      places.push(...slice.places);
      cursor = slice.cursor;
    } while (cursor !== null);
    return places;
  };
  return { world, rows, people, all };
}

test('looking changes nothing, forgetting everything, and a second time nothing', async () => {
  const { world, rows, people, all } = given();
  for (let number = 1; number <= 5; number += 1) {
    rows.put('Audit', `row-${number}`, [{ ...id, text: number === 3 ? olga.id : ann }]);
  }
  rows.put('Settings', 'document', [{ ...document, text: '{"bots":["ann@x.example"]}' }]);
  rows.put('Access', 'grant', [{ ...key, text: ann }]);
  rows.put('Access', 'group', [{ ...key, text: ann }], { isOfNobody: true });
  const before = rows.recorded.texts();
  const { person, pseudonym } = await people.find(['ann@x.example']);
  expect(pseudonym).toMatch(/^person-[0-9a-f]{12}$/);

  const looked = await all(person, 'look');
  expect(rows.recorded.texts()).toEqual(before);
  expect(looked.map(({ row, outcome }) => `${row} ${outcome}`)).toEqual([
    'document keep',
    'grant delete',
    'group keep',
    'row-1 replace',
    'row-2 replace',
    'row-4 replace',
    'row-5 replace',
  ]);
  expect(looked[0]?.said).toEqual([{ path: 'bots[0]', text: 'ann@x.example' }]);
  expect(await all(person, 'forget')).toEqual(looked);
  expect(rows.recorded.texts()).toEqual({
    'Audit/row-1': { id: pseudonym },
    'Audit/row-2': { id: pseudonym },
    'Audit/row-3': { id: olga.id },
    'Audit/row-4': { id: pseudonym },
    'Audit/row-5': { id: pseudonym },
    'Settings/document': { document: '{"bots":["ann@x.example"]}' },
    'Access/group': { key: ann },
  });
  const rewrites = (): number => world.wire.calls.filter((call) => call === 'people.rewrite').length;
  const done = rewrites();
  expect((await all(person, 'forget')).map(({ outcome }) => outcome)).toEqual(['keep', 'keep']);
  expect([done, rewrites()]).toEqual([4, 4]);
});

test('a slice ends in time, and what was broken off goes on', async () => {
  const { world, rows, people, all } = given();
  for (let number = 1; number <= 9; number += 1) rows.put('Audit', `row-${number}`, [{ ...text, text: `by ${ann}` }]);
  const { person, pseudonym } = await people.find([ann]);
  const slow = createPeople({
    personalRows: { ...rows.port, read: (...asked) => (world.clock.advance(16), rows.port.read(...asked)) },
    clock: world.clock,
  });
  const first = await slow.work(person, { cursor: { table: 'Audit' }, act: 'forget', by: olga });
  expect([first.places.length, first.cursor?.table]).toEqual([2, 'Audit']);
  expect((await all(person, 'forget')).length).toBe(7);
  expect(new Set(Object.values(rows.recorded.texts()).map((row) => row['text']))).toEqual(new Set([`by ${pseudonym}`]));
  expect(await people.work(person, { cursor: { table: 'Nothing' }, act: 'look', by: olga })).toEqual({
    places: [],
    cursor: null,
  });
});

test('what is under way waits, and a race that is lost is told', async () => {
  const { rows, people, all } = given();
  rows.put('Audit', 'going', [{ ...id, text: ann }], { isUnderWay: true });
  rows.put('Audit', 'raced', [{ ...id, text: ann }]);
  rows.loseNextRace();
  const { person } = await people.find([ann]);
  const places = await all(person, 'forget');
  expect(places.map(({ row, outcome }) => `${row} ${outcome}`)).toEqual(['going later', 'raced missed']);
  expect(places.map(adviceOn)).toEqual([
    expect.stringMatching(/once it has ended/),
    expect.stringMatching(/forget them again/),
  ]);
  expect((await all(person, 'forget')).map(({ row, outcome }) => `${row} ${outcome}`)).toEqual([
    'going later',
    'raced replace',
  ]);
});

test.each(['local', 'Local Administrator', 'Portcullis', 'ab', '..,', 'person-0123456789ab', '   '])(
  '%j is nobody to be forgotten',
  async (identity) => {
    const { people } = given();
    await expect(people.find([ann, identity])).rejects.toMatchObject({ kind: 'notFound' });
  },
);

test.each([[{ id: ann, name: 'whoever' }], [{ id: 'x', name: 'Ann A. (ann@x.example)' }], [{ id: 'x', name: 'ann' }]])(
  'nobody forgets themselves: %j',
  async (by) => {
    const { world, rows, people, all } = given();
    rows.put('Audit', 'row', [{ ...id, text: ann }]);
    const { person } = await people.find([ann]);
    await expect(all(person, 'forget', { ...olga, ...by })).rejects.toMatchObject({
      message: expect.stringMatching(/another administrator/),
    });
    expect(await all(person, 'look', { ...olga, ...by })).toHaveLength(1);
    expect(world.wire.calls).not.toContain('people.rewrite');
  },
);

test('several who may be meant: which, and nothing is done', async () => {
  const { rows, people } = given();
  rows.known.push({ id: olga.id, of: 'entra', name: 'Ann (ann2@x.example)' });
  await expect(people.find(['Ann'])).rejects.toMatchObject({ message: expect.stringContaining(`${ann}, ${olga.id}`) });
});
