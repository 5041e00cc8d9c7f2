import fc from 'fast-check';

import { mergeDocuments } from './merge';
import { isMapping } from './plain';

const documents = fc
  .dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true })
  .filter((document) => !/"(__proto__|constructor|prototype)"/.test(JSON.stringify(document)));

describe('mergeDocuments', () => {
  test.each<[string, unknown, unknown, unknown]>([
    ['mappings merge', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 4 } }, { a: 1, b: { c: 2, d: 4 } }],
    ['lists are replaced', { a: [1, 2, 3] }, { a: [4] }, { a: [4] }],
    ['an empty list is a list', { a: [1] }, { a: [] }, { a: [] }],
    ['a mapping gives way to a value', { a: { b: 1 } }, { a: 2 }, { a: 2 }],
    ['a value gives way to a mapping', { a: 2 }, { a: { b: 1 } }, { a: { b: 1 } }],
    ['false and nothing are values', { a: true, b: 1 }, { a: false, b: 0 }, { a: false, b: 0 }],
  ])('%s', (_, wider, narrower, merged) => {
    expect(mergeDocuments(wider, narrower)).toEqual(merged);
  });

  test('a key that is a setter elsewhere stays a key', () => {
    const merged = mergeDocuments({}, JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(isMapping(merged) && Object.keys(merged)).toEqual(['__proto__']);
    expect(isMapping(merged) && merged['polluted']).toBeUndefined();
  });

  test('an empty document says nothing, and a document over itself nothing new', () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(mergeDocuments({}, document)).toEqual(document);
        expect(mergeDocuments(document, {})).toEqual(document);
        expect(mergeDocuments(document, document)).toEqual(document);
      }),
    );
  });

  test('what the narrower one says stands, and the rest is as the wider one has it', () => {
    fc.assert(
      fc.property(documents, documents, (wider, narrower) => {
        expectMerged(wider, narrower, mergeDocuments(wider, narrower));
      }),
    );
  });

  test('neither document is changed', () => {
    fc.assert(
      fc.property(documents, documents, (wider, narrower) => {
        const before = JSON.stringify([wider, narrower]);
        mergeDocuments(wider, narrower);
        expect(JSON.stringify([wider, narrower])).toBe(before);
      }),
    );
  });
});

/** The rule in other words: at every key, the narrower one's value, unless both are mappings. */
function expectMerged(wider: unknown, narrower: unknown, merged: unknown): void {
  if (!isMapping(wider) || !isMapping(narrower) || !isMapping(merged)) {
    expect(merged).toEqual(narrower);
    return;
  }
  expect(new Set(Object.keys(merged))).toEqual(new Set([...Object.keys(wider), ...Object.keys(narrower)]));
  for (const [key, value] of Object.entries(merged)) {
    if (!Object.hasOwn(narrower, key)) expect(value).toEqual(wider[key]);
    else if (!Object.hasOwn(wider, key)) expect(value).toEqual(narrower[key]);
    else expectMerged(wider[key], narrower[key], value);
  }
}
