import { resolveSettings, type Settings } from './resolve';
import type { ScopedDocument } from './scope';
import { fixtureGates } from './testing/fixture-gates';

const connection = (document: unknown): ScopedDocument => ({ scope: 'connection', document });
const repository = (document: unknown): ScopedDocument => ({ scope: 'repository', document });

function componentsOf(...documents: ScopedDocument[]): Settings['components'] {
  const resolved = resolveSettings(documents, fixtureGates);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return resolved.settings.components;
}

describe('components of all scopes together', () => {
  const components = (prefix: string, count: number, over: unknown = { paths: ['a/**'] }) => ({
    components: Object.fromEntries(Array.from({ length: count }, (_, at) => [`${prefix}${at}`, over])),
  });

  test('need paths in one of them, and the narrowest that names one is told', () => {
    const nameless = repository(components('a', 1, { gates: { files: {} } }));
    expect(resolveSettings([connection(components('b', 1)), nameless], fixtureGates)).toEqual({
      ok: false,
      problems: [
        {
          scope: 'repository',
          path: 'components.a0.paths',
          message: 'is missing; say which files belong to this component.',
        },
      ],
    });
    expect(componentsOf(connection(components('a', 1)), nameless)).toEqual([{ name: 'a0', paths: ['a/**'] }]);
  });

  test('are not more than a pull request can have', () => {
    expect(componentsOf(connection(components('a', 20)), repository(components('a', 20)))).toHaveLength(20);
    expect(resolveSettings([connection(components('a', 20)), repository(components('b', 1))], fixtureGates)).toEqual({
      ok: false,
      problems: [
        {
          scope: 'repository',
          path: 'components',
          message: 'all scopes together have 21 components; at most 20 are allowed.',
        },
      ],
    });
  });
});
