import { z } from 'zod';

import { canonicalJson } from './canonical-json';
import { formatJson } from './format-json';
import { withGatesTable } from './generate';
import { settingsJsonSchema } from './json-schema';
import { markdownCode, markdownTable } from './markdown-table';
import { renderGateReference } from './reference';
import { fixtureGates } from './testing/fixture-gates';

const [files] = fixtureGates;

test('the page of a gate has a row for each option', () => {
  const page = files ? renderGateReference(files) : '';
  expect(page.split('\n').filter((line) => line.startsWith('|'))).toEqual([
    '| name      | allowed                      | default | stricter | description         |',
    '| --------- | ---------------------------- | ------- | -------- | ------------------- |',
    '| `minimum` | a whole number of at least 0 | `0`     | higher   | At least this many. |',
    '| `maximum` | a whole number from 1 to 500 | `100`   | lower    | At most this many.  |',
    '| `share`   | a number of at most 1        | none    | lower    | A share.            |',
  ]);
});

describe('the table of gates in a README', () => {
  test('replaces what stands between the markers, and a second time nothing', () => {
    const readme = 'before\n<!-- gates:begin -->\nold\n<!-- gates:end -->\nafter\n';
    const fresh = withGatesTable(readme, fixtureGates);
    expect(fresh).toContain('[files](src/gates/reference/files.md)');
    expect(fresh).toMatch(/^before\n<!-- gates:begin -->\n\n\| gate[^]*\|\n\n<!-- gates:end -->\nafter\n$/);
    expect(withGatesTable(fresh, fixtureGates)).toBe(fresh);
  });

  test.each(['no markers', '<!-- gates:end --><!-- gates:begin -->'])('%s: nothing', (readme) => {
    expect(withGatesTable(readme, fixtureGates)).toBe(readme);
  });
});

describe('the JSON Schema', () => {
  const editor = z.fromJSONSchema(settingsJsonSchema(fixtureGates));

  test.each<[string, unknown, boolean]>([
    ['nothing', {}, true],
    ['a gate', { phase: 'shadow', gates: { files: { mode: 'block', maximum: 3 } } }, true],
    ['an unknown key', { phases: 'shadow' }, false],
    ['an unknown gate', { gates: { fils: {} } }, false],
    ['an unknown option', { gates: { files: { max: 3 } } }, false],
    ['a wrong value', { gates: { files: { maximum: 501 } } }, false],
  ])('takes or refuses %s', (_, document, expected) => {
    expect(editor.safeParse(document).success).toBe(expected);
  });
});

test('a table is aligned and keeps bars inside cells', () => {
  expect(markdownTable(['a', 'b'], [['x|y', 'long cell']])).toBe(
    '| a    | b         |\n| ---- | --------- |\n| x\\|y | long cell |',
  );
});

test('code may hold back-ticks', () => {
  expect([markdownCode('a'), markdownCode('a `b`')]).toEqual(['`a`', '`` a `b` ``']);
});

describe('formatJson', () => {
  test('opens mappings up and keeps short lists on a line', () => {
    expect(formatJson({ a: [1, 'b'], c: {}, d: [{ e: null }] })).toBe(
      '{\n  "a": [1, "b"],\n  "c": {},\n  "d": [\n    {\n      "e": null\n    }\n  ]\n}\n',
    );
  });

  test('breaks a list that does not fit', () => {
    const [entry, other] = ['x'.repeat(60), 'y'.repeat(60)];
    expect(formatJson([entry, other])).toBe(`[\n  "${entry}",\n  "${other}"\n]\n`);
  });
});

describe('canonicalJson', () => {
  test('does not depend on the order of keys', () => {
    expect(canonicalJson({ b: [2, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[2,{"c":"x","d":null}]}');
  });

  test.each([[NaN], [10n], [new Date(0)], [() => 1]])('refuses what is not JSON', (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });
});
