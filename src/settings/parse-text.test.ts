import fc from 'fast-check';

import { parseSettingsText } from './parse-text';
import { problemText } from './problem';

function problemsOf(text: string): string[] {
  const parsed = parseSettingsText(text);
  return parsed.ok ? [] : parsed.problems.map(problemText);
}

describe('texts that can be read', () => {
  test.each<[string, string, unknown]>([
    ['nothing', '', {}],
    ['only comments', '# later\n', {}],
    ['YAML', 'gates:\n  title: { mode: off, pattern: "a+" }\n', { gates: { title: { mode: 'off', pattern: 'a+' } } }],
    ['words that YAML 1.1 took for booleans', 'a: off\nb: yes\nc: on', { a: 'off', b: 'yes', c: 'on' }],
    ['JSON', '{\r\n\t"enabled": true,\r\n\t"list": [1, "\\u00e4\\/"]\r\n}', { enabled: true, list: [1, 'ä/'] }],
    ['a byte order mark', '\ufeffenabled: true', { enabled: true }],
    ['a few aliases', 'a: &words [x, y]\nb: *words', { a: ['x', 'y'], b: ['x', 'y'] }],
    ['numbers as keys', '1: a', { 1: 'a' }],
    ['a merge key, which is no more than a key', '<<: { a: 1 }', { '<<': { a: 1 } }],
  ])('%s', (_, text, document) => {
    expect(parseSettingsText(text)).toEqual({ ok: true, document });
  });

  test('whatever JSON holds comes back', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }), {
          maxKeys: 8,
          noNullPrototype: true,
        }),
        (value) => {
          const text = JSON.stringify(value);
          // What JSON.parse makes of it: `-0` and the like are not the point here.
          const document: unknown = JSON.parse(text);
          fc.pre(!/"(__proto__|constructor|prototype)"/.test(text));
          expect(parseSettingsText(text)).toEqual({ ok: true, document });
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('texts that are refused', () => {
  test.each<[string, string, string]>([
    [
      'an open bracket',
      'a: [1',
      'line 1, column 6: Flow sequence in block collection must be sufficiently indented and end with a ].',
    ],
    ['a key twice', 'gates:\n  title: {}\n  title: {}', 'gates.title: line 3, column 3: this key is given twice.'],
    ['a key twice, in JSON', '{"a": 1, "a": 2}', 'a: line 1, column 10: this key is given twice.'],
    ['a key twice, written differently', '1: a\n"1": b', '1: line 2, column 1: this key is given twice.'],
    ['an unknown tag', 'a: !secret b', 'line 1, column 4: Unresolved tag: !secret.'],
    [
      'bytes',
      'a: !!binary aGk=',
      'a: only text, finite numbers, true, false, null, lists and mappings are allowed in settings.',
    ],
    [
      'no number',
      'a: .nan',
      'a: only text, finite numbers, true, false, null, lists and mappings are allowed in settings.',
    ],
    ['two documents', 'a: 1\n---\nb: 2', 'line 2, column 1: Only one document is allowed.'],
    ['a mapping as key', '{ a: 1 }: b', 'line 1, column 1: Keys must be text.'],
    ['a prototype', '__proto__: { enabled: false }', '__proto__: this key is not allowed anywhere in settings.'],
    ['an alias of nothing', 'a: *b', 'Unresolved alias (the anchor must be set before the alias): b.'],
    ['an alias of itself', 'a: &a [*a]', 'the settings are nested too deeply: at most 20 levels are allowed.'],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test('not more than five mistakes of syntax are told', () => {
    expect(problemsOf('] '.repeat(100))).toHaveLength(5);
  });

  test('size is counted in bytes', () => {
    const text = `# ${'é'.repeat(128 * 1024)}`;
    expect(problemsOf(text)).toEqual(['the settings are larger than 256 KiB.']);
    expect(problemsOf(text.slice(0, -2))).toEqual([]);
  });
});

describe('texts that are meant to hurt', () => {
  const full = 256 * 1024;
  const layers = ['a: &a [x,x,x,x,x,x,x,x,x]', ...['b', 'c', 'd', 'e', 'f'].map(layer)];
  function layer(name: string): string {
    const below = String.fromCharCode(name.charCodeAt(0) - 1);
    return `${name}: &${name} [${Array(9).fill(`*${below}`).join(',')}]`;
  }

  test.each<[string, string, RegExp]>([
    ['brackets without end', '['.repeat(full), /nested too deeply/],
    ['dashes without end', '- '.repeat(full / 2), /nested too deeply/],
    ['question marks without end', '? '.repeat(full / 2), /nested too deeply/],
    ['commas', `[${','.repeat(full - 1)}`, /too large/],
    ['closing brackets', ']'.repeat(full), /too large/],
    ['quotes', '"'.repeat(full), /too large/],
    ['keys', `{${Array.from({ length: 60_000 }, (_, index) => index).join(',')}`.slice(0, full), /too large/],
    ['aliases that unfold', layers.join('\n'), /Excessive alias count/],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(problem)]);
  });

  test('any text is answered, never with an exception', () => {
    const pieces = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '\n',
      '  ',
      '&a ',
      '*a',
      '!',
      '|',
      '"',
      "'",
      '#',
      '?',
      '\t',
      '%',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(typeof parseSettingsText(text).ok).toBe('boolean');
      }),
      { numRuns: 1_000 },
    );
  });
});

test('what the parser says of a long tag is short', () => {
  const parsed = parseSettingsText('!'.repeat(200_000));
  expect(parsed.ok).toBe(false);
  if (!parsed.ok) expect(parsed.problems[0]?.message.length).toBeLessThan(300);
});
