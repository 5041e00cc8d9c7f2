import fc from 'fast-check';

import { canonicalJson } from './canonical-json';
import { effectiveSettings } from './effective';
import { plainSettings, resolveSettings, type ResolvedSettings } from './resolve';
import type { ScopedDocument } from './scope';
import { expectedOf } from './testing/cascade-model';
import { countableGates } from './testing/countable-gates';
import { randomDocument, randomDocuments } from './testing/random-documents';
import { validateDocument } from './validate';

const RUNS = { numRuns: 400 };
const resolve = (documents: readonly ScopedDocument[]): ResolvedSettings => resolveSettings(documents, countableGates);
const byText = (a: string, b: string) => (a < b ? -1 : 1);
const byPath = <T extends { path: string }>(values: readonly T[]) => [...values].sort((a, b) => byText(a.path, b.path));

test('the random documents are valid', () => {
  fc.assert(fc.property(randomDocument, (document) => validateDocument(document, countableGates).length === 0));
});

test('what holds, who said it, which lock held it and what counts for nothing: as a brute-force model has it', () => {
  fc.assert(
    fc.property(randomDocuments, (documents) => {
      const effective = effectiveSettings(documents, countableGates);
      const { values, ignored, isSound } = expectedOf(documents);
      expect(effective.ok).toBe(isSound);
      if (!effective.ok) return;
      expect(byPath(effective.values)).toEqual(byPath(values));
      const told = effective.warnings
        .filter(({ kind }) => kind === 'ignored')
        .map(({ scope, path }) => `${scope} ${path}`);
      expect(told.sort(byText)).toEqual(ignored.sort(byText));
    }),
    RUNS,
  );
});

test('the order in which documents are given does not matter, and nothing throws', () => {
  const shuffled = randomDocuments.chain((documents) =>
    fc.tuple(fc.constant(documents), fc.shuffledSubarray(documents, { minLength: documents.length })),
  );
  fc.assert(
    fc.property(shuffled, ([documents, others]) => {
      const [one, other] = [resolve(documents), resolve(others)];
      expect(JSON.stringify(other)).toBe(JSON.stringify(one));
      expect(effectiveSettings(others, countableGates)).toEqual(effectiveSettings(documents, countableGates));
    }),
    { numRuns: 100 },
  );
});

test('hashes are equal where the settings are, and only there', () => {
  fc.assert(
    fc.property(randomDocuments, randomDocuments, (some, others) => {
      const [one, other] = [resolve(some), resolve(others)];
      fc.pre(one.ok && other.ok);
      const isEqual = canonicalJson(plainSettings(one.settings)) === canonicalJson(plainSettings(other.settings));
      expect(one.hash === other.hash).toBe(isEqual);
    }),
    { numRuns: 100 },
  );
});

test('whatever a document is, it is refused with a problem or resolved, and never throws', () => {
  fc.assert(
    fc.property(fc.anything(), randomDocuments, (document, documents) => {
      const all: ScopedDocument[] = [...documents, { scope: 'repository', document }];
      const resolved = resolve(all);
      if (!resolved.ok) expect(resolved.problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 100 },
  );
});
