import { documentDiff } from './document-diff';

test.each<[string, unknown, unknown, string[]]>([
  ['the same, however it is ordered in text', { a: 1 }, { a: 1 }, []],
  ['nothing before', undefined, { a: 1, b: 2 }, ['@@ -0,0 +1,2 @@', '+a: 1', '+b: 2']],
  ['nothing after', { a: 1 }, undefined, ['@@ -1,1 +0,0 @@', '-a: 1']],
  ['a value', { a: 1, b: 2, c: 3 }, { a: 1, b: 5, c: 3 }, ['@@ -1,3 +1,3 @@', ' a: 1', '-b: 2', '+b: 5', ' c: 3']],
  ['control characters', {}, { a: '\u001b[31m' }, ['@@ -1,1 +1,1 @@', '-{}', '+a: "\\e[31m"']],
])('%s', (_, before, after, expected) => {
  expect(documentDiff(before, after)).toEqual(expected);
});

test('what is far apart is in hunks of its own, with three lines around', () => {
  const before = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`key${index}`, index]));
  const after = { ...before, key2: 'two', key25: 'twenty-five' };
  expect(documentDiff(before, after)).toEqual([
    '@@ -1,6 +1,6 @@',
    ' key0: 0',
    ' key1: 1',
    '-key2: 2',
    '+key2: two',
    ' key3: 3',
    ' key4: 4',
    ' key5: 5',
    '@@ -23,7 +23,7 @@',
    ' key22: 22',
    ' key23: 23',
    ' key24: 24',
    '-key25: 25',
    '+key25: twenty-five',
    ' key26: 26',
    ' key27: 27',
    ' key28: 28',
  ]);
});

test('documents that have little in common are shown whole, at once', () => {
  const lines = (letter: string) => Array.from({ length: 20_000 }, (_, index) => `${letter}${index}`);
  const started = performance.now();
  expect(documentDiff(lines('a'), lines('b'))).toHaveLength(40_001);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('a bidirectional override cannot hide what a line says', () => {
  expect(documentDiff({}, { a: 'x\u202ey' }).join('\n')).toContain('⟨U+202E⟩');
});
