import { doneLines } from './people-text';

const ann = {
  pseudonym: 'person-0123456789ab',
  person: { canonical: 'ann', terms: [{ kind: 'name' as const, text: 'Ann Author' }] },
};

test('nobody is told that a pseudonym stands somewhere when nothing named the person', () => {
  const lines = doneLines(ann, []);
  expect(lines[0]).toBe('Nothing that Portcullis keeps names them: nothing was changed.');
  expect(lines.join('\n')).not.toContain(ann.pseudonym);
});

test('what was done is counted, behind the pseudonym', () => {
  const place = {
    table: 'Audit',
    row: 'audit/1',
    connectionId: null,
    at: null,
    column: 'byName',
    what: 'their name',
    outcome: 'replace' as const,
    said: [],
  };
  expect(doneLines(ann, [place, { ...place, row: 'audit/2' }]).slice(0, 2)).toEqual([
    'person-0123456789ab stands where the person was named.',
    '- Audit, byName: 2 rows; gets the pseudonym (their name)',
  ]);
});
