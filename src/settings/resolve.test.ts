import fc from 'fast-check';

import { ordinaryPullRequest } from '../gates/testing/ordinary-pull-request';

import { resolveSettings, type Settings } from './resolve';
import type { ScopedDocument } from './scope';
import { fixtureGates } from './testing/fixture-gates';

function settingsOf(...documents: ScopedDocument[]): Settings {
  const resolved = resolveSettings(documents, fixtureGates);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return resolved.settings;
}

function hashOf(...documents: ScopedDocument[]): string {
  const resolved = resolveSettings(documents, fixtureGates);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return resolved.hash;
}

const connection = (document: unknown): ScopedDocument => ({ scope: 'connection', document });
const repository = (document: unknown): ScopedDocument => ({ scope: 'repository', document });

describe('without a document', () => {
  test('the defaults hold', () => {
    const resolved = resolveSettings([]);
    expect(resolved).toMatchObject({
      ok: true,
      settings: {
        enabled: true,
        phase: 'enforce',
        branches: { include: ['**'], exclude: [] },
        drafts: 'skip',
        comments: { summary: 'on-findings', activeWhileBlocked: true },
      },
    });
    if (!resolved.ok) throw new Error('unreachable');
    expect(resolved.settings.gates.map(({ name, mode }) => `${name} ${mode}`)).toEqual([
      'description block',
      'size advise',
      'title block',
      'work-items block',
    ]);
  });

  test('a gate that no scope names is off', () => {
    expect(settingsOf().gates).toEqual([]);
  });
});

describe('modes', () => {
  test.each<[string, unknown, unknown, string[]]>([
    ['named without a mode: advises', {}, { gates: { files: {} } }, ['files advise']],
    [
      'a wider mode is kept',
      { gates: { files: { mode: 'block' } } },
      { gates: { files: { maximum: 5 } } },
      ['files block'],
    ],
    [
      'a narrower mode wins',
      { gates: { files: { mode: 'block' } } },
      { gates: { files: { mode: 'advise' } } },
      ['files advise'],
    ],
    [
      'off is left out',
      { gates: { files: { mode: 'block' }, words: {} } },
      { gates: { files: { mode: 'off' } } },
      ['words advise'],
    ],
    [
      "the order is the registry's",
      { gates: { words: {} } },
      { gates: { files: {} } },
      ['files advise', 'words advise'],
    ],
  ])('%s', (_, wider, narrower, expected) => {
    const { gates } = settingsOf(connection(wider), repository(narrower));
    expect(gates.map(({ name, mode }) => `${name} ${mode}`)).toEqual(expected);
  });

  test('a default gate keeps its mode when only an option is set', () => {
    const resolved = resolveSettings([repository({ gates: { title: { minimumLength: 3 } } })]);
    if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
    const title = resolved.settings.gates.find(({ name }) => name === 'title');
    expect(title).toMatchObject({ mode: 'block', options: { minimumLength: 3 } });
  });
});

describe('options', () => {
  test('a default of the narrower scope does not override what the wider one says', () => {
    const { gates } = settingsOf(
      connection({ gates: { files: { maximum: 7, minimum: 2 } } }),
      repository({ gates: { files: { minimum: 3 } } }),
    );
    expect(gates[0]?.options).toEqual({ minimum: 3, maximum: 7 });
  });

  test('neither does one of the general keys', () => {
    const settings = settingsOf(
      connection({ branches: { exclude: ['old/*'] }, comments: { activeWhileBlocked: false }, drafts: 'judge' }),
      repository({ branches: { include: ['main'] }, comments: {} }),
    );
    expect(settings).toMatchObject({
      branches: { include: ['main'], exclude: ['old/*'] },
      comments: { summary: 'on-findings', activeWhileBlocked: false },
      drafts: 'judge',
    });
  });

  test('lists are replaced', () => {
    const { gates } = settingsOf(
      connection({ gates: { words: { allowed: ['a', 'b'] } } }),
      repository({ gates: { words: { allowed: ['c'] } } }),
    );
    expect(gates[0]?.options['allowed']).toEqual(['c']);
  });

  test('a gate is judged with them', () => {
    const { gates } = settingsOf(connection({ gates: { files: { maximum: 9 }, words: { style: 'fancy' } } }));
    const input = ordinaryPullRequest({ details: { title: 'A title' }, changes: [] });
    expect(gates.map((gate) => [gate.name, gate.needs, gate.evaluate(input).description])).toEqual([
      ['files', ['changes'], '0 of 9'],
      ['words', ['details'], 'A title in fancy'],
    ]);
  });
});

describe('documents that are wrong', () => {
  test('each problem names its scope, from wide to narrow', () => {
    expect(
      resolveSettings(
        [repository({ phase: 'x' }), connection({ gates: { wrods: {} } }), repository({ drafts: true })],
        fixtureGates,
      ),
    ).toEqual({
      ok: false,
      problems: [
        {
          scope: 'connection',
          path: 'gates.wrods',
          message: 'unknown gate; did you mean "words"? Gates are files, words.',
        },
        { scope: 'repository', path: 'phase', message: 'found "x"; allowed are shadow, enforce.' },
        { scope: 'repository', path: 'drafts', message: 'found true; allowed are skip, judge.' },
      ],
    });
  });

  test('a wrong document in the wide scope is not mended by a narrower one', () => {
    expect(resolveSettings([connection({ enabled: 'no' }), repository({ enabled: true })], fixtureGates).ok).toBe(
      false,
    );
  });

  test.each<[string, ScopedDocument[], string]>([
    [
      'the narrower one is told',
      [connection({ gates: { files: { maximum: 5 } } }), repository({ gates: { files: { minimum: 6 } } })],
      'repository',
    ],
    [
      'the one that names the gate is told',
      [connection({ gates: { files: { maximum: 5, minimum: 6 } } }), repository({ gates: { words: {} } })],
      'connection',
    ],
  ])('right by themselves and wrong together: %s', (_, documents, scope) => {
    expect(resolveSettings(documents, fixtureGates)).toEqual({
      ok: false,
      problems: [{ scope, path: 'gates.files.minimum', message: 'the minimum must not be larger than the maximum.' }],
    });
  });
});

describe('the hash', () => {
  const base = { gates: { files: { maximum: 5 } } };

  test('is 32 hexadecimal digits', () => {
    expect(hashOf()).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each<[string, ScopedDocument[]]>([
    ['the order of keys', [connection({ gates: { files: { maximum: 5 } }, phase: 'enforce' })]],
    ['where it is said', [repository(base)]],
    [
      'defaults said aloud',
      [connection({ enabled: true, gates: { files: { mode: 'advise', minimum: 0, maximum: 5 } } })],
    ],
    ['gates that are off', [connection({ gates: { files: { maximum: 5 }, words: { mode: 'off', style: 'fancy' } } })]],
    ['the version of the format', [connection({ schemaVersion: 1, ...base })]],
  ])('does not depend on %s', (_, documents) => {
    expect(hashOf(...documents)).toBe(hashOf(connection(base)));
  });

  test.each<[string, unknown]>([
    ['an option', { gates: { files: { maximum: 6 } } }],
    ['a mode', { gates: { files: { maximum: 5, mode: 'block' } } }],
    ['a gate', { gates: { files: { maximum: 5 }, words: {} } }],
    ['the phase', { ...base, phase: 'shadow' }],
    ['the branches', { ...base, branches: { include: ['main'] } }],
    ['the comments', { ...base, comments: { summary: 'off' } }],
    ['being off', { ...base, enabled: false }],
  ])('changes with %s', (_, document) => {
    expect(hashOf(connection(document))).not.toBe(hashOf(connection(base)));
  });
});

describe('any valid documents', () => {
  const mode = fc.constantFrom('off', 'advise', 'block');
  const partial = { requiredKeys: [] as [], noNullPrototype: true };
  const document = fc.record(
    {
      enabled: fc.boolean(),
      phase: fc.constantFrom('enforce', 'shadow'),
      drafts: fc.constantFrom('skip', 'judge'),
      gates: fc.record(
        {
          files: fc.record({ mode, maximum: fc.integer({ min: 1, max: 500 }) }, partial),
          words: fc.record({ mode, allowed: fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }) }, partial),
        },
        partial,
      ),
    },
    partial,
  );

  test('give the same settings in whatever order they come', () => {
    fc.assert(
      fc.property(document, document, (wide, narrow) => {
        expect(hashOf(connection(wide), repository(narrow))).toBe(hashOf(repository(narrow), connection(wide)));
      }),
    );
  });

  test('what the narrowest scope says holds, else the next wider one, else the default', () => {
    fc.assert(
      fc.property(document, document, (wide, narrow) => {
        const settings = settingsOf(connection(wide), repository(narrow));
        expect(settings.enabled).toBe(narrow.enabled ?? wide.enabled ?? true);
        expect(settings.phase).toBe(narrow.phase ?? wide.phase ?? 'enforce');
        const files = { ...wide.gates?.files, ...narrow.gates?.files };
        const named = wide.gates?.files !== undefined || narrow.gates?.files !== undefined;
        const gate = settings.gates.find(({ name }) => name === 'files');
        const wanted = named ? (files.mode ?? 'advise') : 'off';
        expect(gate?.mode ?? 'off').toBe(wanted);
        if (gate) expect(gate.options['maximum']).toBe(files.maximum ?? 100);
      }),
    );
  });
});

describe('what a gate asks for', () => {
  const asked = (document: unknown, name: string) => {
    const resolved = resolveSettings([connection(document)]);
    if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
    return resolved.settings.gates.find((gate) => gate.name === name);
  };

  test('is only what its options need', () => {
    expect(asked({ gates: { freeze: {} } }, 'freeze')?.needs).toEqual(['details']);
    const gate = asked({ gates: { freeze: { exemptLabels: ['a'], exemptGroups: ['[S]\\G'] } } }, 'freeze');
    expect(gate?.needs).toEqual(['details', 'labels', 'groups']);
    expect(gate?.asks.groups).toEqual(['[S]\\G']);
  });

  test('is what its condition needs besides, also what its options spare', () => {
    const gate = asked({ gates: { freeze: { when: { authorGroups: ['[S]\\G'], labels: ['a'] } } } }, 'freeze');
    expect(gate?.needs).toEqual(['details', 'labels', 'groups']);
    expect(gate?.asks.groups).toEqual(['[S]\\G']);
  });
});
