import fc from 'fast-check';

import { schemaAt, type JsonSchema } from '../json-schema';

const texts: Record<string, readonly string[]> = {
  re2: ['feat: .+', '^a|b$', '(?i)x', '(', '(?=a)b', '\\1', '', 'x'.repeat(1_000), 'x'.repeat(1_001)],
  glob: ['**', 'src/**/*.ts', '{a,b}/[a-z]?', '/src', '!src', 'a+b', '[', '{a}', '', 'x'.repeat(250), 'x'.repeat(251)],
  'branch-glob': ['main', 'release/*', 'refs/heads/main', '!main', '{a,b}', '(a)', '', 'x'.repeat(251)],
  'freeze-time': ['friday 18:00', '2026-12-18T18:00', '2026-12-18T18:00+01:00', 'someday', '', '2026-13-40T18:00'],
  'time-zone': ['UTC', 'Europe/Berlin', 'Mars/Olympus', ''],
  'azure-devops-group': ['[Shop]\\Reviewers', '[TEAM FOUNDATION]\\All', 'Reviewers', '[Shop]\\', '', '[]\\x'],
  none: ['a', 'Bug', 'ada@contoso.com', '', ' ', 'x'.repeat(128), 'x'.repeat(400), 'x'.repeat(401), 'toString'],
};
const junk = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1, 2, 3, 1.5, 1e9, '', 'off', 'main', [], {}, [null], [['a']]),
  fc.jsonValue({ maxDepth: 2 }),
);
const names = [
  'a',
  'payments',
  'verdict',
  'evaluate',
  'constructor',
  'A',
  '-a',
  'a.b',
  '',
  'x'.repeat(50),
  'x'.repeat(51),
];

/** Values that a JSON Schema speaks of: most of them right, and many on the edge of it. */
export function documentsOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.anyOf) {
    return fc.oneof(...schema.anyOf.map((part) => documentsOf(typeof part === 'object' ? part : {})));
  }
  if (schema.enum) return fc.constantFrom<unknown>(...schema.enum);
  switch (schema.type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return numbers(schema);
    case 'string':
      return rarelyLast(texts[schema.format ?? 'none'] ?? []);
    case 'array':
      return lists(schema);
    case 'object':
      return mappings(schema);
    default:
      return junk;
  }
}

/** A document with one place of it changed, taken away or made up. */
export function mutated(documents: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change = fc.record({
    at: fc.array(fc.nat(), { maxLength: 7 }),
    by: junk,
    kind: fc.constantFrom('set', 'add', 'drop'),
  });
  return fc.tuple(documents, change).map(([document, { at, by, kind }]) => changed(document, at, by, kind));
}

function changed(value: unknown, [index, ...rest]: readonly number[], by: unknown, kind: string): unknown {
  if (typeof value !== 'object' || value === null || index === undefined) return by;
  const entries = Object.entries(value);
  const at = entries.length === 0 ? 0 : index % entries.length;
  const wanted = entries.flatMap(([key, inner], position): [string, unknown][] => {
    if (position !== at) return [[key, inner]];
    if (rest.length > 0) return [[key, changed(inner, rest, by, kind)]];
    return kind === 'drop' ? [] : [[key, by]];
  });
  if (kind === 'add' && rest.length === 0) wanted.push([entries.length % 2 === 0 ? 'maximum' : 'unheard', by]);
  return Array.isArray(value) ? wanted.map(([, inner]) => inner) : Object.fromEntries(wanted);
}

/** Mappings with everything in them hold too many chances of something wrong. */
function sometimes(arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

function rarelyLast(values: readonly string[]): fc.Arbitrary<string> {
  const right = values.slice(0, 3);
  return fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom(...right) },
    { weight: 1, arbitrary: fc.constantFrom(...values) },
  );
}

function numbers({ minimum = 0, maximum = minimum + 10 }: JsonSchema): fc.Arbitrary<number> {
  const least = Math.max(minimum, -10);
  const inside = fc.integer({ min: least, max: Math.min(maximum, least + 20) });
  const edges = fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1, minimum + 0.5);
  return fc.oneof({ weight: 15, arbitrary: inside }, { weight: 1, arbitrary: edges });
}

function lists(schema: JsonSchema): fc.Arbitrary<unknown> {
  const entry = documentsOf(schemaAt(schema, [0]) ?? {});
  const { minItems = 0, maxItems = 3 } = schema;
  const few = fc.array(entry, { minLength: minItems, maxLength: Math.min(maxItems, minItems + 2) });
  const odd = fc.oneof(
    fc.constant([]),
    entry.map((one): unknown[] => Array<unknown>(maxItems + 1).fill(one)),
    entry,
  );
  return fc.oneof({ weight: 40, arbitrary: few }, { weight: 1, arbitrary: odd });
}

function mappings(schema: JsonSchema): fc.Arbitrary<unknown> {
  const free = schema.additionalProperties;
  if (typeof free === 'object') {
    const few = fc.dictionary(fc.constantFrom(...names.slice(0, 2)), documentsOf(free), {
      maxKeys: 2,
      noNullPrototype: true,
    });
    const odd = fc.dictionary(fc.constantFrom(...names), documentsOf(free), { maxKeys: 3, noNullPrototype: true });
    const many = documentsOf(free).map((one) =>
      Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`c${at}`, one])),
    );
    return fc.oneof({ weight: 20, arbitrary: few }, { weight: 2, arbitrary: odd }, { weight: 1, arbitrary: many });
  }
  const properties = Object.entries(schema.properties ?? {}).flatMap(
    ([name, inner]): [string, fc.Arbitrary<unknown>][] =>
      typeof inner === 'object' ? [[name, sometimes(documentsOf(inner))]] : [],
  );
  return fc
    .record(Object.fromEntries(properties), { noNullPrototype: true })
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));
}
