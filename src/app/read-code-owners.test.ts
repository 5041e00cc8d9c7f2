import { Failure } from '../core/failures';
import type { ChangedFile } from '../core/snapshot';

import type { GroupRead } from './ports';
import { readCodeOwners } from './read-code-owners';
import { key } from './testing/samples';

const [ada, bob, eve] = ['1', '2', '3'].map((digit) => `${digit.repeat(8)}-1111-4111-8111-111111111111`) as [
  string,
  string,
  string,
];
const REVIEWERS: GroupRead = { id: 'a-group', name: '[Shop]\\Reviewers', memberIds: [bob, eve, 'somebody else'] };

const edited = (path: string): ChangedFile => ({ path, kinds: ['edit'] });
const renamed = (originalPath: string, path: string): ChangedFile => ({ path, originalPath, kinds: ['rename'] });

/** A target branch with files, and the groups that there are. */
function read(
  files: Record<string, string>,
  changes: ChangedFile[],
  group: (name: string) => Promise<GroupRead> = () => Promise.resolve(REVIEWERS),
) {
  const asked: string[] = [];
  const slice = readCodeOwners({
    key,
    targetBranch: 'refs/heads/main',
    azureDevOps: {
      readFirstFile: (_, paths, branch) => {
        const path = paths.find((each) => branch === 'refs/heads/main' && each in files);
        return Promise.resolve(path === undefined ? undefined : { path, text: files[path] ?? '' });
      },
    },
    changes: () => Promise.resolve(changes),
    group: (name) => {
      asked.push(name);
      return group(name);
    },
    people: new Set([ada, bob]),
  });
  return { slice, asked };
}

test('without a file, nobody owns anything', async () => {
  await expect(read({}, [edited('/a')]).slice).resolves.toEqual({ file: null, rules: [], rulesByPath: {}, groups: {} });
});

test.each([
  [{ CODEOWNERS: '* @a', 'docs/CODEOWNERS': '* @b', '.github/CODEOWNERS': '* @c' }, 'CODEOWNERS'],
  [
    { '.github/CODEOWNERS': '* @c', '.azuredevops/CODEOWNERS': '* @d', '.gitlab/CODEOWNERS': '* @e' },
    '.azuredevops/CODEOWNERS',
  ],
  [{ 'docs/CODEOWNERS': '* @b', '.gitlab/CODEOWNERS': '* @e', '.github/CODEOWNERS': '* @c' }, '.github/CODEOWNERS'],
  [{ 'docs/CODEOWNERS': '* @b', '.gitlab/CODEOWNERS': '* @e' }, '.gitlab/CODEOWNERS'],
  // One that says nothing leaves everything to nobody.
  [{ CODEOWNERS: '', 'docs/CODEOWNERS': '* @b' }, 'CODEOWNERS'],
])('of the files %j, %s counts', async (files, file) => {
  await expect(read(files, [edited('/a')]).slice).resolves.toMatchObject({ file });
});

test('each changed file has the rules that decide, under both its names', async () => {
  const file = '/src/ @a\n/lib/ @b\n/old/ @c';
  const { rules, rulesByPath } = await read({ CODEOWNERS: file }, [
    edited('/src/x'),
    renamed('/lib/y', '/src/y'),
    edited('/z'),
  ]).slice;
  expect(rules.map(({ line, pattern }) => [line, pattern])).toEqual([
    [1, '/src/'],
    [2, '/lib/'],
  ]);
  expect(rulesByPath).toEqual({ '/src/x': [0], '/src/y': [0], '/lib/y': [1], '/z': [] });
});

test('a file at a place that goes before is also a change of the present one', async () => {
  const file = '/.github/ @security\n/CODEOWNERS @a\n/docs/ @b';
  const { rules, rulesByPath } = await read({ '.github/CODEOWNERS': file }, [
    edited('/CODEOWNERS'),
    edited('/docs/CODEOWNERS'),
    edited('/src/CODEOWNERS'),
  ]).slice;
  const owners = (path: string) => rulesByPath[path]?.map((index) => rules[index]?.owners[0]?.name);
  expect(owners('/CODEOWNERS')).toEqual(['a', 'security']);
  expect(owners('/docs/CODEOWNERS')).toEqual(['b']);
  expect(owners('/src/CODEOWNERS')).toEqual([]);
});

test('groups that own something changed are asked for once, and seen from the people of the pull request', async () => {
  const file = '/src/ @[Shop]\\Reviewers\n/lib/ @[SHOP]\\reviewers\n/docs/ @[Shop]\\Writers\n';
  const { slice, asked } = read({ CODEOWNERS: file }, [edited('/src/x'), edited('/lib/x')]);
  await expect(slice).resolves.toMatchObject({
    groups: { '[shop]\\reviewers': { known: true, id: 'a-group', name: '[Shop]\\Reviewers', memberIds: [bob] } },
  });
  expect(asked).toHaveLength(1);
});

test('whom an optional section names is not asked for', async () => {
  const { slice, asked } = read({ CODEOWNERS: '^[Docs]\n* @[Shop]\\Writers' }, [edited('/a')]);
  await slice;
  expect(asked).toEqual([]);
});

describe('a group that cannot be read is unknown, by itself', () => {
  const file = '* @[Shop]\\Gone';
  const refused = (kind: 'notFound' | 'permissionMissing' | 'unavailable') => () =>
    Promise.reject(new Failure({ kind, message: 'Give it Identity (Read).', remedy: 'needs Identity (Read)' }));
  test.each([['notFound' as const], ['permissionMissing' as const]])('%s', async (kind) => {
    await expect(read({ CODEOWNERS: file }, [edited('/a')], refused(kind)).slice).resolves.toMatchObject({
      groups: { '[shop]\\gone': { known: false, reason: 'Give it Identity (Read).', remedy: 'needs Identity (Read)' } },
    });
  });
  test('what time may heal is tried again', async () => {
    await expect(read({ CODEOWNERS: file }, [edited('/a')], refused('unavailable')).slice).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });
});

test('of very many groups some are asked for, a few at once', async () => {
  let [busy, most] = [0, 0];
  const file = `* ${Array.from({ length: 230 }, (_, index) => `@[Shop]\\Team-${index}`).join(' ')}`;
  const { slice, asked } = read({ CODEOWNERS: file }, [edited('/a')], async (name) => {
    most = Math.max(most, (busy += 1));
    await new Promise((done) => setTimeout(done, 1));
    busy -= 1;
    return { ...REVIEWERS, name };
  });
  const { groups } = await slice;
  expect([asked.length, most]).toEqual([200, 20]);
  expect(Object.values(groups).filter(({ known }) => !known)).toHaveLength(30);
});

describe('what would keep a worker busy for long is not judged', () => {
  const files = (amount: number): ChangedFile[] =>
    Array.from({ length: amount }, (_, index) => edited(`/${'a'.repeat(200)}/${'b'.repeat(150)}${index}`));
  const lines = (amount: number, line: (index: number) => string): string =>
    Array.from({ length: amount }, (_, index) => line(index)).join('\n');

  test.each([
    ['wildcards', lines(60_000, () => '*a*a*a*ax a@b.c'), files(3_000)],
    [
      'one path of many names',
      lines(1_000, () => `${'**/*a'.repeat(190)}x a@b.c`),
      [edited(`/${'a/'.repeat(16_000)}`)],
    ],
    ['sections', lines(30_000, (index) => `[s${index}]\n* @[a]\\${index}`), files(3_000)],
    [
      'owners',
      `[s] ${lines(40_000, () => '@[a]\\b').replaceAll('\n', ' ')}\n${lines(9_000, (i) => `*${i}`)}`,
      files(3_000),
    ],
  ])(
    '%s',
    async (_, CODEOWNERS, changes) => {
      await expect(read({ CODEOWNERS }, changes).slice).rejects.toMatchObject({ kind: 'tooLarge' });
    },
    60_000,
  );
});

test('between the paths of a long list others have a turn', async () => {
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 0);
  const lines = Array.from({ length: 20_000 }, (_, index) => `*${index} @a`).join('\n');
  await read(
    { CODEOWNERS: lines },
    Array.from({ length: 100 }, (_, index) => edited(`/src/${index}/a`)),
  ).slice;
  clearInterval(counting);
  expect(turns).toBeGreaterThan(3);
});
