import fc from 'fast-check';

import { isTime, isTimeZone } from '../core/calendar';
import type { Gate } from '../core/gate';
import { globSchema } from '../core/glob';
import { groupNameSchema } from '../core/group-name';
import { patternSchema } from '../core/pattern';
import { gates as registry } from '../gates/registry';

import { branchGlobSchema } from './branches';
import { editorSchema } from './editor-schema';
import { schemaAt } from './json-schema';
import { documentsOf, mutated } from './testing/documents-of-schema';
import { accepts } from './testing/draft-7';
import { fixtureGates } from './testing/fixture-gates';
import { renamedGates } from './testing/renamed-gates';
import { validateDocument } from './validate';

/** What a JSON Schema cannot say is a format, and means what the product says it means. */
const formats = {
  re2: (text: string) => patternSchema().safeParse(text).success,
  glob: (text: string) => globSchema().safeParse(text).success,
  'freeze-time': isTime,
  'time-zone': isTimeZone,
  'azure-devops-group': (text: string) => groupNameSchema().safeParse(text).success,
  'branch-glob': (text: string) => branchGlobSchema().safeParse(text).success,
};

describe.each<[string, readonly Gate[]]>([
  ["the product's gates", registry],
  ['gates with options of every kind', fixtureGates],
  ['gates that were renamed', renamedGates],
])('%s', (_, gates) => {
  const schema = editorSchema(gates);
  const documents = documentsOf(schema);
  const seen = { accepted: 0, refused: 0 };
  const isSame = (document: unknown) => {
    const accepted = accepts(schema, document, formats);
    seen[accepted ? 'accepted' : 'refused'] += 1;
    expect([accepted, validateDocument(document, gates)]).toEqual([accepted, accepted ? [] : expect.any(Array)]);
    expect(validateDocument(document, gates).length > 0).toBe(!accepted);
  };

  test('the JSON Schema accepts and refuses what the product does', () => {
    fc.assert(fc.property(documents, isSame), { numRuns: 600 });
    fc.assert(fc.property(mutated(documents), isSame), { numRuns: 600 });
    // A corpus of one kind would prove nothing.
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(100);
  });
});

test.each<[string, unknown, boolean]>([
  ['a former gate', { gates: { count: { maximum: 1 } } }, true],
  ['a former option', { gates: { amount: { most: 1 } } }, true],
  ['both former', { gates: { number: { limit: 1 } } }, true],
  ['both names of a gate', { gates: { count: {}, amount: {} } }, false],
  ['two former names of a gate', { gates: { count: {}, number: {} } }, false],
  ['both names of an option', { gates: { count: { most: 1, maximum: 1 } } }, false],
  ['two former names of an option', { gates: { amount: { most: 1, limit: 1 } } }, false],
  ['a former name with a wrong value', { gates: { count: { most: 10 } } }, false],
  ['in a component', { components: { a: { paths: ['a/**'], gates: { count: { most: 1 } } } } }, true],
  ['twice in a component', { components: { a: { gates: { count: {}, amount: {} } } } }, false],
  ['in locks', { lock: ['gates.count', 'gates.count.most', 'gates.words.vocabulary', 'gates.count.when'] }, true],
  ['a mixture in locks', { lock: ['gates.words.most'] }, false],
  ['in what bots are spared', { bots: { exempt: ['count', 'words'] } }, true],
])('former names: %s', (_, document, expected) => {
  expect(accepts(editorSchema(renamedGates), document, formats)).toBe(expected);
  expect(validateDocument(document, renamedGates).length === 0).toBe(expected);
});

test('an editor strikes former names through, and completes present ones', () => {
  const schema = editorSchema(renamedGates);
  expect(schemaAt(schema, ['gates', 'count'])).toMatchObject({
    deprecated: true,
    description: 'The former name of `amount`.',
  });
  expect(schemaAt(schema, ['gates', 'amount'])?.deprecated).toBeUndefined();
  expect(schemaAt(schema, ['components', 'any', 'gates', 'amount', 'limit'])?.deprecated).toBe(true);
});

test('without former names nothing is added', () => {
  expect(JSON.stringify(editorSchema(registry))).not.toMatch(/deprecated|"not"/);
});
