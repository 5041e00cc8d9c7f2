import { outcomesOf, project, resolved, told } from './testing/locked-project';

describe('two scopes that lock', () => {
  const connection = { drafts: 'judge', gates: { size: { mode: 'block', maximum: 3 } }, lock: ['gates.size'] };

  test('the narrower one may tighten, and then holds', () => {
    const together = resolved(
      ['connection', connection],
      ['project', { gates: { size: { maximum: 2 } }, lock: ['gates.size.maximum'] }],
      ['repository', { gates: { size: { maximum: 3 } } }],
    );
    expect(told(together)).toEqual([
      'repository ignored: gates.size.maximum: found 3; the project settings lock this: 2 holds, and may only be tightened.',
    ]);
    expect(outcomesOf(together)['/size']).toMatchObject({ state: 'failed' });
  });

  test('a component of the narrower one keeps its files', () => {
    const together = resolved(
      ['connection', connection],
      [
        'project',
        { components: { pay: { paths: ['pay/**'], gates: { size: { maximum: 1 } } } }, lock: ['gates.size'] },
      ],
      ['repository', { components: { pay: { paths: ['none/**'] } } }],
    );
    expect(told(together)).toContain(
      'repository unaffected: components.pay.paths: ["none/**"] does not split the files of the gate size: the project settings lock it.',
    );
    expect(outcomesOf(together)['pay/size']).toMatchObject({ state: 'failed', description: 'count' });
  });

  test('each is told of, and the strictest of what they say of when it is judged holds', () => {
    const together = resolved(
      ['connection', { ...connection, phase: 'shadow', drafts: 'judge' }],
      ['project', { phase: 'enforce', lock: ['gates.size'] }],
      ['repository', { enabled: false, phase: 'shadow' }],
    );
    expect(told(together)).toEqual([
      'repository unaffected: enabled: false does not reach the gate size: the connection settings lock it.',
      'repository unaffected: enabled: false does not reach the gate size: the project settings lock it.',
      'repository unaffected: phase: "shadow" does not reach the gate size: the project settings lock it.',
    ]);
    expect(outcomesOf(together)['/size']).toMatchObject({ state: 'failed', shadow: false });
  });

  test('the authority to waive is that of the widest', () => {
    const { settings } = resolved(
      ['connection', { ...connection, waivers: { authority: ['a'] } }],
      ['project', { waivers: { authority: ['b'] }, lock: ['gates.size'] }],
    );
    expect(settings.gates.find(({ name }) => name === 'size')?.waiverAuthority).toEqual(['a']);
    expect(settings.gates.find(({ name }) => name === 'title')?.waiverAuthority).toEqual(['b']);
  });
});

describe('components under a lock', () => {
  test.each(['gates.labels', 'gates.labels.mode'])(
    'one that has a gate alone, without a mode, keeps it under %s',
    (lock) => {
      const pay = { paths: ['pay/**'], gates: { labels: { required: ['a'] } } };
      const together = resolved(
        ['project', { drafts: 'judge', components: { pay }, lock: [lock] }],
        ['repository', { gates: { labels: { mode: 'off' } } }],
      );
      expect(told(together)).toEqual([
        'repository ignored: gates.labels.mode: found "off"; the project settings lock this: "advise" holds, and may only be tightened.',
      ]);
      expect(outcomesOf(together)).toMatchObject({ 'pay/labels': { state: 'failed', mode: 'advise' } });
    },
  );

  const components = { pay: { paths: ['pay/**'], gates: { size: { maximum: 1 } } } };

  test('of the locking scope keep their files and what they ask', () => {
    const together = resolved(
      ['project', { ...project, components }],
      [
        'repository',
        {
          components: {
            pay: { paths: ['none/**'], gates: { size: { maximum: 9, mode: 'off' }, title: { mode: 'off' } } },
          },
        },
      ],
    );
    expect(told(together)).toEqual([
      'repository ignored: components.pay.gates.size.maximum: found 9; the project settings lock this: 1 holds, and may only be tightened.',
      'repository ignored: components.pay.gates.size.mode: found "off"; the project settings lock this: "block" holds, and may only be tightened.',
      'repository ignored: components.pay.gates.title.mode: found "off"; the project settings lock this: "block" holds, and may only be tightened.',
      'repository unaffected: components.pay.paths: ["none/**"] does not split the files of the gate size: the project settings lock it.',
    ]);
    expect(outcomesOf(together)['pay/size']).toEqual(
      outcomesOf(resolved(['project', { ...project, components }]))['pay/size'],
    );
    expect(outcomesOf(together)['pay/size']).toMatchObject({ state: 'failed', mode: 'block' });
  });

  test('a single option that is locked holds in the components of the repository, too', () => {
    const together = resolved(
      ['project', { gates: { size: { mode: 'block', maximum: 2 } }, lock: ['gates.size.maximum'] }],
      ['repository', { components: { mine: { paths: ['pay/**'], gates: { size: { maximum: 9 } } } } }],
    );
    expect(told(together)).toEqual([
      'repository ignored: components.mine.gates.size.maximum: found 9; the project settings lock this: 2 holds, and may only be tightened.',
    ]);
    const mine = together.settings.gates.find(({ component }) => component === 'mine');
    expect(mine?.options['maximum']).toBe(2);
  });

  test('where components are locked nobody adds one, with or without paths', () => {
    const together = resolved(
      ['project', { ...project, components, lock: ['components'] }],
      ['repository', { components: { mine: { paths: ['**'], gates: { size: { mode: 'off' } } }, other: {} } }],
    );
    expect(told(together)).toEqual([
      'repository ignored: components.mine: found {"paths":["**"],"gates":{"size":{"mode":"off"}}}; the project settings lock this: it stays unset.',
      'repository ignored: components.other: found {}; the project settings lock this: it stays unset.',
    ]);
    expect(together.settings.components.map(({ name }) => name)).toEqual(['pay']);
  });

  test('a gate that is locked and on for a component alone is held there', () => {
    const only = { components: { pay: { paths: ['pay/**'], gates: { labels: { mode: 'block', required: ['x'] } } } } };
    const together = resolved(
      ['project', { ...only, drafts: 'judge', lock: ['gates.labels'] }],
      [
        'repository',
        { enabled: false, gates: { labels: { when: { labels: ['y'] } } }, components: { pay: { paths: ['none'] } } },
      ],
    );
    expect(outcomesOf(together)['pay/labels']).toMatchObject({ state: 'failed', mode: 'block', shadow: false });
    expect(told(together)).toEqual([
      'repository ignored: gates.labels.when.labels: found ["y"]; the project settings lock this: it stays unset.',
      'repository unaffected: enabled: false does not reach the gate labels: the project settings lock it.',
    ]);
  });
});

test('a gate that is locked and off may be turned on in any way, and its locked options hold', () => {
  const together = resolved(
    [
      'project',
      { gates: { size: { mode: 'off', maximum: 2 } }, lock: ['gates.title', 'gates.size', 'gates.size.maximum'] },
    ],
    ['repository', { gates: { size: { mode: 'advise', minimum: 0, maximum: 9, when: { labels: ['x'] } } } }],
  );
  expect(told(together)).toEqual([
    'repository ignored: gates.size.maximum: found 9; the project settings lock this: 2 holds, and may only be tightened.',
  ]);
});

test.each<[string, unknown, unknown, string[]]>([
  ['drafts', { drafts: 'judge', lock: ['drafts'] }, { drafts: 'skip' }, ['drafts']],
  [
    'branches',
    { branches: { include: ['main'] }, lock: ['branches'] },
    { branches: { include: ['x'], exclude: ['main'] } },
    ['branches.include', 'branches.exclude'],
  ],
  ['phase', { lock: ['phase'] }, { phase: 'shadow' }, ['phase']],
  [
    'repositoryFile',
    { repositoryFile: 'tighten', lock: ['repositoryFile'] },
    { repositoryFile: 'full' },
    ['repositoryFile'],
  ],
  ['bots', { lock: ['bots'] }, { bots: { identities: ['a'], exempt: ['size'] } }, ['bots.identities', 'bots.exempt']],
  [
    'comments',
    { lock: ['comments.summary'] },
    { comments: { summary: 'off', activeWhileBlocked: false } },
    ['comments.summary'],
  ],
  [
    'waivers',
    { waivers: { authority: ['a'] }, lock: ['waivers.authority'] },
    { waivers: { authority: ['a', 'b'] } },
    ['waivers.authority'],
  ],
])('a general key can be locked: %s', (_, wide, narrow, ignored) => {
  const { warnings } = resolved(['connection', wide], ['repository', narrow]);
  expect(warnings.map(({ kind, path }) => `${kind} ${path}`)).toEqual(ignored.map((path) => `ignored ${path}`));
});

test('locks that are repeated, of long lists, keep nobody waiting', () => {
  const accounts = Array.from({ length: 100 }, (_, index) => `${'a'.repeat(200)}${index}`);
  const repeated = { bots: { identities: accounts }, lock: Array.from({ length: 200 }, () => 'bots') };
  const began = performance.now();
  const together = resolved(['connection', repeated], ['project', repeated], ['repository', repeated]);
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(together.settings.bots.identities).toEqual(accounts);
});
