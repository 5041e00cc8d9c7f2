import { gates as registry } from '../gates/registry';

import { canonicalJson } from './canonical-json';
import { effectiveSettings } from './effective';
import { formatJson } from './format-json';
import { withGatesTable } from './generate';
import { lockPaths } from './lock-paths';
import { markdownCode, markdownTable } from '../core/markdown-table';
import { renderGateReference } from './reference';
import { settingsExamples } from './reference-examples';
import { resolveSettings } from './resolve';
import { renderSettingsReference } from './settings-reference';
import { fixtureGates } from './testing/fixture-gates';
import { validateDocument } from './validate';

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

const hasKeysInside = (path: string) => lockPaths(registry).some((other) => other.startsWith(`${path}.`));

describe('the page of settings', () => {
  const pageOfSettings = renderSettingsReference();

  test.each(Object.entries(settingsExamples))('its example %s is right', (_, document) => {
    expect(validateDocument(document)).toEqual([]);
    expect(resolveSettings([{ scope: 'repository', document }]).ok).toBe(true);
  });

  test('its defaults are what holds without a document', () => {
    const effective = effectiveSettings([]);
    const rows = pageOfSettings
      .slice(pageOfSettings.indexOf('## Defaults'))
      .matchAll(/^\| `([^`]+)` +\| `(.*?)` +\|$/gm);
    const told = [...rows].map(([, path, value]) => `${path}: ${value}`);
    // What a gate that is off would be judged by holds as soon as it is named.
    const named = Object.fromEntries(registry.map(({ name }) => [name, {}]));
    const whenNamed = effectiveSettings([{ scope: 'repository', document: { gates: named } }]);
    const values = effective.ok && whenNamed.ok ? [effective.values, whenNamed.values] : [];
    const held = values.flatMap((all, index) =>
      all
        .filter(({ path }) => index === 0 || !values[0]?.some((one) => one.path === path))
        .map(({ path, value }) => `${path}: ${JSON.stringify(value)}`),
    );
    expect(told.map((line) => line.replace(/…$/, ''))).toEqual(
      told.map((line) => {
        const start = line.replace(/…$/, '');
        return held.find((one) => (line.endsWith('…') ? one.startsWith(start) : one === start))?.slice(0, start.length);
      }),
    );
    expect(told).toHaveLength(held.length);
  });

  test('what a locked gate is told stands there as the product says it', () => {
    expect(pageOfSettings).toContain(
      '- `gates.size.mode`: found "advise"; the project settings lock this: "block" holds, and may only be tightened.\n- `enabled`: false does not reach',
    );
  });

  test('every key has a row, those inside others too', () => {
    const rows = [...pageOfSettings.matchAll(/^\| `([^`]+)` /gm)].map(([, name]) => name);
    const keys = lockPaths(registry).filter((path) => !path.startsWith('gates.') && !hasKeysInside(path));
    expect(rows).toEqual(
      expect.arrayContaining([...keys, 'lock', 'components.<name>.paths', 'mode', 'when', 'waivable']),
    );
  });

  test('words are told from the loosest to the strictest', () => {
    expect(pageOfSettings).toContain('| `off` → `advise` → `block` |');
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
