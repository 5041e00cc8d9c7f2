import { outcomesOf, project, resolved, told } from './testing/locked-project';

const alone = resolved(['project', project]);

test('what the project asks by itself: both gates fail, and block', () => {
  const own = outcomesOf(alone);
  expect(own['/title']).toMatchObject({ state: 'failed', mode: 'block', shadow: false });
  expect(own['/size']).toMatchObject({ state: 'failed', mode: 'block', shadow: false, description: 'count' });
});

describe('a repository that tries to weaken a gate that its project locks is told, and judged by the lock', () => {
  const locked = (path: string, found: string, holds: string, bound = 'may only be tightened') =>
    `repository ignored: ${path}: found ${found}; the project settings lock this: ${holds} holds, and ${bound}.`;
  const fixed = (path: string, found: string, holds: string) => locked(path, found, holds, 'may not be changed');
  const beside = (path: string, found: string) =>
    `repository unaffected: ${path}: ${found} does not reach the gates title and size: the project settings lock them.`;

  test.each<[string, unknown, string[]]>([
    ['mode: off', { gates: { title: { mode: 'off' } } }, [locked('gates.title.mode', '"off"', '"block"')]],
    ['mode: advise', { gates: { size: { mode: 'advise' } } }, [locked('gates.size.mode', '"advise"', '"block"')]],
    [
      'when: another value',
      { gates: { title: { when: { targetBranch: ['dev'] } } } },
      [fixed('gates.title.when.targetBranch', '["dev"]', '["main"]')],
    ],
    [
      'when: another key',
      { gates: { title: { when: { labels: ['x'], size: { minimumFiles: 99 } } } } },
      [
        'repository ignored: gates.title.when.labels: found ["x"]; the project settings lock this: it stays unset.',
        'repository ignored: gates.title.when.size.minimumFiles: found 99; the project settings lock this: it stays unset.',
      ],
    ],
    ['a larger limit', { gates: { size: { maximum: 9 } } }, [locked('gates.size.maximum', '9', '2')]],
    ['a smaller least', { gates: { size: { minimum: 0 } } }, [locked('gates.size.minimum', '0', '1')]],
    ['a list without something', { gates: { title: { words: [] } } }, [locked('gates.title.words', '[]', '["feat"]')]],
    [
      'a list with something more',
      { gates: { title: { spared: ['feat', 'wip x y'] } } },
      [locked('gates.title.spared', '["feat","wip x y"]', '["feat"]')],
    ],
    ['a switch', { gates: { title: { short: false } } }, [locked('gates.title.short', 'false', 'true')]],
    ['a weaker word', { gates: { title: { care: 'little' } } }, [locked('gates.title.care', '"little"', '"much"')]],
    ['what is fixed', { gates: { title: { first: 'fix' } } }, [fixed('gates.title.first', '"fix"', '"feat"')]],
    ['waivable', { gates: { title: { waivable: false } } }, [fixed('gates.title.waivable', 'false', 'true')]],
    [
      'waiver authority',
      { waivers: { authority: ['me@contoso.com'] } },
      [beside('waivers.authority', '["me@contoso.com"]')],
    ],
    ['enabled', { enabled: false }, [beside('enabled', 'false')]],
    ['phase', { phase: 'shadow' }, [beside('phase', '"shadow"')]],
    ['branches: included', { branches: { include: ['dev'] } }, [beside('branches.include', '["dev"]')]],
    ['branches: excluded', { branches: { exclude: ['main'] } }, [beside('branches.exclude', '["main"]')]],
    ['drafts', { drafts: 'skip' }, [beside('drafts', '"skip"')]],
    [
      'bots',
      { bots: { identities: ['bot@contoso.com'], exempt: ['title', 'size'] } },
      [beside('bots.identities', '["bot@contoso.com"]'), beside('bots.exempt', '["title","size"]')],
    ],
    [
      'bots: of one gate',
      { bots: { exempt: ['size'] } },
      ['repository unaffected: bots.exempt: ["size"] does not reach the gate size: the project settings lock it.'],
    ],
    [
      'components: files in parts that are small enough',
      { components: { one: { paths: ['pay/a', 'pay/b'] }, two: { paths: ['pay/c', 'web/**'] } } },
      [
        'repository unaffected: components.one.paths: ["pay/a","pay/b"] does not split the files of the gate size: the project settings lock it.',
        'repository unaffected: components.two.paths: ["pay/c","web/**"] does not split the files of the gate size: the project settings lock it.',
      ],
    ],
    [
      'components: gates off in one that claims everything',
      { components: { all: { paths: ['**'], gates: { title: { mode: 'off' }, size: { mode: 'off' } } } } },
      [
        'repository unaffected: components.all.paths: ["**"] does not split the files of the gate size: the project settings lock it.',
      ],
    ],
  ])('%s', (_, document, warnings) => {
    const together = resolved(['project', project], ['repository', document]);
    expect(told(together)).toEqual(warnings);
    const [before, after] = [outcomesOf(alone), outcomesOf(together)];
    expect(after['/title']).toEqual(before['/title']);
    expect(after['/size']).toEqual(before['/size']);
    for (const { waivable, waiverAuthority, component } of together.settings.gates) {
      if (component === null) expect([waivable, waiverAuthority]).toEqual([true, ['boss@contoso.com']]);
    }
  });

  test('all of it at once, and from a file of the repository too', () => {
    const document = {
      enabled: false,
      phase: 'shadow',
      branches: { exclude: ['main'] },
      drafts: 'skip',
      bots: { identities: ['bot@contoso.com'], exempt: ['title', 'size'] },
      gates: { title: { mode: 'off' }, size: { mode: 'off' } },
      components: { all: { paths: ['**'] } },
    };
    const together = resolved(['project', { ...project, repositoryFile: 'full' }], ['file', document]);
    expect(outcomesOf(together)).toMatchObject({
      '/title': outcomesOf(alone)['/title'],
      '/size': outcomesOf(alone)['/size'],
    });
    expect(told(together)).toHaveLength(9);
  });
});

describe('what a repository may', () => {
  test.each<[string, unknown]>([
    [
      'tighten options',
      { gates: { title: { words: ['feat', 'x'], spared: [], known: ['x'], care: 'most' }, size: { maximum: 1 } } },
    ],
    ['add a limit that nobody set', { gates: { size: { most: 1 } } }],
    ['say the same again', { gates: { title: { mode: 'block', first: 'feat', when: { targetBranch: ['main'] } } } }],
    ['turn on what is not locked', { gates: { labels: { mode: 'block', required: ['x'], when: { labels: ['y'] } } } }],
    [
      'ask for more beside it',
      { phase: 'enforce', drafts: 'judge', branches: { include: ['**', 'dev'] }, waivers: { authority: [] } },
    ],
    ['exempt from what is not locked', { bots: { exempt: ['labels'] } }],
  ])('%s', (_, document) => {
    expect(told(resolved(['project', project], ['repository', document]))).toEqual([]);
  });

  test('what it tightens counts', () => {
    const { settings } = resolved(['project', project], ['repository', { gates: { size: { maximum: 1, most: 0 } } }]);
    expect(settings.gates.find(({ name }) => name === 'size')?.options).toEqual({ minimum: 1, maximum: 1, most: 0 });
  });
});
