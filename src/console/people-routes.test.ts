import { createFakePersonalRows } from '../app/testing/fake-personal-rows';
import { createWorld } from '../app/testing/world';

import { createManagementApi } from './management-api';
import { managementOf } from './testing/management';

const ann = 'a1000000-0000-4000-8000-000000000001';
const id = { column: 'byId', shape: 'id', forget: 'replace', what: 'who' } as const;

function given() {
  const world = createWorld();
  const rows = createFakePersonalRows(world.wire);
  rows.known.push({ id: ann, of: 'entra', name: 'Ann (ann@x.example)' });
  for (const row of ['1', '2', '3']) rows.put('Audit', row, [{ ...id, text: ann }]);
  const api = createManagementApi({ ...managementOf(world), personalRows: rows.port });
  const post = async (path: string, body: unknown) => {
    const response = await api(
      new Request(`https://gate.example/api/management/people/${path}`, {
        method: 'POST',
        headers: { authorization: 'Bearer secret' },
        body: JSON.stringify(body),
      }),
    );
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  return { world, rows, post };
}

test('exporting and forgetting are in the audit log without a name, and looking first is not', async () => {
  const { world, rows, post } = given();
  const { person, pseudonym } = (await post('find', { identities: ['ann@x.example'] })).body;
  expect(person.canonical).toBe(ann);
  expect((await post('forget', { person, cursor: null, dryRun: true })).body.places).toHaveLength(3);
  expect(world.audit.recorded.entries()).toEqual([]);
  expect((await post('export', { person, cursor: null })).body).toMatchObject({
    places: [{ row: '1', column: 'byId', said: [{ path: '', text: ann }] }, {}, {}],
    cursor: null,
  });
  expect((await post('forget', { person, cursor: null, dryRun: false })).status).toBe(200);
  expect(Object.values(rows.recorded.texts())).toEqual([{ byId: pseudonym }, { byId: pseudonym }, { byId: pseudonym }]);
  const entries = world.audit.recorded.entries();
  expect(entries).toMatchObject([
    { action: 'people.forget', subject: pseudonym, details: { replaced: 3, deleted: 0, kept: 0 } },
    { action: 'people.export', subject: pseudonym },
  ]);
  expect(JSON.stringify([entries, world.log.recorded.entries])).not.toMatch(/ann/i);
});

test('nor is there a way to export or to forget that the audit log does not tell', async () => {
  const { world, rows, post } = given();
  const { person } = (await post('find', { identities: ['ann@x.example'] })).body;
  await post('export', { person, cursor: { table: 'Audit' } });
  expect(world.audit.recorded.entries()).toMatchObject([{ action: 'people.export', details: { places: 3 } }]);
  world.wire.fail('people.rewrite', 'after', new Error('gone'));
  expect((await post('forget', { person, cursor: null, dryRun: false })).status).toBe(500);
  expect(Object.values(rows.recorded.texts()).filter(({ byId }) => byId !== ann)).toHaveLength(1);
  expect(world.audit.recorded.entries()[0]).toMatchObject({ action: 'people.forget', details: { isBrokenOff: true } });
});

test('who is refused to forget themselves has nothing in the audit log, as nothing was begun', async () => {
  const { world, post } = given();
  const person = { canonical: 'local', terms: [{ kind: 'id', text: 'local' }] };
  expect(await post('forget', { person, cursor: null, dryRun: false })).toMatchObject({ status: 409 });
  expect(world.audit.recorded.entries()).toEqual([]);
});

const term = { kind: 'id', text: ann };
const right = { person: { canonical: ann, terms: [term] }, cursor: null, dryRun: true };

test.each<[string, unknown]>([
  ['find', {}],
  ['find', { identities: [] }],
  ['find', { identities: Array.from({ length: 11 }, () => ann) }],
  ['find', { identities: ['x'.repeat(300)] }],
  ['export', { ...right }],
  ['forget', { ...right, dryRun: undefined }],
  ['forget', { ...right, cursor: { table: 'Audit', from: 'x'.repeat(3_000) } }],
  // Else what one person did could be put down to another's pseudonym, or letters be taken out of everything.
  ['forget', { ...right, person: { canonical: 'olga@x.example', terms: [term] } }],
  ['forget', { ...right, person: { canonical: ann, terms: [term, { kind: 'name', text: 'e' }] } }],
  ['forget', { ...right, person: { canonical: ann, terms: [] } }],
])('people/%s refuses %j', async (path, body) => {
  const { world, post } = given();
  expect(await post(path, body)).toMatchObject({ status: 400, body: { message: expect.stringMatching(/^Send /) } });
  expect(world.wire.calls).toEqual([]);
});
