import fc from 'fast-check';

import { scopes, type ScopedDocument } from '../scope';

const partial = { requiredKeys: [] as [], noNullPrototype: true } as const;
const listOf = <T>(values: readonly T[], least = 0) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: least, maxLength: 3 });
const few = fc.integer({ min: 0, max: 3 });

export const files = ['/a/x', '/a/y', '/b/x', '/c'] as const;
export const accounts = ['ada@contoso.com', 'bot@contoso.com'] as const;
export const branchNames = ['main', 'dev'] as const;
export const labelNames = ['urgent', 'docs'] as const;
export const titles = ['feat', 'fix', 'feat x', 'fix x y'] as const;
const globs = ['a/**', 'b/**', '**'] as const;
const branchGlobs = ['main', 'dev', '**'] as const;

const when = fc.record(
  {
    targetBranch: listOf(branchGlobs, 1),
    paths: listOf(globs, 1),
    labels: listOf(labelNames, 1),
    authors: listOf(accounts, 1),
    size: fc.record({ minimumFiles: few, maximumFiles: few }, partial),
  },
  partial,
);
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const common = {
  mode: fc.constantFrom('off', 'advise', 'block', 'block'),
  when: sometimes(when),
  waivable: sometimes(fc.boolean()),
};
/** What `countableGates` take; options are said more rarely than not, so that defaults and wider scopes come through. */
const gates = fc.record(
  {
    labels: fc.record({ ...common, required: sometimes(listOf(labelNames)) }, partial),
    size: fc.record({ ...common, minimum: sometimes(few), maximum: few, most: sometimes(few) }, partial),
    title: fc.record(
      {
        ...common,
        first: sometimes(fc.constantFrom('feat', 'fix')),
        words: sometimes(listOf(['feat', 'fix', 'x'])),
        spared: sometimes(listOf(titles)),
        known: sometimes(listOf(['feat', 'fix', 'x', 'y'])),
        short: sometimes(fc.boolean()),
        care: sometimes(fc.constantFrom('little', 'much', 'most')),
      },
      partial,
    ),
  },
  partial,
);
const component = fc.record({ paths: listOf(globs, 1), gates }, partial);

const lockable = [
  ...['enabled', 'phase', 'branches', 'branches.include', 'drafts', 'bots', 'bots.exempt', 'waivers', 'components'],
  ...['comments.summary', 'comments.activeWhileBlocked', 'repositoryFile', 'waivers.authority'],
  ...['gates.labels', 'gates.size', 'gates.title', 'gates.labels', 'gates.size', 'gates.title'],
  ...['gates.size.maximum', 'gates.size.minimum', 'gates.size.mode', 'gates.title.when', 'gates.title.words'],
  ...['gates.labels.waivable', 'gates.labels.mode', 'gates.labels.required'],
];

/** Documents of one scope: valid by themselves, and of so few words that those of several scopes often clash. */
export const randomDocument = fc
  .record(
    {
      enabled: sometimes(fc.boolean()),
      phase: sometimes(fc.constantFrom('enforce', 'shadow')),
      branches: sometimes(fc.record({ include: listOf(branchGlobs, 1), exclude: listOf(branchGlobs) }, partial)),
      drafts: sometimes(fc.constantFrom('skip', 'judge')),
      bots: sometimes(
        fc.record({ identities: listOf(accounts), exempt: listOf(['labels', 'size', 'title']) }, partial),
      ),
      comments: sometimes(
        fc.record({ summary: fc.constantFrom('on-findings', 'off'), activeWhileBlocked: fc.boolean() }, partial),
      ),
      waivers: sometimes(fc.record({ authority: listOf(accounts) }, partial)),
      repositoryFile: sometimes(fc.constantFrom('off', 'tighten', 'full')),
      gates,
      components: sometimes(fc.record({ a: component, b: component }, partial)),
      lock: listOf(lockable),
    },
    partial,
  )
  .map(spoken)
  .filter(isSoundByItself);

/** One document for some of the scopes, from wide to narrow. */
export const randomDocuments: fc.Arbitrary<ScopedDocument[]> = fc
  .tuple(...scopes.map((scope) => fc.tuple(fc.constant(scope), sometimes(randomDocument))))
  .map((pairs) =>
    pairs.flatMap(([scope, document]): ScopedDocument[] =>
      document === undefined ? [] : [{ scope, document: scope === 'file' ? forFile(document) : document }],
    ),
  );

/** A file cannot say how far it counts, and locks nothing. */
function forFile<T extends { repositoryFile?: unknown; lock?: unknown }>(document: T) {
  const { repositoryFile: _, lock: __, ...rest } = document;
  return rest;
}

/** A key whose value is undefined is none. */
function spoken<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Neither limits nor conditions of a document contradict each other. */
function isSoundByItself(document: unknown): boolean {
  const places = JSON.stringify(document).match(/\{[^{}]*"(?:minimum|minimumFiles)":[^{}]*\}/g) ?? [];
  return places.every((place) => {
    const { minimum, maximum = 2, minimumFiles = 0, maximumFiles = 9 } = JSON.parse(place) as Record<string, number>;
    return (minimum === undefined || minimum <= maximum) && minimumFiles <= maximumFiles;
  });
}
