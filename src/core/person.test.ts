import { forgetPerson } from './forget-person';
import { findPerson, parseSignIn, type KnownName, type Person } from './person';

const ann = 'a1000000-0000-4000-8000-000000000001';
const annInAzureDevOps = 'a1000000-0000-4000-8000-0000000000d0';
const eve = 'a1000000-0000-4000-8000-000000000002';
const entra = (id: string, name: string): KnownName => ({ id, of: 'entra', name });

function personOf(identities: string[], known: KnownName[] = []): Person {
  const found = findPerson(identities, known);
  if (found.kind !== 'one') throw new Error(found.ids.join());
  return found.person;
}
const textsOf = ({ terms }: Person, kind: string): string[] =>
  terms.filter((term) => term.kind === kind).map(({ text }) => text);

test.each([
  ['Ann Author (ann@contoso.example)', 'Ann Author', 'ann@contoso.example'],
  ['ANN@contoso.example', '', 'ann@contoso.example'],
  ['CONTOSO\\ann', '', 'contoso\\ann'],
  ['Ann (Shop)', 'Ann (Shop)', null],
  ['Eve (ann@contoso.example) (eve@contoso.example)', 'Eve (ann@contoso.example)', 'eve@contoso.example'],
  ['Ann', 'Ann', null],
  ['@ @', '@ @', null],
])('%j is %j with account %j', (text, name, account) => {
  expect(parseSignIn(text)).toEqual({ name, account });
});

describe('a person', () => {
  const known = [
    entra(ann, 'Ann Author (ann@contoso.example)'),
    entra(ann, 'Ann Writer (ann@contoso.example)'),
    entra(ann.toUpperCase(), 'Ann'),
    { id: annInAzureDevOps, of: 'azureDevOps', name: 'Ann A.', account: 'Ann@contoso.example' } as const,
    entra(eve, 'Eve (eve@contoso.example)'),
  ];

  test.each([
    [ann],
    [ann.toUpperCase()],
    [annInAzureDevOps],
    ['ann@CONTOSO.example'],
    ['Ann Author'],
    ['Ann Author (ann@contoso.example)'],
  ])('is the same, asked for as %s', (identity) => {
    const person = personOf([identity], known);
    expect(person.canonical).toBe(ann);
    expect(textsOf(person, 'id')).toEqual([ann, annInAzureDevOps]);
    expect(textsOf(person, 'account')).toEqual(['ann@contoso.example']);
    expect(textsOf(person, 'alias')).toEqual(expect.arrayContaining(['Ann Writer', 'Ann', 'Ann A.']));
  });

  test('is found in a second among tens of thousands of rows that say the same', () => {
    const many = Array.from({ length: 10_000 }, () => known).flat();
    const began = process.hrtime.bigint();
    const person = personOf([annInAzureDevOps], many);
    expect(Number(process.hrtime.bigint() - began) / 1e6).toBeLessThan(1_000);
    expect(person).toEqual(personOf([annInAzureDevOps], known));
  });

  test('of whom no row tells is what they were called', () => {
    expect(personOf(['Ann@x.example'])).toEqual({
      canonical: 'ann@x.example',
      terms: [{ kind: 'account', text: 'ann@x.example' }],
    });
  });

  test('whose name several have is asked for again, and so is an account that several have had', () => {
    const others = [entra(ann, 'Ann (ann@contoso.example)'), entra(eve, 'Ann (ann2@contoso.example)')];
    expect(findPerson(['ann'], others)).toEqual({ kind: 'several', ids: [ann, eve] });
    const reused = [entra(ann, 'Ann (ann@contoso.example)'), entra(eve, 'Anna (ann@contoso.example)')];
    expect(findPerson(['ann@contoso.example'], reused)).toEqual({ kind: 'several', ids: [ann, eve] });
    // By the id of one, what both have had counts for neither.
    const person = personOf([eve], reused);
    expect([person.canonical, textsOf(person, 'id'), textsOf(person, 'account')]).toEqual([eve, [eve], []]);
  });
});

describe('forgetting', () => {
  const forget = forgetPerson(
    {
      terms: [
        { kind: 'id', text: ann },
        { kind: 'account', text: 'ann@contoso.example' },
        { kind: 'name', text: 'Ann Author' },
        { kind: 'alias', text: 'Ann' },
      ],
    },
    'person-1',
  );

  test.each<[Parameters<typeof forget>[0], string, string]>([
    ['id', ann.toUpperCase(), 'person-1'],
    ['id', eve, eve],
    ['name', 'Ann Author (ann@contoso.example)', 'person-1'],
    ['name', 'Whoever (ANN@contoso.example)', 'person-1'],
    ['name', 'ann author', 'person-1'],
    ['name', 'Ann', 'Ann'],
    // Whoever calls themselves by another's account keeps what they did.
    ['name', 'Eve (ann@contoso.example) (eve@contoso.example)', 'Eve (person-1) (eve@contoso.example)'],
    ['name', 'ann@contoso.example (eve@contoso.example)', 'person-1 (eve@contoso.example)'],
    ['text', 'Asked ann@contoso.example. Thanks', 'Asked person-1. Thanks'],
    [
      'text',
      'joann@contoso.example, ann@contoso.example.evil, ann@contoso.example',
      'joann@contoso.example, ann@contoso.example.evil, person-1',
    ],
    ['text', 'by Ann Author (ann@contoso.example)', 'by person-1'],
    ['text', 'by Ann (ann@contoso.example)!', 'by person-1!'],
    ['text', 'Ann Authority, Joann Author, ANN AUTHOR', 'Ann Authority, Joann Author, person-1'],
    ['text', 'Ann Arbor', 'Ann Arbor'],
    ['text', `x${ann} ${ann}`, `x${ann} person-1`],
    ['text', 'İİ ann author', 'İİ person-1'],
    ['json', `{"a":["Ann Author",1,null,{"ann@contoso.example":true}]}`, `{"a":["person-1",1,null,{"person-1":true}]}`],
    ['json', '{ "spaces":  "stay" }', '{ "spaces":  "stay" }'],
    ['json', '{ broken ann@contoso.example', '{ broken person-1'],
  ])('in %s %j leaves %j', (shape, text, left) => {
    expect(forget(shape, text)).toBe(left);
  });

  test('called by one word, the person is not blotted out of texts where that means something else', () => {
    const terms = ['admin', 'role', 'contoso', 'main'].map((text) => ({ kind: 'name' as const, text }));
    const oneWord = forgetPerson({ terms }, 'person-3');
    const details = '{"role":"admin","of":"contoso","branch":"refs/heads/main"}';
    expect(oneWord('json', details)).toBe(details);
    expect(oneWord('text', 'contoso was disconnected')).toBe('contoso was disconnected');
    expect(oneWord('name', 'admin')).toBe('person-3');
  });

  test('in a row about the person, what is nothing but another name of theirs is theirs', () => {
    expect(forget('text', 'person Ann', { isAbout: true })).toBe('person person-1');
    expect(forget('name', 'ann', { isAbout: true })).toBe('person-1');
    expect(forget('text', 'person Ann Other', { isAbout: true })).toBe('person Ann Other');
  });

  test('finds a name however its accents are put together, and leaves what names nobody as it was written', () => {
    const zoe = forgetPerson({ terms: [{ kind: 'name', text: 'Zo\u00eb Hein' }] }, 'person-2');
    expect(zoe('text', 'saw Zoe\u0308 Hein')).toBe('saw person-2');
    expect(zoe('text', 'Zoe\u0308 Heine')).toBe('Zoe\u0308 Heine');
  });

  test('somebody of a hundred accounts and names does not keep others waiting', () => {
    const terms = Array.from({ length: 100 }, (_, index) => [
      { kind: 'account', text: `ann${index}@contoso.example` } as const,
      { kind: 'alias', text: `Ann ${index}` } as const,
    ]).flat();
    const began = process.hrtime.bigint();
    forgetPerson({ terms }, 'person-1')('text', 'Ann wrote '.repeat(50_000));
    expect(Number(process.hrtime.bigint() - began) / 1e6).toBeLessThan(1_000);
  });

  test('a megabyte takes no second', () => {
    const began = process.hrtime.bigint();
    forget('text', 'ann@contoso.exampl'.repeat(60_000));
    forget('text', 'Ann Author '.repeat(90_000));
    forget('json', JSON.stringify(Array.from({ length: 50_000 }, () => 'Ann Author wrote it')));
    expect(Number(process.hrtime.bigint() - began) / 1e6).toBeLessThan(2_000);
  });
});
